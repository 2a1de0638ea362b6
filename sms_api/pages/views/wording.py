"""Days, hours, kinds and statuses as pages say them. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page."""

    words: str
    path: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour on the clock of the place."""

    words: str
    """ "19:00"."""
    iso: str
    """With its offset."""


@dataclass(frozen=True, slots=True)
class Status:
    """What became of a show."""

    word: str
    form: str
    """A class of the style sheet: off, moved, full, gone."""
    is_off: bool
    """It does not take place as announced."""


STATUSES: Mapping[str, Status | None] = {
    "scheduled": None,
    "cancelled": Status("Cancelled", "off", is_off=True),
    "postponed": Status("Postponed", "off", is_off=True),
    "rescheduled": Status("Moved", "moved", is_off=False),
    "sold_out": Status("Sold out", "full", is_off=False),
    "unlisted": Status("No longer listed", "gone", is_off=False),
}

ROLES: Mapping[str, str] = {"dj": "DJ set", "host": "host"}
"""What is said of an act that does not simply play."""


def day_name(day: date, today: date) -> str:
    """ "Friday 20 November", with the year where that is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def short_day(day: date, today: date | None = None) -> str:
    """ "Fri 20 Nov", with the year where that is not this one."""
    year = "" if today is None or day.year == today.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def nearness(night: date, tonight: date) -> str | None:
    """ "Tonight", "Tomorrow", "Last night"; None for nights further away."""
    return {0: "Tonight", 1: "Tomorrow", -1: "Last night"}.get((night - tonight).days)


def hour(instant: datetime | None, timezone: str | None) -> Hour | None:
    """An instant on the clock of a zone (IANA name)."""
    if instant is None or timezone is None:
        return None
    local = instant.astimezone(ZoneInfo(timezone))
    return Hour(f"{local:%H:%M}", local.isoformat(timespec="minutes"))


def kind_words(kind: str) -> str:
    """ "open mic", "DJ night"."""
    return kind.replace("_", " ").replace("dj", "DJ")


def age_words(min_age: int | None) -> str:
    """ "all ages", "21+"; empty where nobody tells."""
    if min_age is None:
        return ""
    return f"{min_age}+" if min_age else "all ages"


def count_words(count: int, noun: str) -> str:
    """ "1 show", "300 shows"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def ago_words(instant: datetime, now: datetime) -> str:
    """ "20 minutes ago", "3 hours ago", "10 days ago"."""
    passed = now - instant
    if passed < timedelta(minutes=2):
        return "just now"
    if passed < timedelta(hours=2):
        return f"{passed // timedelta(minutes=1)} minutes ago"
    if passed < timedelta(days=2):
        return f"{passed // timedelta(hours=1)} hours ago"
    return f"{passed // timedelta(days=1)} days ago"


def readable_address(url: str) -> str:
    """An address without what every address has."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


SILENCE = timedelta(days=2)
"""Time without any good crawl from which a list says that it may be out of date: venues are read each day."""


def silence_words(last_read_at: datetime | None, now: datetime, today: date) -> str:
    """What a list says of itself where no source was read of late; empty where one was, or where nothing is crawled."""
    if last_read_at is None or now - last_read_at < SILENCE:
        return ""
    return f"No source has been read since {short_day(last_read_at.date(), today)}: what follows may have changed."
