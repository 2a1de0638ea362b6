"""The application behind a real socket, and a client that shows what came over it, byte for byte."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette

from sms_api.server import CalendarServer, address_of, listen

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
"""Noon in Seattle, on the day of the catalog's first shows."""


@dataclass(frozen=True)
class Answer:
    """An answer as it came; `headers` by their names in small letters, repeated ones joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Served:
    """A server that listens at `url`."""

    url: str

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port is not None
        return port

    def ask(
        self,
        path: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        headers_only: bool = False,
    ) -> Answer:
        """One request on a connection of its own; redirects are not followed. A stream is left after its headers."""
        address = urlsplit(self.url)
        assert address.hostname is not None
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            told: dict[str, str] = {}
            for name, value in response.getheaders():
                told[name.lower()] = f"{told[name.lower()]}, {value}" if name.lower() in told else value
            return Answer(response.status, told, b"" if headers_only else response.read())
        finally:
            connection.close()


@contextmanager
def serving(application: Starlette) -> Iterator[Served]:
    """The application behind a port of this machine, in a thread, as `python -m sms_api serve` runs it."""
    ready = threading.Event()
    with listen("127.0.0.1", 0) as listener:
        url = address_of(listener)
        server = CalendarServer(application, on_ready=ready.set, drain_seconds=0)
        thread = threading.Thread(target=server.run, args=([listener],), name="served")
        thread.start()
        try:
            assert ready.wait(20)
            yield Served(url)
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()
