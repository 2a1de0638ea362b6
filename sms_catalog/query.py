"""What is asked of the catalog: one class for every page, feed, program and command. Pure."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sms_text.local_hours import NIGHT_ENDS, tonight

WHENS = ("tonight", "tomorrow", "weekend", "week")
"""Words for nights, which mean others every day."""

ORDERS = ("time", "day", "new", "price")
"""By night and hour; by local day and hour; the newest announced first; the cheapest first, unknown prices last."""

ROOM_SIZES: Mapping[str, tuple[int, int | None]] = {"small": (1, 200), "medium": (201, 1_000), "large": (1_001, None)}
"""The capacities that each size covers, both included."""

ALL_AGES = 0
"""The age of an asker whom only events for all ages let in for sure."""


class _InOrder(tuple[Any, ...]):
    """A list in its one form, which a query made of another one need not look for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which events are asked for. None asks for all; an empty list for none. Both ends of a range are included.

    What an event does not tell is no match: one without a price is neither free nor below a price. Lists are kept in
    order, each value once, and names and words folded, so that queries which ask for the same are equal.
    """

    ids: Sequence[uuid.UUID] | None = None
    """Ids of events, and former ids, which lead to the event that their rows are part of now."""
    city: str | None = None
    """Slug of a scene."""
    when: str | None = None
    """One of WHENS; `resolve` turns it into nights."""
    first_night: date | None = None
    """What begins after midnight is of the night before."""
    last_night: date | None = None
    first_day: date | None = None
    """Days are local to the venue."""
    last_day: date | None = None
    starts_after: time | None = None
    """Local hour of the show, else of the doors, at the earliest. A night's hours go from NIGHT_ENDS to NIGHT_ENDS."""
    starts_before: time | None = None
    """At the latest: 01:30 is later than 22:00."""
    venues: Sequence[uuid.UUID] | None = None
    """Rooms, and houses with all their rooms."""
    venue_keys: Sequence[str] | None = None
    """The same by their keys in venues.toml. With `venues`, those of either."""
    artist: uuid.UUID | None = None
    neighborhoods: Sequence[str] | None = None
    """Of the room, as `folded_name` has them."""
    near: tuple[float, float] | None = None
    """Latitude and longitude in degrees, of which five decimals are kept; needs `km`."""
    km: float | None = None
    """At most so far from there as the crow flies, to ten metres."""
    price_max: Decimal | None = None
    """The cheapest ticket costs at most this, in the event's currency."""
    is_free: bool | None = None
    age: int | None = None
    """Years: events that let in someone of this age. ALL_AGES: events for all ages."""
    kinds: Sequence[str] | None = None
    """Of EVENT_KINDS."""
    genres: Sequence[str] | None = None
    """At least one of these, as `folded_name` has them."""
    sources: Sequence[str] | None = None
    """Slugs: at least one of the event's rows is of one of these."""
    statuses: Sequence[str] | None = None
    """Of EVENT_STATUSES."""
    room_sizes: Sequence[str] | None = None
    """Of ROOM_SIZES, by the capacity of the room."""
    words: str | None = None
    """Words of the title, bill, venue or description, as a search box takes them: "quoted phrases", or, -without."""
    hidden: bool | None = False
    """Only the events that a person hid, or only the others; None for both. No address asks for hidden events."""
    order: str = "time"
    """One of ORDERS."""
    at: date | datetime | None = None
    """As the catalog stood at the end of this local day, or at this instant."""
    limit: int | None = None
    """At most so many, the first in order. It pages the answer and is no part of what is asked."""

    def __post_init__(self) -> None:
        """Keep each value in its one form. Raises ValueError for an instant without a zone."""
        for name in ("ids", "venues", "venue_keys", "kinds", "sources", "statuses", "room_sizes"):
            values = getattr(self, name)
            if values is not None and not isinstance(values, _InOrder):
                object.__setattr__(self, name, _InOrder(sorted(set(values))))
        for name in ("neighborhoods", "genres"):
            values = getattr(self, name)
            if values is not None and not isinstance(values, _InOrder):
                object.__setattr__(self, name, _InOrder(sorted(set(map(folded_name, values)))))
        if self.words is not None:
            object.__setattr__(self, "words", " ".join(self.words.lower().split()))
        if self.near is not None:
            latitude, longitude = (round(degrees, 5) + 0.0 for degrees in self.near)
            object.__setattr__(self, "near", (latitude, longitude))
        if self.km is not None:
            object.__setattr__(self, "km", round(self.km, 2))
        if isinstance(self.at, datetime):
            if self.at.tzinfo is None:
                raise ValueError("an instant has a zone")
            object.__setattr__(self, "at", self.at.astimezone(UTC).replace(microsecond=0))


def resolve(query: Query, now: datetime, timezone: str) -> Query:
    """The query with the nights that its word means, on the clock of a scene's zone (IANA name).

    A weekend is the nights of Friday, Saturday and Sunday: those of the current one from its Friday on. A week is
    tonight and six more.
    """
    if query.when is None:
        return query
    first = last = tonight(now.astimezone(ZoneInfo(timezone)))
    match query.when:
        case "tomorrow":
            first = last = first + timedelta(days=1)
        case "weekend":
            monday = first - timedelta(days=first.weekday())
            first, last = monday + timedelta(days=4), monday + timedelta(days=6)
        case "week":
            last = first + timedelta(days=6)
    return replace(query, when=None, first_night=first, last_night=last)


def hour_of_night(hour: time) -> int:
    """Minutes that an hour comes after NIGHT_ENDS: the order of a night, in which 01:30 is later than 22:00."""
    return (hour.hour * 60 + hour.minute - NIGHT_ENDS * 60) % (24 * 60)


ACCENTS = r"[\u0300-\u036f]+"
SIGNS = r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f\u2010-\u2027]+"
"""ASCII that is no letter and no figure, and printers' dashes and quotes."""

_CAPITALS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def folded_name(name: str) -> str:
    """The name of a neighborhood or genre without accents, signs and capitals: "Hip-Hop / R&B" → "hip hop r and b".

    It does what `sms_catalog.query_sql.FOLDED_NAME` does in the database, letter for letter; capitals are ASCII's.
    """
    plain = re.sub(ACCENTS, "", unicodedata.normalize("NFKD", name)).translate(_CAPITALS)
    return re.sub(SIGNS, " ", plain.replace("&", " and ")).strip(" ")
