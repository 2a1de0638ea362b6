"""Events of /v1, and why they are as they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.middleware.kept_responses import KEPT_FOR, remember
from sms_api.responses import JSON, REVALIDATE
from sms_api.rest.answers import ABSENT, absent, found_or_on_record, id_of
from sms_api.rest.openapi import Asked, Operation, Parameter, Reply
from sms_api.rest.parameters import chosen, fields_parameter, limit_of, list_parameters
from sms_api.rest.records import AuditEntry, Event, EventExplanation, EventList, ExplainedRow, MadeDecision
from sms_catalog.event_cards import RecordsPage, records_page
from sms_catalog.events import event_by_id
from sms_catalog.explanations import Explanation, explanation_of
from sms_catalog.known_values import known_values
from sms_catalog.query import ORDERS, ROOM_SIZES, WHENS, Query, resolve
from sms_catalog.query_parameters import parse_query, query_parameters
from sms_catalog.query_scopes import scopes_of
from sms_catalog.query_table import ALL, PARAMETERS
from sms_catalog.records import full_record
from sms_catalog.venues import city_zones
from sms_database.vocabulary import EVENT_KINDS, EVENT_STATUSES

_DAY = {"type": "string", "format": "date"}
_HOUR = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_ID = {"type": "string", "format": "uuid"}
_YES_NO = {"type": "string", "enum": ["yes", "no"]}

_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "when": {"type": "string", "enum": [*WHENS, ALL]},
    "night": _DAY,
    "from": _DAY,
    "to": _DAY,
    "first_day": _DAY,
    "last_day": _DAY,
    "after": _HOUR,
    "before": _HOUR,
    "artist": _ID,
    "id": _ID,
    "free": _YES_NO,
    "kind": {"type": "string", "enum": [*EVENT_KINDS, ALL]},
    "status": {"type": "string", "enum": [*EVENT_STATUSES, ALL]},
    "size": {"type": "string", "enum": [*ROOM_SIZES]},
    "order": {"type": "string", "enum": [*ORDERS]},
}

QUERY_PARAMETERS = tuple(
    Parameter(
        name=each.name,
        sentence=f"{each.sentence} Form: {each.form}.",
        schema=_SCHEMAS.get(each.name, {"type": "string", "minLength": 1}),
        example=each.example,
        is_list=each.is_list,
    )
    for each in PARAMETERS.values()
)
"""Of operations that take a Query."""


async def _events(request: Request, asked: Asked) -> Reply:
    calendar = calendar_of(request)
    now = calendar.clock()
    # Words for nights need the zone of a scene first.
    read = calendar.catalog.read_at_once if asked["query"].when is None else calendar.catalog.read
    query, page = await read(
        _resolved_page, asked["query"], now, calendar.settings.city, limit=limit_of(asked), cursor=asked["cursor"]
    )
    remember(request, scopes_of(query), now + KEPT_FOR)
    if asked["fields"] is None:
        return Reply({"events": list(map(msgspec.Raw, page.records))}, page.next_cursor)
    records = map(msgspec.json.decode, page.records)
    return Reply({"events": [chosen(record, asked, Event) for record in records]}, page.next_cursor)


def _resolved_page(
    connection: Connection, query: Query, now: datetime, usual_city: str, *, limit: int, cursor: str | None
) -> tuple[Query, RecordsPage]:
    """The query with its nights, and a page of the events; words for nights are those of the query's scene, else of the
    usual one.

    Where nothing is found, a name that the catalog does not know is told: InvalidQuery.
    """
    asked = query
    if query.when is not None:
        zone = city_zones(connection).get(query.city or usual_city)
        query = resolve(query, now, zone or "UTC")
    page = records_page(connection, query, limit=limit, cursor=cursor)
    if not page.records and cursor is None:
        parse_query(query_parameters(asked), known=known_values(connection))
    return query, page


async def _event(request: Request, asked: Asked) -> Reply | Response:
    asked_id = id_of(request, "event")
    event, was_there = await calendar_of(request).catalog.read(found_or_on_record, "event", asked_id, event_by_id)
    if event is None or event.is_hidden:
        raise absent("event", was_there)
    if event.id != asked_id:
        return _moved(request, asked_id, event.id)
    remember(request, event.scopes, calendar_of(request).clock() + KEPT_FOR)
    return Reply(chosen(full_record(event), asked, Event))


async def _explanation(request: Request, _: Asked) -> Reply | Response:
    asked_id = id_of(request, "event")
    read = calendar_of(request).catalog.read
    explanation, was_there = await read(found_or_on_record, "event", asked_id, _explained)
    if explanation is None or explanation.event.is_hidden:
        raise absent("event", was_there)
    if explanation.event.id != asked_id:
        return _moved(request, asked_id, explanation.event.id)
    return Reply(_public(explanation))


def _explained(connection: Connection, event_id: uuid.UUID) -> Explanation | None:
    event = event_by_id(connection, event_id)
    return None if event is None else explanation_of(connection, event)


def _moved(request: Request, asked_id: uuid.UUID, event_id: uuid.UUID) -> Response:
    """Where the event is that took in the one asked for. Not for good: a person may part the two again."""
    path = request.url.path.replace(request.path_params["id"], str(event_id))
    query = request.url.query
    headers = {"location": f"{path}?{query}" if query else path, "cache-control": REVALIDATE}
    body = msgspec.json.encode({"id": asked_id, "merged_into": event_id})
    return Response(body, HTTPStatus.MOVED_PERMANENTLY, headers, JSON)


def _public(explanation: Explanation) -> dict[str, Any]:
    """An explanation for everybody: without who decided, and without the pairs that wait for a person."""
    return {
        "id": explanation.event.id,
        "former_ids": explanation.former_ids,
        "fields": explanation.fields,
        "rows": _members(ExplainedRow, explanation.rows),
        "decisions": _members(MadeDecision, explanation.decisions),
        "audit": _members(AuditEntry, explanation.audit),
    }


def _members(record: type[msgspec.Struct], values: Iterable[Any]) -> list[dict[str, Any]]:
    names = record.__struct_fields__
    return [{name: getattr(value, name) for name in names} for value in values]


_PATH = "/v1/events/88f7aed3-4bf6-5a54-bdb5-50d29c896bf4"

_ONE = {301: "It is part of another event now: Location, and `merged_into`.", **ABSENT}

OPERATIONS = (
    Operation(
        name="listEvents",
        path="/v1/events",
        summary="Events by night and hour, or as `order` says.",
        answer=EventList,
        handler=_events,
        query_parameters=QUERY_PARAMETERS,
        parameters=list_parameters(Event),
        example="/v1/events?city=seattle&when=tonight",
    ),
    Operation(
        name="getEvent",
        path="/v1/events/{id}",
        summary="One event.",
        answer=Event,
        handler=_event,
        parameters=(fields_parameter(Event),),
        example=_PATH,
        outcomes=_ONE,
    ),
    Operation(
        name="explainEvent",
        path="/v1/events/{id}/explanation",
        summary="Why an event is as it is: for each value its source, the rule, and the values that lost.",
        answer=EventExplanation,
        handler=_explanation,
        example=f"{_PATH}/explanation",
        outcomes=_ONE,
    ),
)
