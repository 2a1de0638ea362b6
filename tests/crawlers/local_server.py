"""A web server on loopback that answers as a test tells it, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic

import orjson


@dataclass(frozen=True)
class Asked:
    """A request that the server got; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Answer | Callable[[Asked], Answer]


class LocalServer:
    """Routes are looked up by path with query, then without; what has none is answered by a 404."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.url = f"http://{host}:{port}"
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []

    def json(self, path: str, value: object, **headers: str) -> None:
        """Answer a path with JSON."""
        self.routes[path] = Answer(orjson.dumps(value), headers={"Content-Type": "application/json", **headers})

    def paths(self) -> list[str]:
        """The paths that were asked for, robots.txt aside."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        route = self.routes.get(asked.path) or self.routes.get(asked.path.partition("?")[0])
        if route is None:
            return Answer(b"not here", 404, {"Content-Type": "text/plain"})
        return route if isinstance(route, Answer) else route(asked)


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """A running server; it ends with the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.answer(Asked(self.command, self.path, headers, body, monotonic()))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers and answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(answer.body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that goes away in mid-answer is part of some tests."""

    http = Server(("127.0.0.1", 0), Handler)
    server = LocalServer(http.server_port)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
