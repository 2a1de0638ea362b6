"""Tonight, a night, the week and the map, of a scene."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sms_api.calendar import calendar_of
from sms_api.pages.addresses import city_path, day_of, map_path, night_path, week_path
from sms_api.pages.map_tiles import ground_of
from sms_api.pages.queries import asked_query, defaults_of, given_parameters, place_of, query_tail
from sms_api.pages.rendering import Holds, frame_of, page_response
from sms_api.pages.scenes import same_until, scene_asked, tonight_in
from sms_api.pages.views.filters import filters_of
from sms_api.pages.views.map import map_view
from sms_api.pages.views.night import night_view
from sms_api.pages.views.week import week_view
from sms_api.pages.views.wording import silence_words
from sms_api.problems import Problem
from sms_catalog.cities import Scene
from sms_catalog.event_cards import read_events
from sms_catalog.events import CatalogEvent
from sms_catalog.facets import FacetCount, facets
from sms_catalog.query import Query, resolve
from sms_catalog.query_scopes import scopes_of
from sms_catalog.sources import last_read_at
from sms_catalog.words import day_words, moment_words
from sms_database.scopes import city_scope

SUFFIXES = ("json", "ics", "atom")

_MINUTE = timedelta(minutes=1)
"""Tonight says what the clock says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a page of a scene asks, and what the catalog answers."""

    scene: Scene
    defaults: Query
    query: Query
    first: date
    last: date
    events: Sequence[CatalogEvent]
    next_night: date | None
    """Where nothing is on: the next night on which something is that the query asks for."""
    scopes: Collection[str]
    """What the page is made from, as changes have it."""
    silence: str
    """What the page says of itself where no source was read of late."""
    counts: Mapping[str, Sequence[FacetCount]]
    """By the facets that filters show; empty where counting took too long."""
    now: datetime

    @property
    def holds(self) -> Holds:
        """How long the page says the same."""
        return Holds(self.scopes, same_until(self.scene, self.now, _MINUTE))

    @property
    def past(self) -> str | None:
        """Of which time the page tells, where that is not now."""
        at = self.query.at
        if isinstance(at, datetime):
            return moment_words(at)
        return None if at is None else f"the end of {day_words(at)}"

    @property
    def followed(self) -> Query | None:
        """What a change on the page concerns: a scene and its nights. Nothing changes what was."""
        asked = self.query
        if asked.at is not None:
            return None
        return Query(city=asked.city, when=asked.when, first_night=asked.first_night, last_night=asked.last_night)

    @property
    def tail(self) -> str:
        """What the address has after its path."""
        return query_tail(self.query, self.defaults)


async def night_page(request: Request) -> Response:
    """Tonight, or another night."""
    if (moved := _clean_address(request)) is not None:
        return moved
    listing = await _listing(request)
    scene, night = listing.scene, listing.first
    is_tonight = listing.defaults.when is not None
    path = city_path(scene.slug) if is_tonight else night_path(scene.slug, night)
    view = night_view(scene, night, listing.events, listing.next_night, listing.now)
    frame = frame_of(
        request,
        scene,
        title=f"{view.near or view.day}: live music in {scene.name}",
        description=f"{view.count} in {scene.name} on {view.day}: who plays, where, when, and how that is known.",
        path=path,
        tail=listing.tail,
        suffixes=SUFFIXES,
        followed=listing.followed,
        past=listing.past,
    )
    filters = filters_of(path, listing.query, listing.defaults, listing.counts)
    return page_response(
        request, "night.html", listing.holds, frame=frame, view=view, filters=filters, silence=listing.silence
    )


async def week_page(request: Request) -> Response:
    """Seven nights from tonight on, as a list and as a grid of rooms."""
    if (moved := _clean_address(request)) is not None:
        return moved
    listing = await _listing(request)
    scene, path = listing.scene, week_path(listing.scene.slug)
    view = week_view(scene, listing.first, listing.last, listing.events, listing.now)
    frame = frame_of(
        request,
        scene,
        title=f"The week: live music in {scene.name}",
        description=f"{view.count} in {scene.name}, {view.span}: who plays, where, when, and how that is known.",
        path=path,
        tail=listing.tail,
        suffixes=SUFFIXES,
        followed=listing.followed,
        past=listing.past,
    )
    filters = filters_of(path, listing.query, listing.defaults, listing.counts)
    return page_response(
        request, "week.html", listing.holds, frame=frame, view=view, filters=filters, silence=listing.silence
    )


async def map_page(request: Request) -> Response:
    """Where the rooms of tonight are."""
    if (moved := _clean_address(request)) is not None:
        return moved
    listing = await _listing(request)
    scene, path = listing.scene, map_path(listing.scene.slug)
    view = map_view(scene, listing.first, listing.last, listing.events, listing.now)
    frame = frame_of(
        request,
        scene,
        title=f"Map: live music in {scene.name}",
        description=f"The rooms of {scene.name} with a show, {view.span}.",
        path=path,
        tail=listing.tail,
        suffixes=("json",),
        followed=listing.followed,
        past=listing.past,
    )
    filters = filters_of(path, listing.query, listing.defaults, listing.counts)
    return page_response(
        request,
        "map.html",
        listing.holds,
        frame=frame,
        view=view,
        filters=filters,
        silence=listing.silence,
        **ground_of(request),
    )


async def _listing(request: Request) -> _Listing:
    calendar = calendar_of(request)
    place = place_of(request.url.path, calendar.settings.city)
    if place is None:
        raise Problem(404, "There is nothing at this address: nights are at /seattle/2026-11-20.")
    defaults = defaults_of(place)
    query = asked_query(request, defaults)
    return await calendar.catalog.read(_read, place.city or "", defaults, query, calendar.clock())


def _read(connection: Connection, city: str, defaults: Query, query: Query, now: datetime) -> _Listing:
    scene = scene_asked(connection, city)
    resolved = resolve(query, now, scene.timezone)
    first, last = resolved.first_night, resolved.last_night
    if first is None or last is None:
        raise Problem(422, "nights: this page is of one night or of a week: name both ends, or leave them out")
    events = read_events(connection, resolved)
    return _Listing(
        scene=scene,
        defaults=defaults,
        query=query,
        first=first,
        last=last,
        events=events,
        next_night=None if events else _next_night(connection, resolved, last),
        scopes=[*scopes_of(resolved), *([] if events else [city_scope(scene.slug)])],
        silence=silence_words(last_read_at(connection), now, tonight_in(scene, now)),
        counts=facets(connection, resolved, ("hood", "price", "age")) or {},
        now=now,
    )


def _next_night(connection: Connection, query: Query, last: date) -> date | None:
    later = replace(query, first_night=last + timedelta(days=1), last_night=None, limit=1)
    return next((event.night for event in read_events(connection, later)), None)


def _clean_address(request: Request) -> Response | None:
    """The way to the address that a form meant: a night has its own, and what was left empty is not asked."""
    given = given_parameters(request)
    place = place_of(request.url.path, calendar_of(request).settings.city)
    nights = [night for name, value in given if name == "night" and (night := day_of(value))]
    if place and place.night is None and place.city and len(nights) == 1 and place.name is None:
        rest = urlencode([pair for pair in given if pair[0] != "night"])
        return RedirectResponse(night_path(place.city, nights[0]) + (f"?{rest}" if rest else ""), 303)
    if len(given) < len(request.query_params.multi_items()):
        return RedirectResponse(request.url.path + (f"?{urlencode(given)}" if given else ""), 303)
    return None
