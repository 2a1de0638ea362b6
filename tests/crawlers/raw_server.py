"""A server on loopback that answers with the very bytes that a test gives it, for as long as the client takes them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class RawServer:
    url: str
    sent: list[int] = field(default_factory=list)
    """How many bytes of each answer were taken; robots.txt aside."""


@contextmanager
def raw_server(answer: Callable[[], Iterable[bytes]]) -> Iterator[RawServer]:
    """A running server; it ends with the block. It has no robots.txt."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            if head.startswith(b"GET /robots.txt"):
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            number = len(server.sent)
            server.sent.append(0)
            for part in answer():
                connection.sendall(part)
                server.sent[number] += len(part)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
