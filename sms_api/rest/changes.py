"""What has changed, after any number: for mirrors, and for whoever was away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection
from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.live.feed import change_record
from sms_api.problems import Problem
from sms_api.rest.events import QUERY_PARAMETERS
from sms_api.rest.openapi import Asked, Operation, Parameter, Reply
from sms_api.rest.parameters import limit_of, limit_parameter
from sms_api.rest.records import ChangeList
from sms_catalog.changes import Change, Reach, changes_since, reach
from sms_catalog.query import Query, resolve
from sms_catalog.query_problems import WrongValue, quoted
from sms_catalog.query_scopes import scopes_of
from sms_catalog.venues import city_zones
from sms_database.scopes import EVERYTHING

_LONGEST_NUMBER = 18
"""Digits of a number that a bigint holds."""


async def _changes(request: Request, asked: Asked) -> Reply:
    calendar = calendar_of(request)
    since, limit = asked["since"] or 0, limit_of(asked)
    known, changes = await calendar.catalog.read(
        _read, asked["query"], calendar.clock(), calendar.settings.city, since, limit
    )
    if since < known.oldest - 1 or since > known.newest:
        raise Problem(410, "Changes are kept no longer from there on: read the catalog anew.", newest=known.newest)
    next_since = changes[-1].seq if len(changes) == limit else known.newest
    return Reply(
        {"changes": [change_record(change) for change in changes], "next_since": next_since, "newest": known.newest}
    )


def _read(
    connection: Connection, query: Query, now: datetime, usual_city: str, since: int, limit: int
) -> tuple[Reach, Sequence[Change]]:
    if query.when is not None:
        query = resolve(query, now, city_zones(connection).get(query.city or usual_city) or "UTC")
    scopes = scopes_of(query)
    wanted = None if scopes == [EVERYTHING] else scopes
    return reach(connection), changes_since(connection, since, scopes=wanted, limit=limit)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise WrongValue(f"{quoted(text)} is no number of a change")
    return int(text)


OPERATIONS = (
    Operation(
        name="listChanges",
        path="/v1/changes",
        summary="What readers see that has changed, in the order in which it became known. The query's scene, nights,"
        " room, act or event choose; a mirror asks again with `next_since`.",
        answer=ChangeList,
        handler=_changes,
        query_parameters=QUERY_PARAMETERS,
        parameters=(
            Parameter(
                name="since",
                sentence="The changes after this number; 0, as without it, for all that are kept.",
                schema={"type": "integer", "minimum": 0},
                example="0",
                read=_number,
            ),
            limit_parameter(),
        ),
        example="/v1/changes?since=0&limit=20",
        outcomes={410: "Changes are kept no longer from there on."},
    ),
)
