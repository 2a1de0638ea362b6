"""An id for each request, one line of the log, and a count."""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.raw_headers import add, header_of
from sms_api.usage.counters import UsageCounters

logger = logging.getLogger("sms_api.requests")

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLog:
    """Gives each request an id: that of its X-Request-ID header where it is plain, else a new one.

    The line holds method, route, status, milliseconds and id. It holds no address, no query and no path as it was asked
    for, since those tell what a person looked for.
    """

    def __init__(self, app: ASGIApp, *, counters: UsageCounters | None) -> None:
        self._app = app
        self._counters = counters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        asked = header_of(scope, b"x-request-id").decode("latin-1")
        request_id = asked if _SAFE_ID.fullmatch(asked) else secrets.token_hex(12)
        scope.setdefault("state", {})["request_id"] = request_id
        status: int | None = None
        is_told = False

        def tell() -> None:
            nonlocal is_told
            if not is_told:
                is_told = True
                milliseconds = (time.perf_counter() - begin) * 1000
                route = route_template(scope)
                told = scope.get("method", "WEBSOCKET"), route, status or "-", milliseconds, request_id
                logger.info("%s %s %s %.1f ms id=%s", *told)
                if self._counters is not None:
                    self._counters.requested(scope, route, status, milliseconds)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            match message["type"]:
                case "http.response.start":
                    status = message["status"]
                    add(message, [(b"x-request-id", request_id.encode())])
                case "http.response.body":
                    # Before the last piece: whoever has the answer finds the line.
                    if not message.get("more_body", False):
                        tell()
                case "websocket.accept":
                    status = 101
                case "websocket.close":
                    status = status or 403
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            tell()


def route_template(scope: Scope) -> str:
    """The path of the route that a request took, with names for its parts: `/v1/events/{id}`; "-" for none."""
    route = scope.get("route")
    return getattr(route, "path", None) or "-"
