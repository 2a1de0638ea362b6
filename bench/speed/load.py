"""A client of many connections, in a process of its own: what it costs is not the server's.

python -m bench.speed.load < ORDER, a JSON object; the answer is a JSON object on stdout:

- {"port", "connections", "seconds", "paths", "headers"}: ask for the paths in turn on kept connections, each again as
  soon as it is answered → {"seconds", "statuses": {status: how many}, "bytes": mean of a body, "p50", "p99": ms}
- {"port", "listeners", "path", "is_socket", "changes"}: hold streams of changes, or WebSockets, say "ready" on a line
  once all are greeted, and end when each was told so many changes → {"told": [[seq, monotonic seconds] of each]}
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked")
_LAST_CHUNK = b"\r\n0\r\n\r\n"
_CHANGE = re.compile(rb'"seq":(\d+)')
_EMPTY = (204, 304)
_AT_ONCE = 100
"""Listeners that are let in together."""

_UPGRADE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
}


class Asker(asyncio.Protocol):
    """A kept connection that asks again as soon as it is answered, until a time is over."""

    def __init__(self, requests: cycle[bytes], until: float) -> None:
        self.statuses: Counter[int] = Counter()
        self.milliseconds: list[float] = []
        self.bytes = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._until = until
        self._taken = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Take in a piece of an answer."""
        self._taken += data
        end = self._taken.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._taken[:end])
        status, length = int(head[9:12]), _LENGTH.search(head)
        if _CHUNKED.search(head):
            if not self._taken.endswith(_LAST_CHUNK):
                return
            body = len(self._taken) - end - 4
        elif length is None and status not in _EMPTY:
            self.done.set_exception(SystemExit(f"an answer {status} without its length"))
            return
        else:
            body = int(length[1]) if length and status not in _EMPTY else 0
            if len(self._taken) < end + 4 + body:
                return
        self.milliseconds.append((time.perf_counter() - self._asked_at) * 1000)
        self.statuses[status] += 1
        self.bytes += body
        self._taken.clear()
        if time.perf_counter() < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 # the protocol's
        """End."""
        if not self.done.done():
            self.done.set_result(None)

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        self._transport.write(next(self._requests))


class Listener(asyncio.Protocol):
    """A stream of changes, or a WebSocket, that notes when it is told of each."""

    def __init__(self, request: bytes, changes: int) -> None:
        loop = asyncio.get_running_loop()
        self.told: list[tuple[int, float]] = []
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.done: asyncio.Future[None] = loop.create_future()
        self._request = request
        self._changes = changes
        self._taken = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Take in a piece: a greeting, or changes."""
        now = time.monotonic()
        self._taken += data
        if not self.greeted.done():
            if b"hello" in self._taken:
                self.greeted.set_result(None)
            return
        while found := _CHANGE.search(self._taken):
            if found.end() == len(self._taken):  # the number may go on
                return
            self.told.append((int(found[1]), now))
            self._taken = self._taken[found.end() :]
        if len(self.told) >= self._changes and not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 # the protocol's
        """A stream that ends early is no measurement."""
        for waited in (self.greeted, self.done):
            if not waited.done():
                waited.set_exception(SystemExit(f"a stream has ended: {self._taken[:200]!r}"))


async def ask(order: Mapping[str, Any]) -> dict[str, Any]:
    """Ask as the order says."""
    requests = cycle([request(order["port"], path, order["headers"].get(path, {})) for path in order["paths"]])
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    until = began + order["seconds"]
    askers = [
        (await loop.create_connection(lambda: Asker(requests, until), "127.0.0.1", order["port"]))[1]
        for _ in range(order["connections"])
    ]
    await asyncio.gather(*(asker.done for asker in askers))
    statuses = sum((asker.statuses for asker in askers), Counter[int]())
    waited = sorted(each for asker in askers for each in asker.milliseconds)
    return {
        "seconds": time.perf_counter() - began,
        "statuses": statuses,
        "bytes": sum(asker.bytes for asker in askers) / len(waited),
        "p50": quantile(waited, 0.5),
        "p99": quantile(waited, 0.99),
    }


async def listen(order: Mapping[str, Any]) -> dict[str, Any]:
    """Listen as the order says."""
    asked = request(order["port"], order["path"], _UPGRADE if order["is_socket"] else {})
    loop, number = asyncio.get_running_loop(), order["listeners"]
    listeners: list[Listener] = []
    while len(listeners) < number:
        group = [
            loop.create_connection(lambda: Listener(asked, order["changes"]), "127.0.0.1", order["port"])
            for _ in range(min(_AT_ONCE, number - len(listeners)))
        ]
        listeners += [listener for _, listener in await asyncio.gather(*group)]
        await asyncio.gather(*(listener.greeted for listener in listeners))
    print("ready", flush=True)
    await asyncio.gather(*(listener.done for listener in listeners))
    return {"told": [told for listener in listeners for told in listener.told]}


def request(port: int, path: str, headers: Mapping[str, str]) -> bytes:
    """A GET as its bytes; Accept-Encoding is that of browsers."""
    told = {"host": f"127.0.0.1:{port}", "accept": "*/*", "accept-encoding": "gzip, deflate, br", **headers}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of the ordered values lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> None:
    """Do what stdin orders."""
    order = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(listen(order) if "listeners" in order else ask(order))))


if __name__ == "__main__":
    main()
