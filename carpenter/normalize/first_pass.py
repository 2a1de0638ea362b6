"""What one row says of its room, its night and of names, before anything is compared. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from carpenter.model import RawRow, SourceTraits
from carpenter.nights.moves import ANNOUNCED
from carpenter.nights.placement import NightReading, read_night
from carpenter.parsing.days import former_day, named_day, read_day
from carpenter.parsing.hours import read_times
from carpenter.parsing.status import read_status
from carpenter.titles.bill import Bill
from carpenter.titles.bill_parser import read_names
from carpenter.venues.cooccurrence import Shows, shows_of
from carpenter.venues.gazetteer import BY_EVIDENCE, OWN_ROOM, VenueIndex
from carpenter.venues.geography import Scenes, coordinates_of
from carpenter.venues.mention import NamedRoom, Particulars, named_room, particulars_of, room_named
from sms_database.venues import CityFacts
from sms_text.text import fold_key

MOST_ROOMS = 16_384
"""Rooms by their particulars of which a reader remembers the answer."""


class RowEvidence(NamedTuple):
    """What a row says by itself."""

    city: str | None
    room: NamedRoom | None
    venue_key: str | None
    rule: str
    """How the room was told, where it is a described one."""
    night: NightReading | None
    bill: Bill
    """Read without knowing any other row."""
    shows: Shows
    attested: frozenset[str]
    asked: frozenset[str]
    former_nights: frozenset[date]
    """The nights that its show has left, as it says itself."""


NOTHING = RowEvidence(
    city=None,
    room=None,
    venue_key=None,
    rule="",
    night=None,
    bill=Bill(acts=(), presenter=None, tour=None, headline=None, flags=frozenset()),
    shows=frozenset(),
    attested=frozenset(),
    asked=frozenset(),
    former_nights=frozenset(),
)
"""Of a row that tells nothing of the calendar."""


class _Told(NamedTuple):
    """A row's room, and how it was told."""

    room: NamedRoom | None
    venue_key: str | None
    rule: str


class EvidenceReader:
    """Reads evidence by the facts of cities and venues, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts], venues: VenueIndex) -> None:
        self._scenes = Scenes(cities)
        self._venues = venues
        self._room = lru_cache(maxsize=MOST_ROOMS)(self._resolve)

    def read(self, row: RawRow) -> RowEvidence:
        """The evidence of a row."""
        source, data = row.source, row.data
        if source.is_setlist:
            return NOTHING
        title, point = data.get("title"), coordinates_of(data)
        city = self._scenes.city_of(data, source.city, point)
        told = self._room(particulars_of(data, point), city, source)
        night = _night(data, point)
        names = read_names(title, data.get("artists") or [], data.get("venue_name"))
        return RowEvidence(
            city=city,
            room=told.room,
            venue_key=told.venue_key,
            rule=told.rule,
            night=night,
            bill=names.bill,
            shows=shows_of(night.night if night else None, {fold_key(act.name) for act in names.bill.acts}),
            attested=names.attested,
            asked=names.asked,
            former_nights=_former_nights(row, night.night, names.bill.flags) if night else frozenset(),
        )

    def _resolve(self, particulars: Particulars | None, city: str | None, source: SourceTraits) -> _Told:
        """The room of all rows of a source that print the same of it."""
        room = room_named(particulars, source.slug, city) if particulars is not None else None
        if room is not None:
            described = self._venues.describe(room)
            return _Told(room, described.venue.key, described.rule) if described else _Told(room, None, BY_EVIDENCE)
        own = self._venues.own_room(source)
        if own is None:
            return _Told(None, None, "")
        return _Told(named_room({"venue_name": own.name}, source.slug, own.city), own.key, OWN_ROOM)


def _former_nights(row: RawRow, night: date, flags: frozenset[str]) -> frozenset[date]:
    """What earlier versions of a row, or its title, give for the days of a show of which it says that it has moved."""
    if read_status(row.data.get("status_text"), flags) not in ANNOUNCED:
        return frozenset()
    said = former_day(row.data.get("title"), night)
    return frozenset({*row.former_days, said or night} - {night})


def _night(data: Mapping[str, Any], point: tuple[float, float] | None) -> NightReading | None:
    named = named_day(data.get("title"))
    day = read_day(data.get("event_day")) or named
    if not isinstance(day, date):
        return None
    times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
    return read_night(day, times.start or times.doors, data.get("timezone"), point[1] if point else None, named)
