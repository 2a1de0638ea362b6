"""GraphQL at /graphql. Library and schema are loaded with the first request: the process starts without them."""

from __future__ import annotations

import asyncio
from importlib import import_module

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route


async def _answer(request: Request) -> Response:
    service = await asyncio.to_thread(import_module, "sms_api.graphql.service")
    response: Response = await service.answer(request)
    return response


ROUTES: list[BaseRoute] = [Route("/graphql", _answer, methods=["GET", "POST"])]
