"""Answers requests to /graphql: GraphQL over HTTP by GET and POST, and a page for people.

A request is answered whole or not at all: what is wrong with it is 400, with an error for each mistake.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from graphql import DocumentNode, GraphQLError, OperationType, SelectionSetNode, execute_sync
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import Calendar, calendar_of
from sms_api.graphql.documents import Refused, document_of
from sms_api.graphql.plans import Plan, plan_of
from sms_api.graphql.reading import Reading
from sms_api.graphql.requests import GraphQLRequest, read_request
from sms_api.graphql.schema import schema, schema_text
from sms_api.middleware.kept_responses import KEPT_FOR, remember
from sms_api.pages.rendering import frame_of, page_response
from sms_api.responses import JSON, REVALIDATE, cacheable
from sms_catalog.query import Query
from sms_catalog.query_problems import InvalidQuery
from sms_catalog.query_scopes import scopes_of
from sms_database.scopes import EVERYTHING

_OF_EVENTS = frozenset({"Event", "BilledArtist", "Listing"})
"""The types of which nothing is told but an event's own state."""

_WITHOUT_CHANGES = frozenset({"Source", "Run", "Record"})
"""The types that change without a change that readers see."""

_encode = msgspec.json.Encoder().encode

EXAMPLE = """{
  events(where: {city: seattle, when: weekend, free: true}, first: 20) {
    nodes { title startTime venue { name neighborhood } artists { name role } }
    pageInfo { hasNextPage endCursor }
  }
}"""


async def answer(request: Request) -> Response:
    """The answer to a request to /graphql."""
    if request.method != "POST" and "query" not in request.query_params and _wants_page(request):
        return _page(request)
    calendar = calendar_of(request)
    try:
        asked = await read_request(request)
        document = document_of(asked.query)
        plan = plan_of(document, asked.operation_name, asked.variables or {})
        if plan.introspection and not calendar.settings.graphql_introspection:
            raise Refused([GraphQLError("This server does not tell its schema to programs.", plan.introspection)])
        body, queries = await _answered(calendar, document, plan, asked)
    except Refused as refused:
        return _refusal(refused.errors)
    except InvalidQuery as problem:  # of what is read, only a cursor can be wrong
        told = f"after: is no cursor of this list ({problem})"
        return _refusal([GraphQLError(told, extensions={"parameter": "after", "nearest": None})])
    if request.method == "POST":
        return Response(body, headers={"cache-control": "no-store"}, media_type=JSON)
    if not plan.introspection and not plan.types & _WITHOUT_CHANGES:
        await _remember(request, plan, queries)
    return cacheable(request, body, cache_control=REVALIDATE)


async def _answered(
    calendar: Calendar, document: DocumentNode, plan: Plan, asked: GraphQLRequest
) -> tuple[bytes, list[Query]]:
    """The body, and the queries of the plan with their nights."""
    about_schema: dict[str, Any] = {}
    if plan.introspection:
        about_schema = await asyncio.to_thread(_introspected, document, plan, asked.variables or {})
    if not plan.selection.branches:
        return _encode({"data": plan.selection.told(_NOTHING_READ, [{}])[0] | about_schema}), []
    return await calendar.catalog.read(answered_by, plan, calendar.clock(), calendar.settings.city, about_schema)


_NOTHING_READ: Any = None


def answered_by(
    connection: Connection, plan: Plan, now: datetime, usual_city: str, about_schema: dict[str, Any]
) -> tuple[bytes, list[Query]]:
    reading = Reading(connection, now, usual_city)
    told = plan.selection.told(reading, [{}])[0]
    return _encode({"data": told | about_schema}), [reading.resolved(query) for query in plan.queries]


def _introspected(document: DocumentNode, plan: Plan, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What the library says of the schema."""
    operation = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=plan.operation.variable_definitions,
        selection_set=SelectionSetNode(selections=tuple(plan.introspection)),
    )
    fragments = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
    result = execute_sync(schema(), DocumentNode(definitions=(operation, *fragments)), variable_values=dict(variables))
    if result.errors:
        raise Refused(result.errors)
    return result.data or {}


async def _remember(request: Request, plan: Plan, queries: Iterable[Query]) -> None:
    calendar = calendar_of(request)
    scopes = {EVERYTHING}
    if plan.queries and plan.types <= _OF_EVENTS and not plan.nested_lists:
        scopes = {scope for query in queries for scope in scopes_of(query)}
    # A minute: runs and sources are of no scope, and words for nights mean others tomorrow.
    remember(request, scopes, calendar.clock() + KEPT_FOR)


def _refusal(errors: Iterable[GraphQLError]) -> Response:
    told = [error.formatted for error in errors]
    return Response(_encode({"errors": told}), HTTPStatus.BAD_REQUEST, {"cache-control": "no-store"}, JSON)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _page(request: Request) -> Response:
    frame = frame_of(
        request,
        None,
        title="The calendar as a graph",
        description="What programs can ask of this calendar by GraphQL: its schema, and an example.",
        path="/graphql",
    )
    response = page_response(request, "graphql.html", frame=frame, schema=schema_text(), example=EXAMPLE)
    response.headers.add_vary_header("Accept")
    return response
