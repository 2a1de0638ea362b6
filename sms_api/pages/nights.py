"""Tonight, a night, and the week, of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import city_path, day_of, night_path
from sms_api.pages.rendering import frame_of, page_response
from sms_api.pages.scenes import scene_asked, tonight_in
from sms_api.pages.views.night import night_view
from sms_api.problems import Problem
from sms_catalog.cities import Scene
from sms_catalog.events import CatalogEvent, Query, stream_events
from sms_database.vocabulary import MUSIC_KINDS

SUFFIXES = ("json", "ics", "atom")


async def home(request: Request) -> Response:
    """Tonight in the city of the settings."""
    return await _night(request, calendar_of(request).settings.city, None)


async def tonight_page(request: Request) -> Response:
    """Tonight in a scene."""
    return await _night(request, request.path_params["city"], None)


async def night_page(request: Request) -> Response:
    """A night in a scene."""
    night = day_of(request.path_params["day"])
    if night is None:
        raise Problem(404, f"{request.path_params['day']} is no day: nights are at /seattle/2026-11-20.")
    return await _night(request, request.path_params["city"], night)


async def _night(request: Request, city: str, asked: date | None) -> Response:
    calendar = calendar_of(request)
    now = calendar.clock()

    def read(connection: Connection) -> tuple[Scene, date, Sequence[CatalogEvent], date | None]:
        scene = scene_asked(connection, city)
        night = asked or tonight_in(scene, now)
        events = _events(connection, scene, night, night)
        return scene, night, events, None if events else _next_night(connection, scene, night)

    scene, night, events, next_night = await calendar.catalog.read(read)
    view = night_view(scene, night, events, next_night, now)
    frame = frame_of(
        request,
        scene,
        title=f"{view.near or view.day}: live music in {scene.name}",
        description=f"{view.count} in {scene.name} on {view.day}: who plays, where, when, and how that is known.",
        path=city_path(scene.slug) if asked is None else night_path(scene.slug, night),
        suffixes=SUFFIXES,
    )
    return page_response(request, "night.html", frame=frame, view=view)


def _events(connection: Connection, scene: Scene, first: date, last: date) -> Sequence[CatalogEvent]:
    query = Query(city=scene.slug, first_night=first, last_night=last, kinds=sorted(MUSIC_KINDS))
    return list(stream_events(connection, query))


def _next_night(connection: Connection, scene: Scene, night: date) -> date | None:
    later = Query(city=scene.slug, first_night=night + timedelta(days=1), kinds=sorted(MUSIC_KINDS), limit=1)
    return next((event.night for event in stream_events(connection, later)), None)
