"""Events of /v1 in sum."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, astuple, fields
from datetime import datetime
from decimal import Decimal
from io import StringIO

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.middleware.kept_responses import KEPT_FOR, remember
from sms_api.problems import wrong_parameters
from sms_api.responses import cacheable
from sms_api.rest.events import QUERY_PARAMETERS
from sms_api.rest.openapi import Asked, Operation, Parameter, Reply
from sms_api.rest.records import TrendList
from sms_catalog.query import Query, resolve
from sms_catalog.query_parameters import parse_query
from sms_catalog.query_problems import QueryProblem, nearest_of, quoted
from sms_catalog.query_scopes import scopes_of
from sms_catalog.query_values import word_of
from sms_catalog.trends import GROUPS, Trend, trends
from sms_catalog.venues import city_zones
from sms_text.printable import as_text_cell

_USUAL = "week"


async def _trends(request: Request, asked: Asked) -> Reply:
    calendar = calendar_of(request)
    now = calendar.clock()
    by = asked["by"] or _USUAL
    if asked["query"].at is not None:
        raise wrong_parameters([QueryProblem("at", "is not for sums, which are of what is now")])
    query, found = await calendar.catalog.read(_resolved, asked["query"], by, now, calendar.settings.city)
    remember(request, scopes_of(query), now + KEPT_FOR)
    return Reply({"by": by, "trends": [_record(trend) for trend in found]})


async def trends_csv(request: Request) -> Response:
    """The same as a table, for spreadsheets: /v1/trends.csv. No cell is one that they would run."""
    calendar = calendar_of(request)
    given = request.query_params.multi_items()
    grouping = [value for name, value in given if name == "by"]
    by = grouping[-1] if grouping else _USUAL
    if by not in GROUPS:
        raise wrong_parameters([QueryProblem("by", f"{quoted(by)} is no grouping", nearest_of(by, tuple(GROUPS)))])
    asked = parse_query(given, beside=("by",))
    if asked.at is not None:
        raise wrong_parameters([QueryProblem("at", "is not for sums, which are of what is now")])
    now = calendar.clock()
    query, found = await calendar.catalog.read(_resolved, asked, by, now, calendar.settings.city)
    remember(request, scopes_of(query), now + KEPT_FOR)
    table = StringIO(newline="")
    lines = csv.writer(table)
    lines.writerow([by, *(field.name for field in fields(Trend) if field.name != "label")])
    lines.writerows([as_text_cell("" if value is None else str(value)) for value in astuple(trend)] for trend in found)
    return cacheable(request, table.getvalue().encode(), media_type="text/csv; charset=utf-8")


def _resolved(
    connection: Connection, query: Query, by: str, now: datetime, usual_city: str
) -> tuple[Query, Sequence[Trend]]:
    zone = city_zones(connection).get(query.city or usual_city) if query.when is not None else None
    resolved = resolve(query, now, zone or "UTC")
    return resolved, trends(connection, resolved, by)


def _record(trend: Trend) -> dict[str, object]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in asdict(trend).items()}


OPERATIONS = (
    Operation(
        name="listTrends",
        path="/v1/trends",
        summary="Events in sum, by week, room, neighborhood, genre, kind, status, lead or price.",
        answer=TrendList,
        handler=_trends,
        query_parameters=QUERY_PARAMETERS,
        parameters=(
            Parameter(
                name="by",
                sentence="What puts events together; weeks without it.",
                schema={"type": "string", "enum": [*GROUPS]},
                example="venue",
                read=word_of(tuple(GROUPS), "grouping"),
            ),
        ),
        example="/v1/trends?city=seattle&by=venue",
    ),
)
