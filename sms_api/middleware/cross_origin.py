"""Reads for scripts of other hosts (CORS): what everybody may read, without anybody's credentials."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.raw_headers import add, header_of, raw
from sms_api.open_reads import readable_from_anywhere

_EXPOSED = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID, Deprecation, Sunset"

_SHARED = raw(("access-control-allow-origin", "*"), ("access-control-expose-headers", _EXPOSED))

_PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "Accept, If-None-Match, X-Request-ID, Last-Event-ID",
    "access-control-max-age": "86400",
    "allow": "GET, HEAD, OPTIONS",
}


class CrossOriginReads:
    """Lets scripts of every origin read /v1 and the feeds, and answers a browser that asks beforehand."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not readable_from_anywhere(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and header_of(scope, b"access-control-request-method"):
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, send)
            return

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                add(message, _SHARED)
            await send(message)

        await self._app(scope, receive, send_shared)
