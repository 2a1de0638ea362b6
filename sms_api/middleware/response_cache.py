"""Answers kept in memory until something changes that they tell of, and shown with their age while nothing can be read.

An answer is kept where its handler says which scopes it is made from (`remember`). The feed of changes outdates it; an
outdated answer is asked for again, and stays as what was known last. Keys are the address with its parameters in order,
the host and the encoding, so that each form of an answer is made once.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Collection
from datetime import datetime
from html import escape
from urllib.parse import quote

import brotli
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.compression import chosen_encoding
from sms_api.middleware.kept_responses import Kept, KeptResponses, Key, RawHeaders, Remember, without_content
from sms_api.middleware.raw_headers import header_of
from sms_api.open_reads import readable_from_anywhere
from sms_api.responses import tags_of

_NOT_KEPT = frozenset({b"date", b"x-request-id", b"ratelimit", b"ratelimit-policy"})

_UNPACKED: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


class ResponseCache:
    """Answers from what is kept, and keeps what handlers say may be."""

    def __init__(self, app: ASGIApp, *, responses: KeptResponses) -> None:
        self._app = app
        self._responses = responses
        self._in_flight: dict[Key, asyncio.Event] = {}
        responses.make = self._make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        parameters = b"&".join(sorted(scope["query_string"].split(b"&")))
        encoding = chosen_encoding(header_of(scope, b"accept-encoding").decode("latin-1"))
        host = header_of(scope, b"host").decode("latin-1")
        key = Key(scope["scheme"], host, scope["path"], parameters, encoding)
        held = tags_of(header_of(scope, b"if-none-match").decode("latin-1"))
        if await self._answered(key, scope, held, send):
            return
        if (other := self._in_flight.get(key)) is not None:
            await other.wait()
            if await self._answered(key, scope, held, send):
                return
        mine = self._in_flight.setdefault(key, asyncio.Event())

        def let_others_go() -> None:
            mine.set()
            if self._in_flight.get(key) is mine:
                del self._in_flight[key]

        try:
            await _Answer(self._responses, key, held, let_others_go).make(self._app, scope, receive, send)
        finally:
            let_others_go()

    async def _make(self, key: Key, application: ASGIApp) -> None:
        """Make the answer of a key though nobody asks just now."""
        headers = [
            (b"host", key.host.encode()),
            (b"accept", b"text/html"),
            (b"accept-encoding", (key.encoding or "").encode()),
        ]
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": key.scheme,
            "path": key.path,
            "raw_path": quote(key.path).encode(),
            "query_string": key.query,
            "root_path": "",
            "headers": headers,
            "client": None,
            "server": None,
            "state": {"request_id": "remade"},
            "app": application,
        }

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_: Message) -> None:
            return

        await _Answer(self._responses, key, (), lambda: None, "made anew").make(self._app, scope, receive, send)

    async def _answered(self, key: Key, scope: Scope, held: Collection[str], send: Send) -> bool:
        kept = self._responses.get(key)
        if kept is None or not kept.holds(self._responses.clock()):
            return False
        not_modified = kept.etag in held
        self._responses.served[namespace(key.path), "not modified" if not_modified else "hit"] += 1
        await _send_kept(self._responses, kept, scope, send, not_modified=not_modified)
        return True


class _Answer:
    """An answer in the making: passed on and kept, or given up for what was known last where nothing can be read."""

    def __init__(
        self,
        responses: KeptResponses,
        key: Key,
        held: Collection[str],
        is_not_kept: Callable[[], None],
        outcome: str = "miss",
    ) -> None:
        """`is_not_kept` is called as soon as nobody need wait for it: a stream, say, has no end. `outcome` is what one
        that is kept counts as.
        """
        self._responses = responses
        self._is_not_kept = is_not_kept
        self._key = key
        self._count = responses.count
        self._held = held
        self._outcome = outcome
        self._start: Message | None = None
        self._body: list[bytes] | None = None
        self._is_answered = False

    async def make(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope
        if self._held:  # a 304 of the handler's could not be kept: it is made here
            plain = [(name, value) for name, value in scope["headers"] if name != b"if-none-match"]
            scope = {**scope, "headers": plain}
        scope.setdefault("state", {}).pop("remember", None)

        async def take(message: Message) -> None:
            if message["type"] == "http.response.start":
                asked["route"] = scope.get("route")
                await self._begin(message, scope, send)
            elif self._is_answered:
                return
            elif self._body is None:
                await send(message)
            else:
                self._body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    await self._end(scope, send)

        await app(scope, receive, take)

    async def _begin(self, message: Message, scope: Scope, send: Send) -> None:
        remembered: Remember | None = scope["state"].get("remember")
        if message["status"] == 503 and (last := self._responses.get(self._key)) is not None:
            self._is_answered = True
            self._responses.served[namespace(self._key.path), "stale"] += 1
            await _send_stale(last, self._responses.clock(), scope, send)
        elif message["status"] == 200 and remembered is not None and scope["method"] == "GET":
            self._start, self._body = message, []
        else:
            self._is_not_kept()
            self._responses.served[namespace(self._key.path), "not kept"] += 1
            if message["status"] == 200 and _etag(message["headers"]) in self._held:
                self._is_answered = True
                await _send_not_modified(without_content(message["headers"]), send)
            else:
                await send(message)

    async def _end(self, scope: Scope, send: Send) -> None:
        assert self._start is not None
        assert self._body is not None
        remembered: Remember = scope["state"]["remember"]
        headers = [(name, value) for name, value in self._start["headers"] if name not in _NOT_KEPT]
        if self._responses.edge is not None:
            headers.append(self._responses.edge.keys(remembered.scopes))
        etag = _etag(headers)
        kept = Kept(
            headers,
            b"".join(self._body),
            etag,
            remembered.scopes,
            self._responses.clock(),
            remembered.until,
            scope.get("route"),
            scope["state"].get("found"),
        )
        self._responses.served[namespace(self._key.path), self._outcome] += 1
        self._responses.put(self._key, kept, self._count)
        await _send_kept(self._responses, kept, scope, send, not_modified=bool(etag) and etag in self._held)


def namespace(path: str) -> str:
    """What statistics call a path: its first part where that is a program's, or of files or probes; "feeds" for a page
    in another form, "pages" for all others.
    """
    first = path.split("/", 2)[1]
    if first in ("health", "ready"):
        return "probes"
    if first in ("v1", "graphql", "search", "embed", "bulk", "static"):
        return first
    return "feeds" if readable_from_anywhere(path) else "pages"


async def _send_kept(responses: KeptResponses, kept: Kept, scope: Scope, send: Send, *, not_modified: bool) -> None:
    scope["route"] = kept.route
    scope.setdefault("state", {})["found"] = kept.has_found
    headers = kept.not_modified if not_modified else kept.headers
    if responses.edge is not None:
        headers = [*headers, responses.edge.age(kept.holds_until - responses.clock())]
    if not_modified:
        await _send_not_modified(headers, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else kept.body})


async def _send_not_modified(headers: RawHeaders, send: Send) -> None:
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _etag(headers: RawHeaders) -> str:
    return next((value.decode() for name, value in headers if name == b"etag"), "")


async def _send_stale(kept: Kept, now: datetime, scope: Scope, send: Send) -> None:
    """What was known last, with its age: in a header, and in words on a page."""
    scope["route"] = kept.route
    scope.setdefault("state", {})["found"] = kept.has_found
    age = max(0, int((now - kept.made_at).total_seconds()))
    told = Headers(raw=kept.headers)
    body = kept.body
    names = {b"etag", b"cache-control"}
    if told.get("content-type", "").startswith("text/html"):
        body = _UNPACKED.get(told.get("content-encoding", ""), bytes)(body)
        names |= {b"content-encoding", b"content-length"}
        line = f"The catalog cannot be read just now. This is what it said {_age_words(age)} ago."
        body = body.replace(b"<main", f'<p class="stale" role="status">{escape(line)}</p><main'.encode(), 1)
    headers = [(name, value) for name, value in kept.headers if name not in names]
    headers += [
        (b"age", str(age).encode()),
        (b"cache-control", b"no-store"),
        (b"warning", b'111 - "Revalidation Failed"'),
    ]
    if b"content-length" in names:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _age_words(seconds: int) -> str:
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds // size} {noun}{'' if seconds // size == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
