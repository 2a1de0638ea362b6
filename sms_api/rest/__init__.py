"""REST under /v1, for programs."""

from __future__ import annotations

from starlette.routing import BaseRoute

from sms_api.rest import artists, changes, documents, events, graph, health, runs, search, trends, venues
from sms_api.rest.openapi import Operation
from sms_api.rest.parameters import read_parameters

OPERATIONS: tuple[Operation, ...] = (
    *events.OPERATIONS,
    *venues.OPERATIONS,
    *artists.OPERATIONS,
    *runs.OPERATIONS,
    *trends.OPERATIONS,
    *changes.OPERATIONS,
    *graph.OPERATIONS,
    *search.OPERATIONS,
)

ROUTES: list[BaseRoute] = [
    *health.ROUTES,
    *documents.routes(OPERATIONS),
    *(operation.route(read_parameters) for operation in OPERATIONS),
]
