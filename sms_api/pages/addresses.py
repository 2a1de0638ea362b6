"""The addresses of pages. Pure functions.

    /                                     tonight in the city of the settings
    /seattle   /seattle/week   /seattle/map   /seattle/2026-11-20
    /venues/blue-moon-tavern-3f2a9c81b04d
    /artists/tin-lantern-0b1c2d3e4f5a
    /events/2026-11-20-tin-lantern-mossback-0123456789ab
    /search?q=tin+lantern   /sources   /about

To a show, a room and an act belong /report, where a reader tells of a mistake, and /reported, which says thank you.

What an address says in words may change with what it names; the digits of the id at its end do not, and are what is
looked up. The address that says it in today's words is the canonical one, and the others lead to it.
"""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

from sms_catalog.ids import short_id
from sms_text.text import slugify


def city_path(slug: str) -> str:
    """Tonight in a scene."""
    return f"/{slug}"


def week_path(slug: str) -> str:
    """The seven nights from tonight on."""
    return f"/{slug}/week"


def map_path(slug: str) -> str:
    """Where the rooms of tonight are."""
    return f"/{slug}/map"


def trends_path(slug: str) -> str:
    """A scene in sum."""
    return f"/{slug}/trends"


def night_path(slug: str, night: date) -> str:
    """A night in a scene."""
    return f"/{slug}/{night.isoformat()}"


_slug = lru_cache(10_000)(slugify)
"""Lists name the same rooms and acts again and again."""


def event_path(event_id: uuid.UUID, day: date, title: str) -> str:
    """A show; the day is that on which it is listed."""
    return f"/events/{day.isoformat()}-{_slug(title)}-{short_id(event_id)}"


def venue_path(venue_id: uuid.UUID, name: str) -> str:
    """A room or house."""
    return f"/venues/{_slug(name)}-{short_id(venue_id)}"


def artist_path(artist_id: uuid.UUID, name: str) -> str:
    """An act."""
    return f"/artists/{_slug(name)}-{short_id(artist_id)}"


def report_path(path: str, field: str = "") -> str:
    """Where a reader tells what is wrong on the page of a show, a room or an act, or with one value on it."""
    return f"{path}/report" + (f"?{urlencode({'field': field})}" if field else "")


def reported_path(path: str) -> str:
    """What a reader sees who has told it."""
    return f"{path}/reported"


def day_of(name: str) -> date | None:
    """The day that a part of an address is: "2026-11-20"."""
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
