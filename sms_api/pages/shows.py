"""A show: what is known of it, why, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import event_path
from sms_api.pages.queries import one_id
from sms_api.pages.rendering import frame_of, page_response, public_url
from sms_api.pages.scenes import tonight_in
from sms_api.pages.structured_data import data_block, music_event
from sms_api.pages.views.show import former_start, show_view
from sms_api.problems import Problem
from sms_catalog.cities import Scene, scene_by_slug
from sms_catalog.events import event_by_id
from sms_catalog.explanations import Explanation, explanation_of
from sms_catalog.sources import source_titles

SUFFIXES = ("json", "ics")


async def show_page(request: Request) -> Response:
    """A show."""
    calendar = calendar_of(request)
    explanation, titles, scene, today = await calendar.catalog.read(
        _read, request.path_params["name"], calendar.clock()
    )
    event = explanation.event
    path = event_path(event.id, event.event_day, event.title)
    if request.url.path != path:
        return RedirectResponse(path, 301)
    view = show_view(explanation, titles, today)
    where = f" at {view.room.name}" if view.room else ""
    status = f"{view.status.word}: " if view.status else ""
    frame = frame_of(
        request,
        scene,
        title=f"{status}{view.name}{where}, {view.day}",
        description=", ".join([f"{status}{view.name}{where}, {view.day}", *view.near]),
        path=path,
        suffixes=SUFFIXES,
    )
    data = data_block(music_event(event, public_url(request), former_start(explanation)))
    return page_response(request, "show.html", frame=frame, view=view, data=data)


def _read(
    connection: Connection, name: str, now: datetime
) -> tuple[Explanation, Mapping[str, str], Scene | None, date]:
    event = event_by_id(connection, one_id(connection, "event", name))
    if event is None or event.is_hidden:
        raise Problem(410, "This event is no longer in the calendar.")
    scene = scene_by_slug(connection, event.city)
    today = tonight_in(scene, now) if scene else now.date()
    return explanation_of(connection, event), source_titles(connection), scene, today
