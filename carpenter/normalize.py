"""One row, understood on its own: title, bill, times, price, age, status, venue. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from carpenter.ages import read_min_age
from carpenter.bill import Bill, read_bill
from carpenter.hours import hour_of_title
from carpenter.kinds import kind_of
from carpenter.nights import MIDNIGHT_ENDS, MORNING_ENDS, NIGHT_ENDS, evening_from_utc, is_utc, named_day
from carpenter.places import city_of
from carpenter.prices import Price, read_price
from carpenter.status import read_status, status_problem
from carpenter.text import clean, display_case, fold_key, is_shouting, plain_text, safe_url
from carpenter.times import LocalTimes, read_day, read_times, times_in_prose, to_instants, with_titles_hour
from carpenter.title_notes import without_day_and_room
from carpenter.values import Clock, Note, Placed, Reading, Skipped, VenueRef
from sms_database.venues import CityFacts

_ZONES = frozenset(available_timezones())

IsKnown = Callable[[str], bool]
"""Does any row attest that this folded name is an act?"""


class Normalizer:
    """Reads rows by the facts of cities, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts]) -> None:
        self._cities = cities

    def read(self, placed: Placed, is_known: IsKnown) -> Reading | Skipped:
        """A row in its place, understood; or the reason why it cannot be part of any event."""
        row, venue, data = placed.row, placed.venue, placed.row.data
        notes: list[Note] = []
        day = read_day(data.get("event_day"))
        if not isinstance(day, date):
            named = named_day(data.get("title"))
            if day is not None or named is None:
                return Skipped(row, f"no day: {day or 'none given'}")
            day = named
            notes.append(Note("event_day", f"{day} is from the title"))
        title = clean(data.get("title"))
        if title is None:
            return Skipped(row, "no title: nothing is left of it as plain text")
        city = venue.city if venue else city_of(data, row.source.city, self._cities)
        if city is None:
            return Skipped(row, "no city: the row names no town and no place")
        timezone = self._timezone(data, city, venue, notes)
        if timezone is None:
            return Skipped(row, "no time zone: neither row, venue nor city gives one that exists")
        description = plain_text(data.get("description"))
        clock = self._clock(data, day, timezone, self._times(data, title, description, notes), notes)
        if (problem := status_problem(data.get("status_text"))) is not None:
            notes.append(Note("status", problem))
        listed = data.get("artists") or []
        bill = placed.own_bill
        if any(map(is_known, placed.asked)):
            bill = read_bill(data.get("title"), listed, is_known, venue_name=data.get("venue_name"))
        acts = [act.name for act in bill.acts]
        return Reading(
            row=row,
            city=city,
            title=self._shown_title(title, clock.day, venue),
            title_key=fold_key(title),
            bill=bill,
            act_keys=frozenset(map(fold_key, acts)),
            kind=kind_of(title, acts, data.get("genres") or []),
            status=read_status(data.get("status_text"), bill.flags),
            day=clock.day,
            end_day=self._end_day(data, clock.day, notes),
            timezone=timezone,
            times=clock.times,
            instants=clock.instants,
            other_clocks=tuple(self._other_clocks(data, clock, placed.night, timezone)),
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
        bare = without_day_and_room(title, day, venue.mention if venue else None)
        return display_case(bare) if is_shouting(bare) else bare

    def _timezone(self, data: Mapping[str, Any], city: str, venue: VenueRef | None, notes: list[Note]) -> str | None:
        """The room's own zone, else its city's, else the row's: a row's zone is often that of a server."""
        if venue is not None and venue.key is not None and venue.timezone is not None:
            return venue.timezone
        if city in self._cities:
            return self._cities[city].timezone
        stated = data.get("timezone")
        if stated is not None and stated not in _ZONES:
            notes.append(Note("timezone", f"{stated!r} is no IANA time zone"))
        if venue is not None and venue.timezone is not None:
            return venue.timezone
        return stated if stated in _ZONES else None

    def _times(self, data: Mapping[str, Any], title: str, description: str | None, notes: list[Note]) -> LocalTimes:
        times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
        notes += [Note("times", problem) for problem in times.problems]
        if not is_utc(data.get("timezone")):
            times = with_titles_hour(times, hour_of_title(title))
        if times.start is not None and times.doors is not None:
            return times
        prose = times_in_prose(f"{title}\n{description or ''}")
        return LocalTimes(
            doors=times.doors or (prose.doors if prose.start in (None, times.start) else None),
            start=times.start or prose.start,
            end=times.end,
            problems=times.problems,
        )

    def _clock(self, data: Mapping[str, Any], day: date, timezone: str, times: LocalTimes, notes: list[Note]) -> Clock:
        """The row's day and hours; those of a row that says UTC, in the zone of the place."""
        end_day = read_day(data.get("end_day"))
        given = "UTC" if is_utc(data.get("timezone")) else timezone
        instants = to_instants(day, given, times, end_day if isinstance(end_day, date) and end_day >= day else None)
        notes += [Note("times", problem) for problem in instants.problems]
        first = instants.starts_at or instants.doors_at
        if given == timezone or first is None:
            return Clock(day=day, times=times, instants=instants)
        zone = ZoneInfo(timezone)
        doors, start, end = (
            instant.astimezone(zone).time() if instant is not None else None
            for instant in (instants.doors_at, instants.starts_at, instants.ends_at)
        )
        there = first.astimezone(zone)
        notes.append(Note("times", f"given in UTC, which is {there:%Y-%m-%d %H:%M} there"))
        return Clock(day=there.date(), times=LocalTimes(doors=doors, start=start, end=end), instants=instants)

    def _other_clocks(self, data: Mapping[str, Any], clock: Clock, night: date, timezone: str) -> Iterator[Clock]:
        """What an early hour may mean as well: that hour after the night that it is dated by, or an evening in UTC."""
        first = clock.times.start or clock.times.doors
        if first is None or first >= MORNING_ENDS or is_utc(data.get("timezone")):
            return
        if first.hour < NIGHT_ENDS and night == clock.day:
            after = to_instants(clock.day + timedelta(days=1), timezone, clock.times)
            reason = "dated by the night that it goes on from"
            yield Clock(day=clock.day + timedelta(days=1), times=clock.times, instants=after, reason=reason)
        evening = evening_from_utc(clock.day, first, timezone) if first >= MIDNIGHT_ENDS else None
        if evening is not None:
            times = LocalTimes(start=evening.time())
            instants = to_instants(evening.date(), timezone, times)
            yield Clock(day=evening.date(), times=times, instants=instants, reason="printed in UTC without saying so")

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
