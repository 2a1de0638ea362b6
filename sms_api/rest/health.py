"""Whether the process lives, and whether it can serve: for whoever starts, stops and balances processes."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_api.readiness import readiness_of
from sms_api.responses import JSON

_HEADERS = {"cache-control": "no-store"}


async def health(_: Request) -> Response:
    """The process answers; the database is not asked."""
    return Response(b'{"status":"ok"}', 200, _HEADERS, JSON)


async def ready(request: Request) -> Response:
    """200 while the database is there with our schema and the process is not about to stop, else 503; asks nobody."""
    reason = readiness_of(request).reason
    body = msgspec.json.encode({"status": "ready"} if reason is None else {"status": "not ready", "reason": reason})
    return Response(body, 200 if reason is None else 503, _HEADERS, JSON)


ROUTES = (Route("/health", health), Route("/ready", ready))
