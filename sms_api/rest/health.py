"""Whether the process lives, whether it can serve, and how: for whoever starts, stops and balances processes."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sms_api.middleware.kept_responses import OUTCOMES, KeptResponses
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


async def cache(request: Request) -> Response:
    """How often this process has given what answers since it began, by kind of address: sums, nothing of anybody."""
    kept: KeptResponses = request.app.state.kept
    served: dict[str, dict[str, int]] = {}
    for (namespace, outcome), count in sorted(kept.served.items()):
        served.setdefault(namespace, dict.fromkeys(OUTCOMES, 0))[outcome] = count
    told = {
        "since": kept.began_at,
        "answers": kept.answers,
        "bytes": kept.bytes,
        "most_bytes": kept.most_bytes,
        "served": served,
    }
    return Response(msgspec.json.encode(told), 200, _HEADERS, JSON)


ROUTES = (Route("/health", health), Route("/health/cache", cache), Route("/ready", ready))
