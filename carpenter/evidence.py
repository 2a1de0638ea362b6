"""What one row says of its room, its night and of names, before anything is compared. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from carpenter.bill import Act, Bill, read_bill, survey_title
from carpenter.mentions import NamedRoom, named_room
from carpenter.nights import NightReading, named_day, read_night
from carpenter.places import city_of, coordinates_of
from carpenter.times import read_day, read_times
from carpenter.values import RawRow
from carpenter.venues import BY_EVIDENCE, OWN_ROOM, VenueIndex
from sms_database.venues import CityFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEvidence:
    """What a row says by itself."""

    city: str | None
    room: NamedRoom | None
    venue_key: str | None
    rule: str
    """How the room was told, where it is a described one."""
    night: NightReading | None
    bill: Bill
    """Read without knowing any other row."""
    attested: frozenset[str]
    asked: frozenset[str]


NOTHING = RowEvidence(
    city=None,
    room=None,
    venue_key=None,
    rule="",
    night=None,
    bill=Bill(acts=(), presenter=None, tour=None, headline=None, flags=frozenset()),
    attested=frozenset(),
    asked=frozenset(),
)
"""Of a row that tells nothing of the calendar."""


def bill_as_json(bill: Bill) -> dict[str, Any]:
    """A bill as it is stored."""
    return {
        "acts": [[act.name, act.role, act.origin] for act in bill.acts],
        "presenter": bill.presenter,
        "tour": bill.tour,
        "headline": bill.headline,
        "flags": sorted(bill.flags),
    }


def stored_bill(stored: Mapping[str, Any]) -> Bill:
    """A bill of the form of `bill_as_json`."""
    return Bill(
        acts=tuple(Act(*act) for act in stored["acts"]),
        presenter=stored["presenter"],
        tour=stored["tour"],
        headline=stored["headline"],
        flags=frozenset(stored["flags"]),
    )


class EvidenceReader:
    """Reads evidence by the facts of cities and venues, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts], venues: VenueIndex) -> None:
        self._cities = cities
        self._venues = venues

    def read(self, row: RawRow) -> RowEvidence:
        """The evidence of a row."""
        if row.source.is_of_the_past:
            return NOTHING
        data = row.data
        title, listed = data.get("title"), data.get("artists") or []
        city = city_of(data, row.source.city, self._cities)
        room, venue_key, rule = self._room(row, city)
        names = survey_title(title, listed)
        return RowEvidence(
            city=city,
            room=room,
            venue_key=venue_key,
            rule=rule,
            night=self._night(row),
            bill=read_bill(title, listed, names.attested.__contains__, venue_name=data.get("venue_name")),
            attested=names.attested,
            asked=names.asked,
        )

    def _room(self, row: RawRow, city: str | None) -> tuple[NamedRoom | None, str | None, str]:
        room = named_room(row.data, row.source.slug, city)
        if room is None:
            own = self._venues.own_room(row.source)
            if own is None:
                return None, None, ""
            return named_room({"venue_name": own.name}, row.source.slug, own.city), own.key, OWN_ROOM
        described = self._venues.describe(room)
        return room, described.venue.key if described else None, described.rule if described else BY_EVIDENCE

    def _night(self, row: RawRow) -> NightReading | None:
        data = row.data
        named = named_day(data.get("title"))
        day = read_day(data.get("event_day")) or named
        if not isinstance(day, date):
            return None
        times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
        point = coordinates_of(data)
        return read_night(day, times.start or times.doors, data.get("timezone"), point[1] if point else None, named)
