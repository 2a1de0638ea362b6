"""One row, understood on its own: title, bill, times, price, age, status, venue. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from carpenter.ages import read_min_age
from carpenter.bill import Bill, asked_names, attested_names, read_bill
from carpenter.kinds import kind_of
from carpenter.prices import Price, read_price
from carpenter.status import read_status, status_problem
from carpenter.text import clean, display_case, fold_key, is_shouting, plain_text, safe_url
from carpenter.times import LocalTimes, read_day, read_times, times_in_prose, to_instants
from carpenter.title_notes import without_day_and_room
from carpenter.values import Note, RawRow, Reading, Skipped, VenueRef
from carpenter.venues import VenueIndex
from sms_database.venues import CityFacts

_ZONES = frozenset(available_timezones())

IsKnown = Callable[[str], bool]
"""Does any row attest that this folded name is an act?"""


class Normalizer:
    """Reads rows by the facts of cities and venues, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts], venues: VenueIndex) -> None:
        self._cities = cities
        self._venues = venues

    def survey(self, data: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
        """Folded names that a row attests by itself, and folded names that its reading asks about."""
        title, listed = clean(data.get("title")), data.get("artists") or []
        names = [entry["name"] for entry in listed]
        attested = frozenset(fold_key(name) for name in attested_names(title, names))
        return attested, frozenset(asked_names(title, names))

    def read(self, row: RawRow, city: str, is_known: IsKnown) -> Reading | Skipped:
        """A row of this city, understood; or the reason why it cannot be part of any event."""
        data = row.data
        day = read_day(data.get("event_day"))
        if not isinstance(day, date):
            return Skipped(row, f"no day: {day or 'none given'}")
        title = clean(data.get("title"))
        if title is None:
            return Skipped(row, "no title: nothing is left of it as plain text")
        notes: list[Note] = []
        venue = self._venues.resolve(data, city, row.source)
        timezone = self._timezone(data, city, venue, notes)
        if timezone is None:
            return Skipped(row, "no time zone: neither row, venue nor city gives one that exists")
        description = plain_text(data.get("description"))
        times = self._times(data, title, description, notes)
        end_day = self._end_day(data, day, notes)
        instants = to_instants(day, timezone, times, end_day)
        notes += [Note("times", problem) for problem in instants.problems]
        if (problem := status_problem(data.get("status_text"))) is not None:
            notes.append(Note("status", problem))
        bill = read_bill(title, data.get("artists") or [], is_known, venue_name=venue.name if venue else None)
        acts = [act.name for act in bill.acts]
        return Reading(
            row=row,
            title=self._shown_title(title, day, venue),
            bill=bill,
            act_keys=frozenset(fold_key(name) for name in acts),
            kind=kind_of(title, acts, data.get("genres") or []),
            status=read_status(data.get("status_text"), bill.flags),
            day=day,
            end_day=end_day,
            timezone=timezone,
            times=times,
            instants=instants,
            venue=venue,
            price=self._price(data, bill),
            min_age=self._min_age(data, description),
            description=description,
            event_url=safe_url(data.get("source_url")),
            ticket_url=safe_url(data.get("ticket_url")),
            image_url=safe_url(data.get("image_url")),
            notes=tuple(notes),
        )

    def _shown_title(self, title: str, day: date, venue: VenueRef | None) -> str:
        bare = without_day_and_room(title, day, (venue.mention.get("name") or venue.name) if venue else None)
        return display_case(bare) if is_shouting(bare) else bare

    def _timezone(self, data: Mapping[str, Any], city: str, venue: VenueRef | None, notes: list[Note]) -> str | None:
        """The room's own zone, else its city's, else the row's: a row's zone is often that of a server."""
        if venue is not None and (facts := self._venues.facts_of(venue)) is not None:
            return facts.timezone
        if city in self._cities:
            return self._cities[city].timezone
        stated = data.get("timezone")
        if stated is not None and stated not in _ZONES:
            notes.append(Note("timezone", f"{stated!r} is no IANA time zone"))
        return stated if stated in _ZONES else None

    def _times(self, data: Mapping[str, Any], title: str, description: str | None, notes: list[Note]) -> LocalTimes:
        times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
        notes += [Note("times", problem) for problem in times.problems]
        if times.start is not None and times.doors is not None:
            return times
        prose = times_in_prose(f"{title}\n{description or ''}")
        return LocalTimes(
            doors=times.doors or (prose.doors if prose.start in (None, times.start) else None),
            start=times.start or prose.start,
            end=times.end,
            problems=times.problems,
        )

    def _end_day(self, data: Mapping[str, Any], day: date, notes: list[Note]) -> date | None:
        end_day = read_day(data.get("end_day"))
        if not isinstance(end_day, date):
            if end_day is not None:
                notes.append(Note("end_day", end_day))
            return None
        if end_day < day:
            notes.append(Note("end_day", f"{end_day} is before {day}"))
            return None
        return end_day

    def _price(self, data: Mapping[str, Any], bill: Bill) -> Price:
        """Numbers that the source gives as numbers, else those that it prints."""
        printed = read_price(data.get("price_text"), default_currency=data.get("currency") or "USD")
        low, high = data.get("price_min"), data.get("price_max")
        if low is None and high is None:
            is_free = True if printed.is_free is None and "free" in bill.flags else printed.is_free
            return Price(min=printed.min, max=printed.max, currency=printed.currency, is_free=is_free)
        stated = read_price(f"{low if low is not None else high} - {high if high is not None else low}")
        return Price(
            min=stated.min, max=stated.max, currency=data.get("currency") or printed.currency, is_free=stated.is_free
        )

    def _min_age(self, data: Mapping[str, Any], description: str | None) -> int | None:
        for text in (data.get("age_text"), data.get("title"), description):
            if (age := read_min_age(text)) is not None:
                return age
        return None
