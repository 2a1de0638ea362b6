"""What an address asks of the catalog, whatever form the answer has: a page, or the page's address with an ending."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request

from sms_api.calendar import calendar_of
from sms_api.open_reads import SUFFIXES
from sms_api.pages.addresses import day_of
from sms_api.pages.scenes import tonight_in
from sms_api.problems import Problem
from sms_catalog.cities import scene_by_slug
from sms_catalog.identities import ids_in, is_on_record
from sms_catalog.ids import ids_of_address
from sms_catalog.query import Query
from sms_catalog.query_parameters import parse_query, query_parameters
from sms_catalog.query_problems import InvalidQuery, QueryProblem
from sms_database.vocabulary import MUSIC_KINDS

_SUFFIX = re.compile(rf"\.(?:{'|'.join(map(re.escape, SUFFIXES))})\Z")

MUSIC = tuple(sorted(MUSIC_KINDS))


class PageKind(Enum):
    """What a page with shows on it is of."""

    TONIGHT = auto()
    NIGHT = auto()
    WEEK = auto()
    MAP = auto()
    VENUE = auto()
    ARTIST = auto()
    EVENT = auto()
    SEARCH = auto()


_FIXED = {
    PageKind.TONIGHT: {"city"},
    PageKind.NIGHT: {"city", "night", "when", "from", "to"},
    PageKind.WEEK: {"city", "night", "when", "from", "to"},
    PageKind.MAP: {"city"},
    PageKind.VENUE: {"venue"},
    PageKind.ARTIST: {"artist"},
    PageKind.EVENT: {"id"},
    PageKind.SEARCH: set[str](),
}
"""The parameters that the path of each kind of page says already."""

_OF_CITY = {"week": PageKind.WEEK, "map": PageKind.MAP}
_OF_NAME = {"venues": PageKind.VENUE, "artists": PageKind.ARTIST, "events": PageKind.EVENT}
_ENTITIES = {PageKind.VENUE: "venue", PageKind.ARTIST: "artist", PageKind.EVENT: "event"}


@dataclass(frozen=True, slots=True)
class Place:
    """What the path of an address says, without its ending."""

    kind: PageKind
    city: str | None = None
    night: date | None = None
    name: str | None = None
    """Of a venue, an artist or an event: the last part of the path."""


def place_of(path: str, home_city: str) -> Place | None:
    """What a path says; None where it is of no page with shows. "/" is tonight in `home_city`."""
    parts = _SUFFIX.sub("", path).strip("/").split("/")
    match parts:
        case [""]:
            return Place(PageKind.TONIGHT, home_city)
        case ["search"]:
            return Place(PageKind.SEARCH)
        case [city]:
            return Place(PageKind.TONIGHT, city)
        case [kind, name] if kind in _OF_NAME:
            return Place(_OF_NAME[kind], name=name)
        case [city, word] if word in _OF_CITY:
            return Place(_OF_CITY[word], city)
        case [city, day] if (night := day_of(day)) is not None:
            return Place(PageKind.NIGHT, city, night)
    return None


async def page_query(request: Request) -> Query:
    """The query of a page, or of its address with an ending. Raises InvalidQuery, or Problem: 404, 410.

    Words for nights stay words, for `sms_catalog.query.resolve`. A venue, an artist and a search ask for tonight and
    later, unless the address names nights.
    """
    return asked_query(request, await page_defaults(request))


async def page_defaults(request: Request) -> Query:
    """What the path of a page asks by itself. Raises Problem."""
    place = place_of(request.url.path, calendar_of(request).settings.city)
    if place is None:
        raise Problem(404, "There is nothing at this address.")
    return await place_defaults(request, place)


async def place_defaults(request: Request, place: Place) -> Query:
    """What a place asks by itself. Raises Problem."""
    calendar = calendar_of(request)
    if place.name is None and place.kind is not PageKind.SEARCH:
        return defaults_of(place)
    return await calendar.catalog.read(_defaults_read, place, calendar.settings.city, calendar.clock())


def asked_query(request: Request, defaults: Query) -> Query:
    """The query of the address's parameters, with these defaults. Raises InvalidQuery."""
    return query_at(request, place_of(request.url.path, calendar_of(request).settings.city), defaults)


def query_at(request: Request, place: Place | None, defaults: Query, beside: Collection[str] = ()) -> Query:
    """The same of an address that asks of a place; `beside` names its own parameters. Raises InvalidQuery."""
    fixed = _FIXED[place.kind] if place else set()
    given = given_parameters(request)
    if taken := sorted({name for name, _ in given} & fixed):
        raise InvalidQuery([QueryProblem(name, "is in the path of this address already") for name in taken])
    return parse_query(given, defaults=defaults, beside=beside)


def given_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of an address, without those that a form sends empty."""
    return [(name, value) for name, value in request.query_params.multi_items() if value.strip()]


def query_tail(query: Query, defaults: Query) -> str:
    """What an address has after its path, "?free=yes"; empty where it asks for the defaults."""
    parameters = query_parameters(query, defaults=defaults)
    return f"?{urlencode(parameters)}" if parameters else ""


def defaults_of(place: Place) -> Query:
    """What a place in a scene asks by itself: live music and open stages."""
    if place.night is not None:
        return Query(city=place.city, first_night=place.night, last_night=place.night, kinds=MUSIC)
    return Query(city=place.city, when="week" if place.kind is PageKind.WEEK else "tonight", kinds=MUSIC)


def coming(tonight: date) -> Query:
    """What a venue, an artist and a search show by themselves: what is on tonight and later."""
    return Query(first_night=tonight)


def one_id(connection: Connection, entity: str, name: str) -> uuid.UUID:
    """The id of the event, venue or artist that the last part of a path names by its digits. Raises Problem."""
    ids = ids_of_address(name)
    if ids is None:
        raise Problem(404, f"There is no {entity} at this address.")
    found = ids_in(connection, entity, ids)
    if not found:
        if is_on_record(connection, entity, ids):
            raise Problem(410, f"This {entity} is no longer in the calendar.")
        raise Problem(404, f"There is no {entity} at this address.")
    return found[0]


def _defaults_read(connection: Connection, place: Place, home_city: str, now: datetime) -> Query:
    scene = scene_by_slug(connection, home_city)
    defaults = coming(tonight_in(scene, now) if scene else now.date())
    if place.name is None:
        return defaults
    found = one_id(connection, _ENTITIES[place.kind], place.name)
    match place.kind:
        case PageKind.VENUE:
            return replace(defaults, venues=[found])
        case PageKind.ARTIST:
            return replace(defaults, artist=found)
    return Query(ids=[found])
