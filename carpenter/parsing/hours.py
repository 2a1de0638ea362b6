"""The hours of a listing: of its fields, of its title, and of a text that labels them. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time, timedelta
from functools import lru_cache
from typing import NamedTuple

from carpenter.parsing.problem import Problem
from carpenter.parsing.scanning import has_figure, places_of_figures, places_of_words

DOORS_BEFORE = timedelta(minutes=90)
"""The longest usual time from doors to the start of a show."""

HOUR_LENGTH = 100
"""Characters that are read of a field that should hold an hour."""


class Offsets(NamedTuple):
    """Local time less UTC of each hour, where the row gives it behind the hour; else None."""

    doors: timedelta | None = None
    start: timedelta | None = None
    end: timedelta | None = None


NO_OFFSETS = Offsets()


class LocalTimes(NamedTuple):
    """Hours of a local day; None is unknown."""

    doors: time | None = None
    start: time | None = None
    end: time | None = None
    problems: tuple[str, ...] = ()
    offsets: Offsets = NO_OFFSETS
    """They tell which of the two is meant where the clock shows an hour twice."""


NO_TIMES = LocalTimes()

_HOUR_MINUTE = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?([+-]\d\d:\d\d)?")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?\s*(?P<half>[ap])?", re.I)
_CLOCK_TEXT = (
    r"(?:(?:(?:[01]?\d|2[0-3]):[0-5]\d|1[0-2]|0?[1-9])(?:\s*[ap](?:\.\s?m\.|\.?m\b))?(?![\d:%$+])(?!\s*(?:st|nd|rd|th)\b)"
    r"|\bnoon\b|\bmidnight\b)"
)
_HOUR_NAMES = ("noon", "midnight")
_FIGURES = r"(?:(?:[01]?\d|2[0-3]):[0-5]\d|1[0-2]|0?[1-9])(?:\s*[ap]\.?m\.?)?(?!\d|:\d)"
_LABELS = {
    "doors": r"doors?(?:\s+(?:open|at\s+door))?",
    "start": (
        r"(?:show|music|concert|performance|bands?|set\s*1|first\s+set|lecture|program|happy\s+hour|starts?)"
        r"(?:\s*(?:time|starts?|begins?))?"
    ),
}
_LABEL_WORDS = {
    "doors": ("door",),
    "start": (
        *("show", "music", "concert", "performance", "band", "set", "first"),
        *("lecture", "program", "happy", "start"),
    ),
}
"""Each label begins with one of these words."""
_ANY_LABEL_WORD = tuple(word for words in _LABEL_WORDS.values() for word in words)
_JOIN = r"\s*(?P<join>@|at|:|from)?\s*"
_UNTIL = rf"(?:\s*(?:-|–|—|to|until|till)\s*(?P<until>{_CLOCK_TEXT}))?"
LABEL_FIRST = {name: re.compile(rf"\b{label}{_JOIN}(?P<at>{_CLOCK_TEXT}){_UNTIL}") for name, label in _LABELS.items()}
LABEL_LAST = {
    name: re.compile(
        rf"(?<![\w:$.])(?P<at>{_CLOCK_TEXT})\s*(?P<join>(?:early|late|evening|afternoon|matinee)\s+)?{label}\b(?P<until>(?!))?"
    )
    for name, label in _LABELS.items()
}
_TITLE_HOUR = re.compile(
    r"[(\[]\s*(?P<inside>\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?)(?:\s+(?:show|set))?\s*[)\]]"
    r"|\s(?P<last>\d{1,2}(?::\d\d\s*[ap]\.?m\.?|\s*[ap]\.?m\.?\s+(?:show|set)))(?:\s+(?:show|set))?$"
    r"|(?:^|(?<![\dm])\s[-–—]\s|[|•@])\s*(?P<alone>\d{1,2}(?::\d\d)?\s*[ap]\.?m\.?)(?=\s*(?:$|[|•:]|\s[-–—]\s))"
    r"|[,/]\s*(?P<listed>\d{1,2}(?::\d\d)?\s*(?-i:[ap]\.?m\.?))$"
    r"|^[^,;/|+•]*[^\W\d]\s+(?P<bare>\d{1,2}\s*(?-i:[ap]\.?m\.?))[!.]*$",
    re.I,
)
"""In brackets, at the end, or alone between separators, unless it ends a span of hours. "Fox, 2PM" are two acts."""


def read_times(doors_time: str | None, start_time: str | None, end_time: str | None) -> LocalTimes:
    """The local hours of a row's fields: HH:MM, with or without an offset from UTC behind it: `01:30-08:00`.

    An hour that does not exist is left out, with a problem.
    """
    return _read_times(
        doors_time and doors_time.strip()[:HOUR_LENGTH],
        start_time and start_time.strip()[:HOUR_LENGTH],
        end_time and end_time.strip()[:HOUR_LENGTH],
    )


@lru_cache(maxsize=16_384)  # saves 3.6 % of reading rows: most shows begin at one of a few hours
def _read_times(doors_time: str | None, start_time: str | None, end_time: str | None) -> LocalTimes:
    read: dict[str, time | None] = {}
    problems: list[str] = []
    for name, text in (("doors", doors_time), ("start", start_time), ("end", end_time)):
        hour = _read_hour(text)
        read[name] = hour if isinstance(hour, time) else None
        if isinstance(hour, Problem):
            problems.append(f"{name} time {hour}")
    return local_times(**read, problems=tuple(problems))


def local_times(
    doors: time | None = None, start: time | None = None, end: time | None = None, problems: tuple[str, ...] = ()
) -> LocalTimes:
    """Local hours from times, of which each may bear an offset."""
    offsets = Offsets(*(hour.utcoffset() if hour is not None else None for hour in (doors, start, end)))
    if offsets != NO_OFFSETS:
        doors, start, end = (hour and hour.replace(tzinfo=None) for hour in (doors, start, end))
    return LocalTimes(doors, start, end, problems, offsets)


def _read_hour(text: str | None) -> time | Problem | None:
    if not text:
        return None
    match = _HOUR_MINUTE.fullmatch(text)
    if match is None:
        return Problem(f"{text[:40]!r} is not of the form HH:MM")
    hour, minute = int(match[1]), int(match[2])
    if hour > 23 or minute > 59:
        return Problem(f"{text[:10]!r} does not exist")
    try:
        return time.fromisoformat(f"{hour:02}:{minute:02}{match[3] or ''}")
    except ValueError:
        return Problem(f"{text[:40]!r} has an offset from UTC that does not exist")


def hour_of_title(title: str) -> time | None:
    """The one hour of the show or set in a title, outside of the names; None for none, or for several."""
    if not has_figure(title):
        return None
    hours = {_read_clock(next(filter(None, match.groups()))) for match in _TITLE_HOUR.finditer(title)}
    return hours.pop() if len(hours) == 1 else None


def with_titles_hour(times: LocalTimes, named: time | None) -> LocalTimes:
    """The hours of a row with the hour that its title names: "Ada Fox (9:30 PM)", listed at nine, has doors at nine."""
    if named is None or times.doors is not None or times.start == named:
        return times
    if times.start is None:
        return times._replace(start=named)
    wait = timedelta(hours=named.hour - times.start.hour, minutes=named.minute - times.start.minute)
    if not timedelta(0) < wait <= DOORS_BEFORE:
        return times
    offsets = times.offsets._replace(doors=times.offsets.start, start=None)
    return times._replace(doors=times.start, start=named, offsets=offsets)


def has_hour(text: str) -> bool:
    """Does a text in small letters hold anything that may be an hour?"""
    return has_figure(text) or any(map(text.__contains__, _HOUR_NAMES))


def has_label(text: str) -> bool:
    """Does a text in small letters hold a word that labels an hour: "doors", "show"?"""
    return any(map(text.__contains__, _ANY_LABEL_WORD))


def hours_in_text(text: str | None) -> LocalTimes:
    """The first hours that a text labels as doors, start and end of an event; None for each that it does not label.

    For listings without such fields only. An hour without a.m. or p.m. is of the evening; a 12 without is not read, it
    may be noon or midnight; a lone figure counts beside "doors" only, or after "at" and ":". Of a text, 20,000
    characters are read.
    """
    text = text[:20_000].casefold() if text else ""
    hours = places_of_hours(text)
    if not hours:
        return NO_TIMES
    doors = _labelled(text, "doors", hours)
    start = _labelled(text, "start", hours, other=doors)
    if start is not None and doors is None and _is_lone_figure(start):
        start = None
    until = start["until"] if start else None
    begin = _read_clock(start["at"], until) if start else None
    end = _read_clock(until, start["at"], is_end=True) if start and until and begin else None
    opening = _read_clock(doors["at"]) if doors else None
    return NO_TIMES if opening is None and begin is None else LocalTimes(opening, begin, end)


_DOORS_THEN_SHOW = re.compile(
    rf"(?<!\w)(?:doors?|d)\s*[:@]?\s*(?P<doors>{_FIGURES})[\s/,|•·–-]+(?:show|music|bands?|s|m)\s*[:@]?\s*(?P<start>{_FIGURES})"
    rf"|(?<![\w:$.])(?P<doors_first>{_FIGURES})\s*doors?[\s/,|•·–-]+(?P<start_first>{_FIGURES})\s*(?:show|music|bands?)\b",
    re.I,
)


def doors_and_show(title: str) -> LocalTimes:
    """Both hours of a title that tells them in one breath, by words or by letters: "Doors 7 / Show 8", "D: 7 S: 8"."""
    match = _DOORS_THEN_SHOW.search(title) if has_figure(title) else None
    if match is None:
        return NO_TIMES
    start_text = match["start"] or match["start_first"]
    start = _read_clock(start_text)
    doors = _read_clock(match["doors"] or match["doors_first"], start_text)
    return NO_TIMES if doors is None or start is None else LocalTimes(doors, start)


def places_of_hours(text: str) -> list[int]:
    """The positions in a text in small letters at which an hour may begin, in order."""
    return sorted(places_of_figures(text) + places_of_words(text, _HOUR_NAMES))


def _labelled(text: str, name: str, hours: Sequence[int], other: re.Match[str] | None = None) -> re.Match[str] | None:
    """The first hour with this label that is not the hour of `other`. A label stands before its hour or after it."""
    before, after = search_labels(text, name, hours)
    if after is not None and (_is_lone_figure(after) or (other is not None and after.span("at") == other.span("at"))):
        after = None
    if before is None or after is None:
        return before or after
    return after if after.start() <= before.start() and after.end() <= before.start("at") else before


def search_labels(text: str, name: str, hours: Sequence[int]) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """The matches of LABEL_FIRST and of LABEL_LAST, given the positions at which hours may begin."""
    labels = places_of_words(text, _LABEL_WORDS[name])
    if not labels or not hours:
        return None, None
    return (
        _first_match(LABEL_FIRST[name], text, (place for place in labels if place < hours[-1])),
        _first_match(LABEL_LAST[name], text, (place for place in hours if place < labels[-1])),
    )


def _first_match(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> re.Match[str] | None:
    return next((match for place in places if (match := pattern.match(text, place))), None)


def _is_lone_figure(match: re.Match[str]) -> bool:
    return match["at"].isdigit() and not match["join"]


def _read_clock(text: str, beside: str | None = None, *, is_end: bool = False) -> time | None:
    """An hour. Without a.m. or p.m. it is in the half of the day that is nearest to the hour `beside` it, else p.m."""
    if text.lower() in {"noon", "midnight"}:
        return time(12 if text.lower() == "noon" else 0)
    match = _CLOCK.match(text)
    if match is None:
        return None
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
    if hour > 12 or (hour == 0):
        return time(hour % 24, minute)
    if half:
        return time(hour % 12 + (12 if half == "p" else 0), minute)
    other = _read_clock(beside) if beside and not beside.isdigit() else None
    if other is not None:
        sign = 1 if is_end else -1
        halves = (time(hour % 12, minute), time(hour % 12 + 12, minute))
        return min(halves, key=lambda half_time: sign * (_minutes(half_time) - _minutes(other)) % 1440)
    return None if hour == 12 else time(hour + 12, minute)


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute
