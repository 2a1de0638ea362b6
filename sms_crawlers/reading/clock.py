"""Hours as pages print them: "8:00 PM", "9pm", "noon", "19:30"; and instants in a zone's local time.

An hour is `HH:MM`. One that the clock shows twice, on the night on which it is set back, has its offset from UTC behind
it, where the source tells which of the two it is: `01:30-08:00` is the second half past one of an autumn in Seattle.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sms_crawlers.reading.problem import UnreadableField

HALF = r"[ap](?:\.\s?m\.?|m\b)"
"""am or pm, as a piece of a pattern."""

_CLOCK = re.compile(
    rf"(?<![\d:.$])(?:(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s*(?P<half>{HALF})"
    rf"|(?P<hour24>\d{{1,2}}):(?P<minute24>\d\d)(?::\d\d)?(?![\d:])(?!\s*{HALF})"
    r"|\b(?P<word>noon|midnight)\b)",
    re.IGNORECASE,
)
_WORDS = {"noon": "12:00", "midnight": "00:00"}


def read_clock(text: str, *, field: str = "start_time", evening: bool = False) -> str:
    """The one hour that `text` is, as `HH:MM`: "8:00 PM", "9pm", "8 p.m.", "noon", "19:30".

    Without am or pm a clock is read as printed, of 24 hours; with `evening`, hours 1 to 11 are after noon and a bare
    "8" is an hour too. Raises UnreadableField(field, …) for anything else: "25:00", "TBA", "7 or 8".
    """
    bare = re.fullmatch(r"\s*(\d{1,2})\s*", text) if evening else None
    clocks = [clock_time(bare[1])] if bare else find_clocks(text, evening=evening)
    besides = "" if bare else _CLOCK.sub("", text).strip(" .,;@\t\n")
    if len(clocks) != 1 or clocks[0] is None or besides.casefold() not in ("", "at"):
        raise UnreadableField(field, f"{text!r} is no hour")
    return clocks[0]


def find_clock(text: str, *, evening: bool = False) -> str | None:
    """The first hour in `text` that is surely one, as `HH:MM`; None if there is none. See `read_clock`."""
    return next(iter(find_clocks(text, evening=evening)), None)


def find_clocks(text: str, *, evening: bool = False) -> list[str]:
    """All hours in `text` that are surely hours, in its order, as `HH:MM`. See `read_clock`."""
    found = (_time_of(match, evening=evening) for match in _CLOCK.finditer(text))
    return [clock for clock in found if clock is not None]


def clock_time(hour: str, minute: str | None = None, half: str | None = "pm") -> str | None:
    """`HH:MM` of the parts of a clock with a half of the day, or of 24 hours without; None for what no clock shows."""
    if hour.lower() in _WORDS:
        return _WORDS[hour.lower()]
    hours, minutes = int(hour), int(minute or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half[0].lower() == "p" else 0)
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None


def instant_to_local(instant: str | datetime, zone: str) -> tuple[date, str]:
    """Day and hour of an instant in `zone` (IANA name). Raises UnreadableField if it has no offset from UTC.

    The hour is `HH:MM`, with its offset where the clock of the zone shows it twice.
    """
    try:
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    except ValueError as problem:
        raise UnreadableField("event_day", f"{instant!r} is no instant") from problem
    if moment.tzinfo is None:
        raise UnreadableField("event_day", f"{instant!r} has no offset from UTC")
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except OverflowError as problem:
        raise UnreadableField("event_day", f"{instant!r} is out of the calendar") from problem
    return local.date(), f"{local:%H:%M}" + (_offset(local) if _is_shown_twice(local) else "")


def hour_by_instant(day: date, hour: str, instant: str | None, zone: str) -> str:
    """The local hour that a source tells, with its offset where the instant that it tells as well needs one.

    An instant that is none, or of another day or hour in `zone`, says nothing.
    """
    try:
        its_day, its_hour = instant_to_local(instant or "", zone)
    except UnreadableField:
        return hour
    return its_hour if (its_day, clock_face(its_hour)) == (day, hour) else hour


def clock_face(hour: str) -> str:
    """`HH:MM` of an hour, without its offset."""
    return hour[:5]


def is_same_hour(one: str | None, other: str | None) -> bool:
    """Are two hours the same, as far as both tell it? An hour without an offset is either of the two."""
    if one is None or other is None or one == other:
        return one == other
    return clock_face(one) == clock_face(other) and min(len(one), len(other)) == len("HH:MM")


def time_between(day: date, hour: str, end_day: date, end_hour: str) -> timedelta:
    """How long it is from one local hour to another: in truth where both have offsets, else as clocks show it."""
    begins, ends = (datetime.fromisoformat(f"{d}T{h}") for d, h in ((day, hour), (end_day, end_hour)))
    if begins.tzinfo is None or ends.tzinfo is None:
        return ends.replace(tzinfo=None) - begins.replace(tzinfo=None)
    return ends - begins


def _is_shown_twice(local: datetime) -> bool:
    """Does the clock of its zone show a time that exists twice?"""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _offset(local: datetime) -> str:
    return local.isoformat(timespec="minutes")[len("2026-11-01T01:30") :]


def local_time(text: str, *, field: str = "start_time") -> datetime:
    """A day and hour in ISO form that are local, whatever offset is written behind them; naive.

    Raises UnreadableField(field, …) for anything else.
    """
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as problem:
        raise UnreadableField(field, f"{text!r} is no time in ISO form") from problem


def _time_of(match: re.Match[str], *, evening: bool) -> str | None:
    if match["word"]:
        return clock_time(match["word"])
    if match["half"]:
        return clock_time(match["hour"], match["minute"], match["half"])
    half = "pm" if evening and 1 <= int(match["hour24"]) <= 11 else None
    return clock_time(match["hour24"], match["minute24"], half)
