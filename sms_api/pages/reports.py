"""Where readers tell of a mistake on the page of a show, a room or an act: it is kept, and changes nothing there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sms_api.calendar import calendar_of
from sms_api.middleware.rate_limits import network_of
from sms_api.pages.addresses import artist_path, event_path, report_path, reported_path, venue_path
from sms_api.pages.queries import one_id
from sms_api.pages.rendering import HTML, frame_of, page_html, page_response, public_url
from sms_api.pages.shows import read_show
from sms_api.pages.views.report import (
    FORM_FIELDS,
    LONGEST_LINK,
    LONGEST_SAID,
    Filled,
    Reportable,
    read_report,
    reportable_of,
    reportable_of_event,
)
from sms_api.pages.views.show import show_view
from sms_api.pages.views.wording import count_words
from sms_api.problems import Problem
from sms_api.same_origin import require_same_origin
from sms_catalog.artists import artist_by_id
from sms_catalog.cities import Scene, scene_by_slug
from sms_catalog.records import full_record
from sms_catalog.reports import reported_words
from sms_catalog.venues import venue_by_id
from sms_database.reports import REPORTED_ENTITIES, NewReport

_FORM = "application/x-www-form-urlencoded"

_MOST_PARTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    """What a reader tells of."""

    entity: str
    id: uuid.UUID
    scene: Scene | None
    city: str | None
    """The scene that it is of; None for an act."""
    path: str
    name: str
    where: str
    """Of a show its day and room."""
    record: Mapping[str, Any]
    reportable: Sequence[Reportable]


async def report_page(entity: str, request: Request) -> Response:
    """The form, and what comes of it."""
    if request.method == "POST":
        require_same_origin(request, public_url(request))
        filled = await _filled(request)
        return await _take(request, await _thing_of(request, entity), filled)
    thing = await _thing_of(request, entity)
    field = request.query_params.get("field", "")
    if request.url.path != report_path(thing.path):
        return RedirectResponse(report_path(thing.path, field), 301)
    return page_response(request, "report.html", **_shown(request, thing, Filled(field)))


async def reported_page(entity: str, request: Request) -> Response:
    """Thanks, and what happens next."""
    thing = await _thing_of(request, entity)
    frame = frame_of(
        request, thing.scene, title="Thank you", description="The report is kept.", path=None, is_indexed=False
    )
    return page_response(request, "reported.html", frame=frame, thing=thing)


async def _take(request: Request, thing: _Thing, filled: Filled) -> Response:
    """Keep a report, or show the form again with what is wrong beside each field."""
    calendar = calendar_of(request)
    read = read_report(filled, thing.reportable)
    if read.problems:
        return _again(request, thing, filled, 422, read.problems)
    if wait := calendar.reports.wait_seconds(network_of(request.scope)):
        minutes = count_words(-(-wait // 60), "minute")
        told = {"form": f"Many reports came from your network just now. Send this one again in {minutes}."}
        answer = _again(request, thing, filled, 429, told)
        answer.headers["retry-after"] = str(wait)
        return answer
    report = NewReport(
        at=calendar.clock(),
        entity=thing.entity,
        entity_id=thing.id,
        city=thing.city,
        field=read.field,
        shown=reported_words(thing.entity, thing.record, read.field),
        said=read.said,
        link=read.link,
    )
    await calendar.reports.keep(report)
    return RedirectResponse(reported_path(thing.path), 303, {"cache-control": "no-store"})


def _again(request: Request, thing: _Thing, filled: Filled, status: int, problems: Mapping[str, str]) -> Response:
    html = page_html("report.html", **_shown(request, thing, filled, problems))
    return Response(html, status, {"cache-control": "no-store"}, HTML)


def _shown(
    request: Request, thing: _Thing, filled: Filled, problems: Mapping[str, str] | None = None
) -> Mapping[str, Any]:
    title = f"Report a mistake: {thing.name}"
    frame = frame_of(
        request,
        thing.scene,
        title=f"Not sent yet. {title}" if problems else title,
        description=f"What is wrong on the page of {thing.name}?",
        path=None,
        is_indexed=False,
    )
    limits = {"said": LONGEST_SAID, "link": LONGEST_LINK}
    return {"frame": frame, "thing": thing, "filled": filled, "problems": problems or {}, "limits": limits}


async def _filled(request: Request) -> Filled:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise Problem(415, f"The body is a form: Content-Type: {_FORM}.")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        given = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_PARTS)
    except ValueError:
        raise Problem(422, f"The form has the fields {', '.join(FORM_FIELDS)}, each once.") from None
    parts = dict(given)
    if len(parts) != len(given) or not parts.keys() <= set(FORM_FIELDS):
        raise Problem(422, f"The form has the fields {', '.join(FORM_FIELDS)}, each once.")
    return Filled(**parts)


async def _thing_of(request: Request, entity: str) -> _Thing:
    calendar, name = calendar_of(request), request.path_params["name"]
    if entity == "event":
        return await calendar.catalog.read(_event, name, calendar.clock())
    return await calendar.catalog.read(_venue if entity == "venue" else _artist, name, calendar.settings.city)


def _event(connection: Connection, name: str, now: datetime) -> _Thing:
    found = read_show(connection, name, now)
    event = found.explanation.event
    view = show_view(found.explanation, found.titles, found.former_room, found.today)
    return _Thing(
        entity="event",
        id=event.id,
        scene=found.scene,
        city=event.city,
        path=event_path(event.id, event.event_day, event.title),
        name=view.name,
        where=view.day + (f" at {view.room.name}" if view.room else ""),
        record=full_record(event),
        reportable=reportable_of_event(view.facts),
    )


def _venue(connection: Connection, name: str, home: str) -> _Thing:
    venue = venue_by_id(connection, one_id(connection, "venue", name))
    assert venue is not None, "its id was read in the same snapshot"
    return _Thing(
        entity="venue",
        id=venue["id"],
        scene=scene_by_slug(connection, venue["scene"] or home),
        city=venue["scene"],
        path=venue_path(venue["id"], venue["name"]),
        name=venue["name"],
        where="",
        record=venue,
        reportable=reportable_of("venue", venue),
    )


def _artist(connection: Connection, name: str, home: str) -> _Thing:
    artist = artist_by_id(connection, one_id(connection, "artist", name))
    assert artist is not None, "its id was read in the same snapshot"
    return _Thing(
        entity="artist",
        id=artist["id"],
        scene=scene_by_slug(connection, home),
        city=None,
        path=artist_path(artist["id"], artist["name"]),
        name=artist["name"],
        where="",
        record=artist,
        reportable=reportable_of("artist", artist),
    )


ROUTES: list[BaseRoute] = [
    route
    for entity in REPORTED_ENTITIES
    for route in (
        Route(f"/{entity}s/{{name}}/report", partial(report_page, entity), methods=["GET", "POST"]),
        Route(f"/{entity}s/{{name}}/reported", partial(reported_page, entity)),
    )
]
