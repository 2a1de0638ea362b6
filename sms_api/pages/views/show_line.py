"""A show as one row of a list. Pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sms_api.pages.addresses import artist_path, event_path, venue_path
from sms_api.pages.views.wording import ROLES, STATUSES, Hour, Status, age_words, hour, kind_words, short_day
from sms_catalog.events import BilledArtist, CatalogEvent
from sms_catalog.words import price_range_words
from sms_database.vocabulary import MUSIC_KINDS
from sms_text.text import fold_text, slugify

_SAYS_NOTHING = frozenset(
    "a an and at by feat featuring ft in live music of on plus show the tour w with x"
    " canceled cancelled moved new date out postponed rescheduled sold".split()
)
"""Words of a title that a row says otherwise, or not at all."""

OPEN_STAGES = frozenset({"open_mic", "open_jam"})
"""Nights that are called by their title: those on the bill are its hosts."""


@dataclass(frozen=True, slots=True)
class BilledAct:
    """An act on a bill."""

    name: str
    path: str
    role: str
    """What it does, where that is not simply to play."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a show is."""

    name: str
    path: str
    area: str
    """Neighborhood, else town; empty where neither is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLine:
    """A show as one row of a list."""

    path: str
    name: str
    """The bill in words, else the title."""
    starts: Hour | None
    doors: Hour | None
    day_after: str | None
    """The weekday where that is not the night's: what begins after midnight."""
    headliners: Sequence[BilledAct]
    """Empty where the show is called by its title."""
    others: Sequence[BilledAct]
    title: str | None
    """Where it says more than the bill."""
    room: Room | None
    terms: Sequence[str]
    """What is known of price and age, the kind where it is no plain show, and the last day of what goes on for
    several.
    """
    status: Status | None
    sources: int
    begins_at: datetime | None
    """The first hour that is known, UTC."""


def show_line(event: CatalogEvent, home: str | None) -> ShowLine:
    """The row of a show, on a page of the scene `home`, whose own name need not be said."""
    headliners, others = bill_of(event)
    names = [act["name"] for act in event.artists]
    return ShowLine(
        path=event_path(event.id, event.event_day, event.title),
        name=", ".join(act.name for act in headliners) or event.title,
        starts=hour(event.starts_at, event.timezone),
        doors=hour(event.doors_at, event.timezone),
        day_after=f"{event.event_day:%a}" if event.event_day > event.night else None,
        headliners=headliners,
        others=others,
        title=event.title if headliners and says_more(event.title, names) else None,
        room=room_of(event, home),
        terms=_terms(event),
        status=STATUSES[event.status],
        sources=len(event.source_slugs),
        begins_at=event.starts_at or event.doors_at,
    )


def show_lines(events: Iterable[CatalogEvent], home: str | None) -> list[ShowLine]:
    """The rows of shows by night and hour; those without an hour come last in their night, by room."""
    return [show_line(event, home) for event in sorted(events, key=in_order)]


def in_order(event: CatalogEvent) -> tuple[object, ...]:
    """What lists are sorted by."""
    begins_at = event.starts_at or event.doors_at
    return (
        event.night,
        begins_at or datetime.max.replace(tzinfo=UTC),
        event.venue.name.casefold() if event.venue else "",
        str(event.id),
    )


def bill_of(event: CatalogEvent) -> tuple[list[BilledAct], list[BilledAct]]:
    """Those whom a show is called by, and the others of its bill, each in billing order."""
    if event.kind in OPEN_STAGES:
        return [], [_act(act) for act in event.artists]
    first = [_act(act) for act in event.artists if act["role"] == "headliner"]
    others = [_act(act) for act in event.artists if act["role"] != "headliner"]
    if first or not any(act["role"] != "host" for act in event.artists):
        return first, others
    return others, []


def says_more(title: str, names: Iterable[str]) -> bool:
    """Does a title say anything that the names of the acts do not?"""
    named = {word for name in names for word in _words(name)}
    return not _words(title) <= named | _SAYS_NOTHING


@lru_cache(10_000)
def _words(text: str) -> frozenset[str]:
    """Lists name the same acts again and again."""
    return frozenset(fold_text(text).split())


def is_music(kind: str) -> bool:
    """Is it of the kinds that a calendar of live music shows without being asked?"""
    return kind in MUSIC_KINDS


def _act(act: BilledArtist) -> BilledAct:
    return BilledAct(act["name"], artist_path(uuid.UUID(act["id"]), act["name"]), ROLES.get(act["role"], ""))


def room_of(event: CatalogEvent, home: str | None) -> Room | None:
    """The room of a show, on a page of the scene `home`."""
    venue = event.venue
    if venue is None:
        return None
    town = venue.town if venue.town and slugify(venue.town) != home else None
    area = ", ".join(part for part in (venue.neighborhood, town) if part)
    return Room(venue.name, venue_path(venue.id, venue.name), area)


def _terms(event: CatalogEvent) -> list[str]:
    price = price_range_words(event.price_min, event.price_max, event.currency, is_free=event.is_free)
    terms = [price, age_words(event.min_age)]
    if event.kind != "show":
        terms.append(kind_words(event.kind))
    if event.end_day and event.end_day > event.event_day:
        terms.append(f"until {short_day(event.end_day)}")
    return [term for term in terms if term]
