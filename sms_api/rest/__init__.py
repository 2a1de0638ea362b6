"""REST under /v1, for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route


async def health(_: Request) -> PlainTextResponse:
    """The process answers; the database is not asked."""
    return PlainTextResponse("ok\n")


ROUTES: list[BaseRoute] = [Route("/health", health)]
