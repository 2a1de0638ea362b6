"""A show: what is known of it, why, and from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import event_path, report_path
from sms_api.pages.queries import one_id
from sms_api.pages.rendering import Holds, frame_of, page_response, public_url
from sms_api.pages.scenes import same_until, tonight_in
from sms_api.pages.structured_data import data_block, music_event
from sms_api.pages.views.history import Moment, history_of
from sms_api.pages.views.revisions import former_start, former_venue
from sms_api.pages.views.show import show_view
from sms_api.problems import Problem
from sms_catalog.changes import changes_of
from sms_catalog.cities import Scene, scene_by_slug
from sms_catalog.events import event_by_id
from sms_catalog.explanations import Explanation, explanation_of
from sms_catalog.news import venue_names
from sms_catalog.query import Query
from sms_catalog.sources import source_titles
from sms_catalog.states import states
from sms_catalog.venues import venue_by_id

SUFFIXES = ("json", "ics")

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundShow:
    """What the catalog knows of a show."""

    explanation: Explanation
    titles: Mapping[str, str]
    """Of the sources, by slug."""
    former_room: str | None
    scene: Scene | None
    today: date
    history: Sequence[Moment]


async def show_page(request: Request) -> Response:
    """A show."""
    calendar = calendar_of(request)
    now = calendar.clock()
    found = await calendar.catalog.read(read_show, request.path_params["name"], now)
    explanation, scene = found.explanation, found.scene
    event = explanation.event
    path = event_path(event.id, event.event_day, event.title)
    if request.url.path != path:
        return RedirectResponse(path, 301)
    view = show_view(explanation, found.titles, found.former_room, found.today, found.history)
    where = f" at {view.room.name}" if view.room else ""
    status = f"{view.status.word}: " if view.status else ""
    frame = frame_of(
        request,
        scene,
        title=f"{status}{view.name}{where}, {view.day}",
        description=", ".join([f"{status}{view.name}{where}, {view.day}", *view.near]),
        path=path,
        suffixes=SUFFIXES,
        followed=Query(ids=[event.id]),
    )
    data = data_block(music_event(event, public_url(request), former_start(explanation)))
    holds = Holds(event.scopes, same_until(scene, now, _HOUR))
    return page_response(request, "show.html", holds, frame=frame, view=view, data=data, report=report_path(path))


def read_show(connection: Connection, name: str, now: datetime) -> FoundShow:
    """The show that the last part of an address names. Raises Problem."""
    event = event_by_id(connection, one_id(connection, "event", name))
    if event is None or event.is_hidden:
        raise Problem(410, "This event is no longer in the calendar.")
    scene = scene_by_slug(connection, event.city)
    explanation = explanation_of(connection, event)
    venue = former_venue(explanation)
    room = None if venue is None else venue_by_id(connection, venue)
    today = tonight_in(scene, now) if scene else now.date()
    changes = changes_of(connection, event.id)
    history = history_of(
        changes,
        states(connection, "event", [event.id]).get(event.id),
        venue_names(connection, changes),
        event.first_seen,
        event.timezone,
        today,
    )
    return FoundShow(
        explanation=explanation,
        titles=source_titles(connection),
        former_room=room["name"] if room else None,
        scene=scene,
        today=today,
        history=history,
    )
