"""Venues and artists."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import artist_path, report_path, venue_path
from sms_api.pages.queries import asked_query, coming, one_id, query_tail
from sms_api.pages.rendering import Holds, frame_of, page_response
from sms_api.pages.scenes import same_until, tonight_in
from sms_api.pages.views.profile import ProfileView, artist_view, venue_view
from sms_api.pages.views.wording import Link
from sms_api.problems import Problem
from sms_catalog.artists import artist_by_id
from sms_catalog.cities import Scene, scene_by_slug
from sms_catalog.counts import events_by_year
from sms_catalog.event_cards import read_events
from sms_catalog.events import CatalogEvent
from sms_catalog.identities import ids_by_slug
from sms_catalog.ids import ids_of_address
from sms_catalog.query import Query, resolve
from sms_catalog.query_scopes import scopes_of
from sms_catalog.venues import house_of, venue_by_id

SUFFIXES = ("json", "ics", "atom")

_HOUR = timedelta(hours=1)

PATHS: Mapping[str, Callable[[uuid.UUID, str], str]] = {"venue": venue_path, "artist": artist_path}


async def venue_page(request: Request) -> Response:
    """A room or house."""
    if (other := await _by_slug(request, "venue")) is not None:
        return other
    return await _profile(request, _read_venue, "{name}: shows, address and how that is known.")


async def artist_page(request: Request) -> Response:
    """An act."""
    if (other := await _by_slug(request, "artist")) is not None:
        return other
    return await _profile(request, _read_artist, "Where {name} plays, when, and how that is known.")


_Found = tuple[Scene | None, ProfileView, str, Query, Query]
"""The scene, what is shown, the path, and what is asked and would be asked by the path alone."""


async def _profile(
    request: Request, read: Callable[[Connection, Request, str, datetime], _Found], description: str
) -> Response:
    calendar = calendar_of(request)
    now = calendar.clock()
    scene, view, path, query, defaults = await calendar.catalog.read(read, request, request.path_params["name"], now)
    if request.url.path != path:
        return RedirectResponse(path + (f"?{request.url.query}" if request.url.query else ""), 301)
    frame = frame_of(
        request,
        scene,
        title=f"{view.name}: live music",
        description=description.format(name=view.name),
        path=path,
        tail=query_tail(query, defaults),
        suffixes=SUFFIXES,
        followed=Query(venues=defaults.venues, artist=defaults.artist),
    )
    holds = Holds(scopes_of(defaults), same_until(scene, now, _HOUR))
    return page_response(request, "profile.html", holds, frame=frame, view=view, report=report_path(path))


async def _by_slug(request: Request, entity: str) -> Response | None:
    """The way from an address without an id: to the one of this slug, or to a choice; None for one with an id."""
    name = request.path_params["name"]
    if ids_of_address(name) is not None:
        return None
    found = await calendar_of(request).catalog.read(ids_by_slug, entity, name)
    if not found:
        raise Problem(404, f"There is no {entity} at this address.")
    links = [Link(words, PATHS[entity](found_id, words)) for found_id, words in found]
    if len(links) == 1:
        return RedirectResponse(links[0].path, 302)
    frame = frame_of(
        request, None, title="Which one?", description=f"Several are called {name}.", path=None, is_indexed=False
    )
    return page_response(request, "choices.html", frame=frame, links=links)


def _read_venue(connection: Connection, request: Request, name: str, now: datetime) -> _Found:
    venue_id = one_id(connection, "venue", name)
    venue = _one(venue_by_id(connection, venue_id))
    scene, today = _scene(connection, request, venue["scene"], now)
    defaults = replace(coming(today), venues=[venue_id])
    query, events = _asked(connection, request, defaults, scene, now)
    years = events_by_year(connection, _over(defaults, today))
    path = venue_path(venue_id, venue["name"])
    view = venue_view(venue, house_of(connection, venue), events, years, query, path, _slug(scene), today)
    return scene, view, path, query, defaults


def _read_artist(connection: Connection, request: Request, name: str, now: datetime) -> _Found:
    artist_id = one_id(connection, "artist", name)
    artist = _one(artist_by_id(connection, artist_id))
    scene, today = _scene(connection, request, calendar_of(request).settings.city, now)
    defaults = replace(coming(today), artist=artist_id)
    query, events = _asked(connection, request, defaults, scene, now)
    years = events_by_year(connection, _over(defaults, today))
    path = artist_path(artist_id, artist["name"])
    view = artist_view(artist, events, years, query, path, _slug(scene), today)
    return scene, view, path, query, defaults


def _asked(
    connection: Connection, request: Request, defaults: Query, scene: Scene | None, now: datetime
) -> tuple[Query, Sequence[CatalogEvent]]:
    query = asked_query(request, defaults)
    resolved = resolve(query, now, scene.timezone if scene else "UTC")
    return query, read_events(connection, resolved)


def _over(defaults: Query, today: date) -> Query:
    return replace(defaults, first_night=None, last_night=today - timedelta(days=1))


def _scene(connection: Connection, request: Request, slug: str | None, now: datetime) -> tuple[Scene | None, date]:
    scene = scene_by_slug(connection, slug or calendar_of(request).settings.city)
    return scene, tonight_in(scene, now) if scene else now.date()


def _slug(scene: Scene | None) -> str | None:
    return scene.slug if scene else None


def _one(found: Mapping[str, Any] | None) -> Mapping[str, Any]:
    assert found is not None, "its id was read in the same snapshot"
    return found
