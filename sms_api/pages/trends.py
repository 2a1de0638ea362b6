"""A scene in sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import trends_path
from sms_api.pages.queries import MUSIC, given_parameters, query_tail
from sms_api.pages.rendering import Holds, frame_of, page_response
from sms_api.pages.scenes import same_until, scene_asked, tonight_in
from sms_api.pages.views.filters import filters_of
from sms_api.pages.views.trends import trend_tables
from sms_catalog.cities import Scene
from sms_catalog.query import Query, resolve
from sms_catalog.query_parameters import parse_query, query_parameters
from sms_catalog.query_problems import InvalidQuery, QueryProblem
from sms_catalog.query_scopes import scopes_of
from sms_catalog.trends import Trend, trends
from sms_catalog.words import day_words

_BACK, _AHEAD = timedelta(weeks=8), timedelta(weeks=16)

_DAY = timedelta(days=1)

_GROUPS = ("week", "venue", "neighborhood", "genre", "price", "lead")


async def trends_page(request: Request) -> Response:
    """Shows of the last weeks and the next, by week, room, neighborhood and genre."""
    calendar = calendar_of(request)
    now = calendar.clock()
    given = given_parameters(request)
    if any(name == "city" for name, _ in given):
        raise InvalidQuery([QueryProblem("city", "is in the path of this address already")])
    scene, query, defaults, found = await calendar.catalog.read(_read, request.path_params["city"], given, now)
    path = trends_path(scene.slug)
    frame = frame_of(
        request,
        scene,
        title=f"In sum: live music in {scene.name}",
        description=f"How much is on in {scene.name}, where, what it costs and how long before it is known.",
        path=path,
        tail=query_tail(query, defaults),
    )
    holds = Holds(scopes_of(query), same_until(scene, now, _DAY))
    asked = urlencode(query_parameters(query))
    return page_response(
        request,
        "trends.html",
        holds,
        frame=frame,
        tables=trend_tables(found),
        filters=filters_of(path, query, defaults, {}),
        asked=asked,
        span=_span(query),
    )


def _span(query: Query) -> str:
    first, last = query.first_night, query.last_night
    parts = [f"from {day_words(first)}" if first else "", f"to {day_words(last)}" if last else ""]
    return " ".join(part for part in parts if part)


def _read(
    connection: Connection, slug: str, given: Sequence[tuple[str, str]], now: datetime
) -> tuple[Scene, Query, Query, Mapping[str, Sequence[Trend]]]:
    scene = scene_asked(connection, slug)
    tonight = tonight_in(scene, now)
    monday = tonight - timedelta(days=tonight.weekday())
    usual = Query(city=slug, first_night=monday - _BACK, last_night=monday + _AHEAD - _DAY, kinds=MUSIC)
    asked = resolve(parse_query(given, defaults=usual), now, scene.timezone)
    if asked.at is not None:
        raise InvalidQuery([QueryProblem("at", "is not for sums, which are of what is now")])
    return scene, asked, usual, {by: trends(connection, asked, by) for by in _GROUPS}
