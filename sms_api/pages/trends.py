"""A scene in sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import trends_path
from sms_api.pages.queries import MUSIC
from sms_api.pages.rendering import Holds, frame_of, page_response
from sms_api.pages.scenes import same_until, scene_asked, tonight_in
from sms_api.pages.views.trends import trend_tables
from sms_catalog.cities import Scene
from sms_catalog.query import Query
from sms_catalog.query_scopes import scopes_of
from sms_catalog.trends import Trend, trends
from sms_catalog.words import day_words

_BACK, _AHEAD = timedelta(weeks=8), timedelta(weeks=16)

_DAY = timedelta(days=1)

_GROUPS = ("week", "venue", "neighborhood", "genre")


async def trends_page(request: Request) -> Response:
    """Shows of the last weeks and the next, by week, room, neighborhood and genre."""
    calendar = calendar_of(request)
    now = calendar.clock()
    scene, query, found = await calendar.catalog.read(_read, request.path_params["city"], now)
    frame = frame_of(
        request,
        scene,
        title=f"In sum: live music in {scene.name}",
        description=f"How much is on in {scene.name}, where, what it costs and how long before it is known.",
        path=trends_path(scene.slug),
    )
    holds = Holds(scopes_of(query), same_until(scene, now, _DAY))
    first, last = query.first_night, query.last_night
    assert first is not None
    assert last is not None
    span = f"from {day_words(first)} to {day_words(last)}"
    return page_response(request, "trends.html", holds, frame=frame, tables=trend_tables(found), query=query, span=span)


def _read(connection: Connection, slug: str, now: datetime) -> tuple[Scene, Query, Mapping[str, Sequence[Trend]]]:
    scene = scene_asked(connection, slug)
    tonight = tonight_in(scene, now)
    monday = tonight - timedelta(days=tonight.weekday())
    asked = Query(city=slug, first_night=monday - _BACK, last_night=monday + _AHEAD - _DAY, kinds=MUSIC)
    return scene, asked, {by: trends(connection, asked, by) for by in _GROUPS}
