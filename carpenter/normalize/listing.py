"""One row, understood on its own: title, bill, times, price, age, status, venue. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from carpenter.model import Clock, Note, Placed, Reading, Skipped, VenueRef
from carpenter.nights.placement import MORNING_ENDS
from carpenter.normalize.clock import other_clocks, read_clock
from carpenter.normalize.kinds import kind_of
from carpenter.parsing.ages import read_min_age
from carpenter.parsing.days import is_utc, named_day, read_day
from carpenter.parsing.descriptions import Prose, hours_of, read_prose
from carpenter.parsing.hours import hour_of_title
from carpenter.parsing.instants import NO_TIMES, Instants, LocalTimes, Problem, read_times, with_titles_hour
from carpenter.parsing.letter_case import display_case, is_shouting
from carpenter.parsing.prices import NO_PRICE, Price, read_price
from carpenter.parsing.status import read_status, status_problem
from carpenter.titles.bill import Bill, read_bill
from carpenter.titles.strip import without_day_and_room
from carpenter.venues.geography import city_of
from sms_database.venues import CityFacts
from sms_text.text import clean, fold_key, safe_url

_ZONES = frozenset(available_timezones())

LONGEST_GENRE = 60
"""Characters of a genre that are kept."""

IsKnown = Callable[[str], bool]
"""Does any row attest that this folded name is an act?"""


class Normalizer:
    """Reads rows by the facts of cities, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts]) -> None:
        self._cities = cities

    def read(self, placed: Placed, is_known: IsKnown) -> Reading | Skipped:
        """A row in its place, understood; or the reason why it cannot be part of any event."""
        row, venue = placed.row, placed.venue
        data = row.data
        get = data.get
        notes: list[Note] = []
        printed = get("title")
        day = read_day(get("event_day"))
        if not isinstance(day, date):
            named = named_day(printed)
            if day is not None or named is None:
                return Skipped(row, f"no day: {day or 'none given'}")
            day = named
            notes.append(Note("event_day", f"{day} is from the title"))
        title = clean(printed)
        if title is None:
            return Skipped(row, "no title: nothing is left of it as plain text")
        city = venue.city if venue else city_of(data, row.source.city, self._cities)
        if city is None:
            return Skipped(row, "no city: the row names no town and no place")
        timezone = self._timezone(get("timezone"), city, venue, notes)
        if timezone is None:
            return Skipped(row, "no time zone: neither row, venue nor city gives one that exists")
        in_utc = is_utc(get("timezone"))
        prose = read_prose(get("description"))
        end_day = read_day(end_text) if (end_text := get("end_day")) is not None else None
        times = _times(data, title, prose, notes, in_utc=in_utc)
        clock, said = read_clock(day, end_day if isinstance(end_day, date) else None, times, timezone, in_utc=in_utc)
        if placed.left_night is not None:
            clock, end_day = Clock(day=placed.night, times=NO_TIMES, instants=Instants()), None
            said = (f"still those of {placed.left_night}, which others say the show has moved from",)
        if said:
            notes += [Note("times", each) for each in said]
        status_text = get("status_text")
        if status_text and (problem := status_problem(status_text)) is not None:
            notes.append(Note("status", problem))
        first = clock.times.start or clock.times.doors
        is_early = first is not None and first < MORNING_ENDS and not in_utc
        listed = get("artists") or []
        bill = placed.own_bill
        if any(map(is_known, placed.asked)):
            bill = read_bill(printed, listed, is_known, venue_name=get("venue_name"))
        acts = [act.name for act in bill.acts]
        billed = tuple([fold_key(act) for act in acts])
        return Reading(
            row=row,
            city=city,
            title=_shown_title(title, clock.day, venue),
            title_key=fold_key(title),
            bill=bill,
            billed=billed,
            act_keys=frozenset(billed),
            kind=kind_of(title, acts, get("genres") or ()),
            status=read_status(status_text, bill.flags),
            day=clock.day,
            end_day=_end_day(end_day, clock.day, notes) if end_day is not None else None,
            timezone=timezone,
            times=clock.times,
            instants=clock.instants,
            other_clocks=tuple(other_clocks(clock, first, placed.night, timezone)) if first and is_early else (),
            venue=venue,
            price=_price(data, bill),
            min_age=_min_age(get("age_text"), printed, prose),
            description=prose.text,
            event_url=safe_url(row.source_url),
            ticket_url=safe_url(tickets) if (tickets := get("ticket_url")) else None,
            image_url=safe_url(image) if (image := get("image_url")) else None,
            genres=_genres(get("genres"), listed),
            notes=tuple(notes),
            follows_move=placed.left_night is not None,
        )

    def _timezone(self, stated: str | None, city: str, venue: VenueRef | None, notes: list[Note]) -> str | None:
        """The room's own zone, else its city's, else the row's: a row's zone is often that of a server."""
        if venue is not None and venue.key is not None and venue.timezone is not None:
            return venue.timezone
        if city in self._cities:
            return self._cities[city].timezone
        if stated is not None and stated not in _ZONES:
            notes.append(Note("timezone", f"{stated!r} is no IANA time zone"))
        if venue is not None and venue.timezone is not None:
            return venue.timezone
        return stated if stated in _ZONES else None


def _shown_title(title: str, day: date, venue: VenueRef | None) -> str:
    has_day_or_room = "/" in title or "@" in title
    bare = without_day_and_room(title, day, venue.mention if venue else None) if has_day_or_room else title
    return display_case(bare) if is_shouting(bare) else bare


def _times(data: Mapping[str, Any], title: str, prose: Prose, notes: list[Note], *, in_utc: bool) -> LocalTimes:
    """The hours that the row gives as fields, else in its title, else in its description."""
    times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
    if times.problems:
        notes += [Note("times", problem) for problem in times.problems]
    if not in_utc and (named := hour_of_title(title)) is not None:
        times = with_titles_hour(times, named)
    if times.start is not None and times.doors is not None:
        return times
    said = hours_of(title, prose)
    if said is NO_TIMES:
        return times
    return times._replace(
        doors=times.doors or (said.doors if said.start in (None, times.start) else None),
        start=times.start or said.start,
    )


def _end_day(end_day: date | Problem, day: date, notes: list[Note]) -> date | None:
    if not isinstance(end_day, date):
        notes.append(Note("end_day", end_day))
        return None
    if end_day < day:
        notes.append(Note("end_day", f"{end_day} is before {day}"))
        return None
    return end_day


def _genres(of_event: Any, listed: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The genres that a row names, of the event and of the performers that it lists, each spelling once."""
    named = [of_event, *[entry["genres"] for entry in listed if entry.get("genres")]]
    texts = [genre for each in named if isinstance(each, list) for genre in each if isinstance(genre, str)]
    return tuple(dict.fromkeys(genre for text in texts if (genre := clean(text, limit=LONGEST_GENRE)) is not None))


def _price(data: Mapping[str, Any], bill: Bill) -> Price:
    """Numbers that the source gives as numbers, else those that it prints."""
    currency = data.get("currency")
    text = data.get("price_text")
    printed = read_price(text, default_currency=currency or "USD") if text else NO_PRICE
    low, high = data.get("price_min"), data.get("price_max")
    if low is None and high is None:
        return printed._replace(is_free=True) if printed.is_free is None and "free" in bill.flags else printed
    stated = read_price(f"{low if low is not None else high} - {high if high is not None else low}")
    return stated._replace(currency=currency or printed.currency)


def _min_age(age_text: str | None, title: str | None, prose: Prose) -> int | None:
    """What the source says of ages, else what the title says, else what the description says."""
    for text in (age_text, title):
        if text and (age := read_min_age(text)) is not None:
            return age
    return prose.min_age
