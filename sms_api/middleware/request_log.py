"""An id for each request, and one line of the log."""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("sms_api.requests")

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLog:
    """Gives each request an id: that of its X-Request-ID header where it is plain, else a new one.

    The line holds method, route, status, milliseconds and id. It holds no address, no query and no path as it was asked
    for, since those tell what a person looked for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        begin = time.perf_counter()
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _SAFE_ID.fullmatch(asked) else secrets.token_hex(12)
        scope.setdefault("state", {})["request_id"] = request_id
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and status is None:
                status = 403
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            milliseconds = (time.perf_counter() - begin) * 1000
            method = scope.get("method", "WEBSOCKET")
            logger.info(
                "%s %s %s %.1f ms id=%s", method, route_template(scope), status or "-", milliseconds, request_id
            )


def route_template(scope: Scope) -> str:
    """The path of the route that a request took, with names for its parts: `/v1/events/{id}`; "-" for none."""
    route = scope.get("route")
    return getattr(route, "path", None) or "-"
