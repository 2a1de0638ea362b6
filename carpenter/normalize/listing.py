"""Second pass over a row: title, bill, times, price, age, status and venue, as one reading. Pure functions.

Day and hours are read again, for what the first pass keeps of them (the night) is less than an event shows. The bill is
that of the first pass, unless a name on which it depends has become known since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from carpenter.model import AssignedRow, Clock, Note, Reading, Skipped, VenueRef
from carpenter.nights.placement import MORNING_ENDS
from carpenter.normalize.clock import lost_day, other_clocks, read_clock
from carpenter.normalize.kind_clues import own_kind
from carpenter.normalize.kind_evidence import JudgedKind
from carpenter.normalize.kinds import may_have_bill
from carpenter.parsing.ages import read_min_age
from carpenter.parsing.days import is_utc, named_day, read_day
from carpenter.parsing.descriptions import Description, printed_hours, read_description
from carpenter.parsing.hours import NO_TIMES, LocalTimes, doors_and_show, hour_of_title, read_times, with_titles_hour
from carpenter.parsing.instants import Instants
from carpenter.parsing.letter_case import display_case, is_shouting
from carpenter.parsing.prices import NO_PRICE, Price, read_price
from carpenter.parsing.problem import Problem
from carpenter.parsing.status import read_status, status_problem
from carpenter.titles.annotations import is_moved_elsewhere, price_of_title
from carpenter.titles.bill import Bill
from carpenter.titles.bill_parser import read_bill
from carpenter.titles.strip import without_day_and_venue
from carpenter.venues.geography import Scenes, coordinates_of
from sms_database.venues import CityFacts
from sms_text.text import clean, fold_key
from sms_text.urls import safe_url

_ZONES = frozenset(available_timezones())

LONGEST_GENRE = 60
"""Characters of a genre that are kept."""

_SIGNS_OF_TEMPLATES = frozenset("/@|-")

IsKnown = Callable[[str], bool]
"""Called with a folded name: does any row attest that it is an act?"""


class Normalizer:
    """Reads rows into readings, given the cities, which are fixed for a run."""

    def __init__(self, cities: Mapping[str, CityFacts]) -> None:
        self._cities = cities
        self._scenes = Scenes(cities)

    def read(self, assigned: AssignedRow, is_known: IsKnown, decided_kind: str | None = None) -> Reading | Skipped:
        """The reading of a row in its block, or the reason why the row can be part of no event.

        `decided_kind`: the kind that a person gave it.
        """
        row, venue = assigned.row, assigned.venue
        data = row.data
        get = data.get
        notes: list[Note] = []
        printed = get("title")
        day = read_day(get("event_day"))
        if isinstance(day, Problem):
            return Skipped(row, f"no day: {day}", venue)
        has_others_day = assigned.left_night is not None
        if day is None:
            day, told = _day_not_given(assigned, printed)
            notes.append(Note("event_day", f"{day or assigned.night} is {told}"))
            has_others_day = has_others_day or day is None
        day = day or assigned.night
        title = clean(printed)
        if title is None:
            return Skipped(row, "no title: nothing is left of it as plain text", venue)
        city = venue.city if venue else self._scenes.city_of(data, row.source.city, coordinates_of(data))
        if city is None:
            return Skipped(row, "no city: the row names no town and no place", venue)
        timezone = self._timezone(get("timezone"), city, venue, notes)
        if timezone is None:
            return Skipped(row, "no time zone: neither row, venue nor city gives one that exists", venue)
        in_utc = is_utc(get("timezone"))
        description = read_description(get("description"))
        end_day = read_day(end_text) if (end_text := get("end_day")) is not None else None
        times = _times(data, title, description, notes, in_utc=in_utc)
        if has_others_day and (in_utc or _begins_early(times)):
            times = NO_TIMES  # they may be of the day before or after
        clock, clock_notes = read_clock(
            day, end_day if isinstance(end_day, date) else None, times, timezone, in_utc=in_utc
        )
        if assigned.left_night is not None:
            clock, end_day = Clock(day=assigned.night, times=NO_TIMES, instants=Instants()), None
            clock_notes = (f"still those of {assigned.left_night}, which others say the show has moved from",)
        if clock_notes:
            notes += [Note("times", each) for each in clock_notes]
        status_text = get("status_text")
        if status_text and (problem := status_problem(status_text)) is not None:
            notes.append(Note("status", problem))
        first = clock.times.start or clock.times.doors
        is_early = first is not None and first < MORNING_ENDS and not in_utc
        listed = get("artists") or []
        bill, known_acts, asked = assigned.own_bill, list[str](), frozenset(assigned.asked)
        if decided_kind is not None or any(map(is_known, asked)):
            bill = read_bill(printed, listed, is_known, venue_name=get("venue_name"))
            known_acts = [act.name for act in bill.acts if (key := fold_key(act.name)) in asked and is_known(key)]
        judged = own_kind(row, bill, venue.key if venue else None, known_acts)
        if decided_kind is not None:
            judged = JudgedKind(decided_kind, False, ())
        if bill.acts and not may_have_bill(judged.kind, get("genres") or ()):
            bill = replace(bill, acts=())
        if judged.evidence and min(each.weight for each in judged.evidence) < 0:
            notes.append(Note("kind", _why(judged)))
        acts = [act.name for act in bill.acts]
        billed = tuple([fold_key(act) for act in acts])
        return Reading(
            row=row,
            city=city,
            title=_shown_title(title, clock.day, venue, get("venue_city")),
            title_key=fold_key(title),
            bill=bill,
            billed=billed,
            act_keys=frozenset(billed),
            kind=judged.kind,
            is_kind_doubtful=judged.is_doubtful,
            status=_status(status_text, bill.flags, title, get("venue_name")),
            day=clock.day,
            end_day=_end_day(end_day, clock.day, notes) if end_day is not None else None,
            timezone=timezone,
            times=clock.times,
            instants=clock.instants,
            other_clocks=tuple(other_clocks(clock, first, assigned.night, timezone)) if first and is_early else (),
            venue=venue,
            price=_price(data, bill, title),
            min_age=_min_age(get("age_text"), printed, description),
            description=description.text,
            event_url=safe_url(row.source_url),
            ticket_url=safe_url(tickets) if (tickets := get("ticket_url")) else None,
            image_url=safe_url(image) if (image := get("image_url")) else None,
            genres=_genres(get("genres"), listed),
            notes=tuple(notes),
            has_others_day=has_others_day,
        )

    def _timezone(self, stated: str | None, city: str, venue: VenueRef | None, notes: list[Note]) -> str | None:
        """The IANA zone of a described venue, else of the city, else of another venue, else of the row.

        The row comes last: its zone is often that of the server that wrote it.
        """
        if venue is not None and venue.key is not None and venue.timezone is not None:
            return venue.timezone
        if city in self._cities:
            return self._cities[city].timezone
        if stated is not None and stated not in _ZONES:
            notes.append(Note("timezone", f"{stated!r} is no IANA time zone"))
        if venue is not None and venue.timezone is not None:
            return venue.timezone
        return stated if stated in _ZONES else None


def _day_not_given(assigned: AssignedRow, title: str | None) -> tuple[date | None, str]:
    """The day of a row that gives none, where its title or an earlier version does, and who tells it."""
    if (named := named_day(title)) is not None:
        return named, "from the title"
    if (told_before := lost_day(assigned.row, assigned.own_bill.flags)) is not None:
        return told_before, "from an earlier version, for this one gives none"
    return None, "the one night on which others list its acts here, for it gives none"


def _begins_early(times: LocalTimes) -> bool:
    first = times.start or times.doors
    return first is not None and first < MORNING_ENDS


def _why(judged: JudgedKind) -> str:
    """The evidence of a kind in one line: "other, doubtful: 0.3 …, -0.3 …, together 0"."""
    parts = ", ".join(f"{each.weight:+g} {each.detail}" for each in judged.evidence)
    return f"{judged.kind}{', doubtful' if judged.is_doubtful else ''}: {parts}, together {judged.score:g}"


def _shown_title(title: str, day: date, venue: VenueRef | None, town: str | None) -> str:
    has_day_or_room = not _SIGNS_OF_TEMPLATES.isdisjoint(title)
    bare = without_day_and_venue(title, day, venue.mention if venue else None, town) if has_day_or_room else title
    return display_case(bare) if is_shouting(bare) else bare


def _times(
    data: Mapping[str, Any], title: str, description: Description, notes: list[Note], *, in_utc: bool
) -> LocalTimes:
    """The hours of the row's fields, else of its title, else of its description."""
    times = read_times(data.get("doors_time"), data.get("start_time"), data.get("end_time"))
    if times.problems:
        notes += [Note("times", problem) for problem in times.problems]
    if not in_utc and (named := hour_of_title(title)) is not None:
        times = with_titles_hour(times, named)
    if times.start is not None and times.doors is not None:
        return times
    text_hours = doors_and_show(title)
    if text_hours is NO_TIMES:
        text_hours = printed_hours(title, description)
    if text_hours is NO_TIMES:
        return times
    if times.doors is None and times.start is not None and times.start == text_hours.doors:
        return with_titles_hour(times, text_hours.start)  # the field holds the doors, as the text says
    is_of_start = times.start is None or text_hours.start in (None, times.start)
    return times._replace(
        doors=times.doors or (text_hours.doors if is_of_start else None), start=times.start or text_hours.start
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


def _status(status_text: str | None, flags: Collection[str], title: str, room: str | None) -> str:
    """What the row says of the show; one that is moved to another room does not take place in this one."""
    status = read_status(status_text, flags)
    return "rescheduled" if status == "scheduled" and "moved" in flags and is_moved_elsewhere(title, room) else status


def _price(data: Mapping[str, Any], bill: Bill, title: str) -> Price:
    """The price of the row's number fields, else of its printed text, else of its title."""
    currency = data.get("currency")
    text = data.get("price_text")
    printed = read_price(text, default_currency=currency or "USD") if text else NO_PRICE
    low, high = data.get("price_min"), data.get("price_max")
    if low is None and high is None:
        if printed is NO_PRICE and "$" in title:
            printed = read_price(price_of_title(title))
        return printed._replace(is_free=True) if printed.is_free is None and "free" in bill.flags else printed
    stated = read_price(f"{low if low is not None else high} - {high if high is not None else low}")
    return stated._replace(currency=currency or printed.currency)


def _min_age(age_text: str | None, title: str | None, description: Description) -> int | None:
    """The minimum age of the row's own field, else of its title, else of its description."""
    for text in (age_text, title):
        if text and (age := read_min_age(text)) is not None:
            return age
    return description.min_age
