"""The hours of a performance as phrases tell them: "Doors 7 / Show 8", "7pm doors, 8pm music", "Show 8pm-midnight"."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sms_crawlers.reading.clock import HALF, clock_time
from sms_crawlers.reading.hour_spellings import with_plain_hours

_HOUR = (
    r"(?<![\d.$#])(?<!\d:)(?P<{0}>\d{{1,2}}(?!\d)|\bnoon\b|\bmidnight\b(?!\s*[-–—]))"
    r"(?:[:.](?P<{0}_minute>\d\d)(?!\d))?(?:\s*(?P<{0}_half>" + HALF.replace("{", "{{").replace("}", "}}") + r"))?"
)
_HOURS = rf"(?P<hours>{_HOUR.format('start')}(?:\s*(?:-|–|—|\bto\b|\bunti?l\b|\btill?\b)\s*{_HOUR.format('end')})?)"
_ANY_HOURS = re.compile(rf"(?<![\d/-]){_HOURS}(?![\d/])", re.IGNORECASE)
_OF_24_HOURS = re.compile(rf"(?<![\d:.])(?:1[3-9]|2[0-3]):[0-5]\d(?!\s*{HALF}|\d)", re.IGNORECASE)
_HALVES = re.compile(r"\d\s*([ap])\.?\s?m\b", re.IGNORECASE)
_BEGIN = r"(?<!sale )(?<!sales )(?<!tickets )(?<!registration )(?:start|begin)"
"""A sale begins too."""
_LABEL = (
    r"\b(?P<label>(?P<doors>(?:doors?|einlass)(?:\s+(?:opens?|times?))?)"
    rf"|(?P<show>(?:show\s?time|show|music|concert|performance|lecture|jam|{_BEGIN})s?|beginn|opener"
    r"|(?:first|1st) (?:set|act|band)|set (?:1|one)|bands? starts?)"
    r"|(?P<lesser>happy hour))\b"
)
_LABEL_FIRST = re.compile(
    rf"{_LABEL}(?:\s+(?:are|is|open|opens))?\s*[:=@.–—-]{{0,2}}\s*(?:(?:at|from)\b|@)?\s*{_HOURS}", re.IGNORECASE
)
_HOUR_FIRST = re.compile(rf"{_HOURS}\s*[(\[–—-]?\s*(?:early |late |evening )?{_LABEL}", re.IGNORECASE)

_DOORS_THEN_SHOW = re.compile(
    r"(?<![\d:$])(?:[4-9]|1[01])\s+doors\b.{0,40}?(?<![\d:$])(?:[5-9]|1[0-2])(?::\d\d)?\s*(?:[ap]\.?m\.?\s*)?(?:show|music)\b"
    r"|\d\s*[ap]\.?m\.?\s+doors\b.{0,40}?(?<![\d:$])(?:[5-9]|1[0-2])\s+(?:show|music)\b",
    re.IGNORECASE,
)
"""Bare numbers before both labels: "7 doors, 8 show"."""

_GOES_ON = re.compile(
    r"\s*(?:$|[,;/|.!()\]\[&+$•·⎮–—-]|(?:and\s+)?(?:doors?|show|music|concert|tickets?|free|no cover|all ages)\b"
    r"|(?:18|21)\s?\+|for\s+an?\s+\d|\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\b)?\s*(?:show|music)\b)",
    re.IGNORECASE,
)
"""What may follow a bare number that is an hour: "show 8, $5", but not "show 8 films" nor "Show 2: doors at 7"."""


@dataclass(frozen=True)
class ShowTimes:
    """The hours of one performance, `HH:MM` local; None where nothing is printed."""

    doors: str | None = None
    show: str | None = None
    end: str | None = None

    def __bool__(self) -> bool:
        return self != ShowTimes()


def first_hours(text: str, *, evening: bool) -> ShowTimes:
    """The first hour in a text that is surely one, with its end if it is a range: "8-11pm", "19h30", "8 - midnight".

    An hour of one digit without am or pm ("8:30", "8:30 - 11") is of the evening with `evening`; else nothing tells
    which half of the day it is, and it is passed over. With a leading zero or beyond 12 it is one of 24 hours.
    """
    return next(_sure_hours(text, evening=evening), ShowTimes())


def all_starts(text: str, *, evening: bool) -> list[str]:
    """The hours of a text as `first_hours` reads them, of a range its start."""
    return [hours.show for hours in _sure_hours(text, evening=evening) if hours.show]


def is_of_the_evening(texts: Iterable[str], *, is_venue: bool) -> bool:
    """Are hours without am or pm those of an evening, on a page with such texts?

    Not on one that prints hours of 24. Else on a venue's, and on one that calls other hours pm and none am.
    """
    halves: set[str] = set()
    for text in texts:
        plain = with_plain_hours(text)
        if _OF_24_HOURS.search(plain):
            return False
        halves |= {half.lower() for half in _HALVES.findall(plain)}
    return is_venue or halves == {"p"}


def _sure_hours(text: str, *, evening: bool) -> Iterator[ShowTimes]:
    for line in text.splitlines():
        plain = with_plain_hours(" ".join(line.split()))
        for match in _ANY_HOURS.finditer(plain):
            parts = match.groupdict()
            if (start := _sure_start(parts, evening=evening)) is not None:
                yield ShowTimes(None, start, None if parts["end"] is None else _range(parts)[1])


def _sure_start(parts: dict[str, str | None], *, evening: bool) -> str | None:
    hour, minute = parts["start"] or "", parts["start_minute"]
    if parts["start_half"] or parts["end_half"] or not hour.isdigit() or (parts["end"] or "0")[0] in "mMnN":
        return _range(parts)[0]
    if minute is None or "." in (parts["hours"] or ""):
        return None
    if hour[0] == "0" or not 1 <= int(hour) <= 11:
        return clock_time(hour, minute, None)
    return clock_time(hour, minute, "pm") if evening else None


@dataclass(frozen=True)
class _Mark:
    """A label with its hours in a line."""

    kind: str
    label: tuple[int, int]
    hours: tuple[int, int]
    start: str
    end: str | None

    @property
    def span(self) -> tuple[int, int]:
        """From where to where label and hours reach."""
        return min(self.label[0], self.hours[0]), max(self.label[1], self.hours[1])

    def apart(self, other: _Mark) -> bool:
        """Do the two share neither label nor hours?"""
        return all(
            mine[1] <= its[0] or its[1] <= mine[0]
            for mine, its in ((self.label, other.label), (self.hours, other.hours))
        )


def doors_and_show(text: str) -> ShowTimes:
    """The hours of the first performance that `text` tells; all None if it tells none. See `show_times`."""
    return next(iter(show_times(text)), ShowTimes())


def show_times(text: str) -> list[ShowTimes]:
    """The labelled hours of `text`, one entry a performance: a label met again begins the next one.

    In such phrases hours 1 to 11 without am or pm are evening hours: "DOORS 7 / SHOW 8" is 19:00 and 20:00. In a
    range the two hours share what one of them leaves out, in the order that time runs: "8-11pm", "9pm-1". A happy
    hour is the show where no other is told.
    """
    marks = [mark for line in text.splitlines() for mark in _marks(with_plain_hours(" ".join(line.split())))]
    if any(mark.kind == "show" for mark in marks):
        marks = [mark for mark in marks if mark.kind != "lesser"]
    performances = [ShowTimes()]
    for mark in marks:
        if performances[-1].doors if mark.kind == "doors" else performances[-1].show:
            performances.append(ShowTimes())
        if mark.kind == "doors":
            performances[-1] = replace(performances[-1], doors=mark.start)
        else:
            performances[-1] = replace(performances[-1], show=mark.start, end=mark.end)
    return [performance for performance in performances if performance]


def _marks(line: str) -> list[_Mark]:
    """The marks of a line: those of the order, label or hour first, that explains more of it, then what is left."""
    after = list(_found(_LABEL_FIRST, line, bare_allowed=True))
    before = list(_found(_HOUR_FIRST, line, bare_allowed=_DOORS_THEN_SHOW.search(line) is not None))
    chosen, others = (after, before) if len(after) >= len(before) else (before, after)
    begins = [mark.span[0] for mark in chosen]  # in order, and no two overlap

    def near(mark: _Mark) -> list[_Mark]:
        begin, end = mark.span
        return chosen[max(0, bisect_right(begins, begin) - 1) : bisect_left(begins, end)]

    left = [mark for mark in others if all(mark.apart(c) for c in near(mark))]
    return sorted([*chosen, *left], key=lambda mark: mark.hours)


def _found(form: re.Pattern[str], line: str, *, bare_allowed: bool) -> Iterator[_Mark]:
    for match in form.finditer(line):
        parts = match.groupdict()
        last = "end" if parts["end"] else "start"
        bare = parts[last].isdigit() and not parts[f"{last}_minute"] and not parts[f"{last}_half"]
        goes_on = form is _HOUR_FIRST or _GOES_ON.match(line, match.end("hours"))
        if bare and not (bare_allowed and goes_on):
            continue
        start, end = _range(parts)
        if start:
            kind = next(kind for kind in ("doors", "show", "lesser") if parts[kind])
            yield _Mark(kind, match.span("label"), match.span("hours"), start, end)


def _range(parts: dict[str, str | None]) -> tuple[str | None, str | None]:
    """Start and end of a pair of printed hours, of which either may lack its half of the day."""
    start_half, end_half = parts["start_half"], parts["end_half"]
    start = _hour(parts, "start", start_half or end_half or "pm")
    if parts["end"] is None:
        return start, None
    end = _hour(parts, "end", end_half or start_half or "pm")
    if start and end and end <= start:
        if end_half is None:
            end = _hour(parts, "end", _other_half(start_half or "pm"))
        elif start_half is None:
            start = _hour(parts, "start", _other_half(end_half))
    return start, end


def _hour(parts: dict[str, str | None], name: str, half: str) -> str | None:
    hour = parts[name]
    assert hour is not None
    of_24_hours = hour.isdigit() and not 1 <= int(hour) <= 12 and not parts[f"{name}_half"]
    return clock_time(hour, parts[f"{name}_minute"], None if of_24_hours else half)


def _other_half(half: str) -> str:
    return "am" if half[0].lower() == "p" else "pm"
