"""Events of /v1 in sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection
from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.middleware.kept_responses import KEPT_FOR, remember
from sms_api.problems import wrong_parameters
from sms_api.rest.events import QUERY_PARAMETERS
from sms_api.rest.openapi import Asked, Operation, Parameter, Reply
from sms_api.rest.records import TrendList
from sms_catalog.query import Query, resolve
from sms_catalog.query_problems import QueryProblem
from sms_catalog.query_scopes import scopes_of
from sms_catalog.query_values import word_of
from sms_catalog.trends import GROUPS, Trend, trends
from sms_catalog.venues import city_zones

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
        summary="Events in sum, by week, room, neighborhood, genre, kind or status.",
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
