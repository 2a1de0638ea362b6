"""First pass over a row: the venue that it mentions, its night, its bill and names, by the row alone. Pure functions.

There are two passes because facts cross blocks: which names are acts, which venue a mention means and to which night a
row belongs depend on other rows, of any night. So each row is read once for these facts, in any order, and they are
stored. Only then is a row read in full, in the block to which it belongs (carpenter/normalize/listing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from carpenter.model import RawRow, SourceTraits
from carpenter.nights.moves import ANNOUNCED
from carpenter.nights.placement import NightReading, read_night
from carpenter.normalize.clock import lost_day
from carpenter.normalize.kind_clues import own_kind
from carpenter.normalize.kinds import may_have_bill
from carpenter.parsing.days import former_day, named_day, read_day
from carpenter.parsing.hours import read_times
from carpenter.parsing.status import read_status
from carpenter.titles.bill import Bill
from carpenter.titles.bill_parser import RowNames, read_names
from carpenter.venues.cooccurrence import ActNights, encode_act_nights
from carpenter.venues.gazetteer import BY_EVIDENCE, OWN_VENUE, VenueIndex
from carpenter.venues.geography import Scenes, coordinates_of
from carpenter.venues.mention import NamedVenue, Particulars, named_venue, particulars_of, venue_named
from sms_database.venues import CityFacts
from sms_text.text import fold_key

MAX_CACHED_VENUES = 16_384
"""Mentions of venues whose answer is cached: most rows of a source mention one of a few."""


class RowFacts(NamedTuple):
    """The facts of a row, read by itself."""

    city: str | None
    venue: NamedVenue | None
    venue_key: str | None
    rule: str
    """How the venue was identified, where it is one of venues.toml."""
    night: NightReading | None
    bill: Bill
    """Read with no names known but those that the row attests."""
    shows: ActNights
    attested: frozenset[str]
    """Folded names that the row proves to be acts."""
    asked: frozenset[str]
    """Folded names that would change its bill if other rows attested them."""
    former_nights: frozenset[date]
    """The nights from which its show has moved, by the row's own word."""


NO_FACTS = RowFacts(
    city=None,
    venue=None,
    venue_key=None,
    rule="",
    night=None,
    bill=Bill(acts=(), presenter=None, tour=None, headline=None, flags=frozenset()),
    shows=frozenset(),
    attested=frozenset(),
    asked=frozenset(),
    former_nights=frozenset(),
)
"""The facts of a setlist, which is no part of the calendar."""


class _ResolvedVenue(NamedTuple):
    """The venue that a row mentions, and how it was identified."""

    named: NamedVenue | None
    venue_key: str | None
    rule: str


class FirstPass:
    """Reads the facts of rows, given the cities and described venues, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts], venues: VenueIndex) -> None:
        self._scenes = Scenes(cities)
        self._venues = venues
        self._venue = lru_cache(maxsize=MAX_CACHED_VENUES)(self._resolve)

    def read(self, row: RawRow) -> RowFacts:
        """The facts of a row."""
        source, data = row.source, row.data
        if source.is_setlist:
            return NO_FACTS
        title, point = data.get("title"), coordinates_of(data)
        city = self._scenes.city_of(data, source.city, point)
        mentioned = self._venue(particulars_of(data, point), city, source)
        names = read_names(title, data.get("artists") or [], data.get("venue_name"))
        names = _of_music(names, row, mentioned.venue_key)
        night = _night(row, point, names.bill.flags)
        return RowFacts(
            city=city,
            venue=mentioned.named,
            venue_key=mentioned.venue_key,
            rule=mentioned.rule,
            night=night,
            bill=names.bill,
            shows=encode_act_nights(night.night if night else None, {fold_key(act.name) for act in names.bill.acts}),
            attested=names.attested,
            asked=names.asked,
            former_nights=_former_nights(row, night.night, names.bill.flags) if night else frozenset(),
        )

    def _resolve(self, particulars: Particulars | None, city: str | None, source: SourceTraits) -> _ResolvedVenue:
        """The venue of all rows of a source that print the same name, address and place."""
        named = venue_named(particulars, source.slug, city) if particulars is not None else None
        if named is not None:
            described = self._venues.describe(named)
            return (
                _ResolvedVenue(named, described.venue.key, described.rule)
                if described
                else _ResolvedVenue(named, None, BY_EVIDENCE)
            )
        own = self._venues.own_venue(source)
        if own is None:
            return _ResolvedVenue(None, None, "")
        return _ResolvedVenue(named_venue({"venue_name": own.name}, source.slug, own.city), own.key, OWN_VENUE)


def _of_music(names: RowNames, row: RawRow, venue_key: str | None) -> RowNames:
    """What the names of a row are worth, by whether the row is live music.

    One that is none attests nobody and asks about nobody. A doubtful one asks about all its names: whoever else
    attests one of them tells that it is music.
    """
    judged = own_kind(row, names.bill, venue_key)
    if may_have_bill(judged.kind, row.data.get("genres") or ()):
        return names
    asked = names.attested | names.asked if judged.is_doubtful else frozenset[str]()
    return RowNames(replace(names.bill, acts=()), frozenset(), asked)


def _former_nights(row: RawRow, night: date, flags: frozenset[str]) -> frozenset[date]:
    """The days that a row's earlier versions or its title name, where it says that its show has moved."""
    if read_status(row.data.get("status_text"), flags) not in ANNOUNCED:
        return frozenset()
    titled = former_day(row.data.get("title"), night)
    return frozenset({*row.former_days, titled or night} - {night})


def _night(row: RawRow, point: tuple[float, float] | None, flags: frozenset[str]) -> NightReading | None:
    data = row.data
    named = named_day(data.get("title"))
    day = read_day(data.get("event_day")) or named or lost_day(row, flags)
    if not isinstance(day, date):
        return None
    times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
    return read_night(day, times.start or times.doors, data.get("timezone"), point[1] if point else None, named)
