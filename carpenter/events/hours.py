"""The hours of a show: what an early hour of one of its rows means, by what the others tell. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from carpenter.model import Clock, Note, Reading
from carpenter.parsing.hours import LocalTimes


def settle_hours(group: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of one show, in their order, each early hour settled by what the others tell."""
    if not any(reading.other_clocks for reading in group):
        return group
    told = _sure_instants(group)
    return [_settle(reading, told) if reading.other_clocks and told else reading for reading in group]


def _sure_instants(group: Sequence[Reading]) -> set[datetime]:
    """When a show begins by those of its readings whose hour can mean no other; no more than a night has minutes."""
    sure = (r.instants.starts_at or r.instants.doors_at for r in group if not r.other_clocks)
    return {instant for instant in sure if instant is not None}


def _settle(reading: Reading, told: Collection[datetime]) -> Reading:
    """The reading by the one of its clocks that agrees best with what the others tell; of equals by what is printed."""
    printed = Clock(day=reading.day, times=reading.times, instants=reading.instants)
    clock = min((printed, *reading.other_clocks), key=lambda c: min(_hours_apart(c, instant) for instant in told))
    if not clock.reason:
        return reading
    notes = (*reading.notes, Note("times", f"{clock.reason}: read as {clock.day} {_hour_words(clock.times)}"))
    return replace(reading, day=clock.day, times=clock.times, instants=clock.instants, other_clocks=(), notes=notes)


def _hours_apart(clock: Clock, instant: datetime) -> float:
    first = clock.instants.starts_at or clock.instants.doors_at
    return abs((first - instant).total_seconds()) / 3600 if first is not None else math.inf


def _hour_words(times: LocalTimes) -> str:
    first = times.start or times.doors
    return f"{first:%H:%M}" if first else ""
