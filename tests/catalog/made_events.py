"""Events that hypothesis makes, written straight into the tables, and what a Query says of them in plain Python."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import Connection, text

from sms_catalog.query import Query
from sms_database.ids import described_venue_uuid
from sms_database.vocabulary import EVENT_STATUSES

FIRST = date(2026, 10, 30)
"""The clocks of Seattle go back two days later."""

ZONE = "America/Los_Angeles"
SOURCES = ("paper", "Box Office", "blue_moon")
ARTISTS = tuple(uuid.UUID(int=number) for number in (71, 72, 73))
KINDS = ("show", "open_mic", "karaoke")
GENRES = ("Hip-Hop", "hip hop", "R&B", "r and b", "Café Jazz", "CAFE JAZZ", "ジャズ", "!!!")
WORDS = ("tin", "heron", "moon", "über")


@dataclass(frozen=True)
class MadeVenue:
    id: uuid.UUID
    key: str | None
    city: str
    neighborhood: str | None
    capacity: int | None
    place: tuple[float, float] | None
    house: uuid.UUID | None = None


BLUE_MOON, NEUMOS, BARBOZA = map(described_venue_uuid, ("blue_moon", "neumos", "barboza"))

VENUES = (
    MadeVenue(
        described_venue_uuid("blue_moon"), "blue_moon", "seattle", "University District", 200, (47.6614, -122.3197)
    ),
    MadeVenue(NEUMOS, "neumos", "seattle", "Capitol Hill", 201, (47.6141, -122.3198)),
    MadeVenue(
        described_venue_uuid("barboza"), "barboza", "seattle", "CAPITOL-HILL", None, (47.6142, -122.3199), NEUMOS
    ),
    MadeVenue(uuid.UUID(int=61), None, "astoria", "Überlingen", 1_000, (46.1879, -123.8313)),
    MadeVenue(uuid.UUID(int=62), None, "astoria", None, 1_001, None),
)


@dataclass(frozen=True, kw_only=True)
class MadeEvent:
    id: uuid.UUID
    city: str
    night: date
    event_day: date
    starts_at: datetime | None
    doors_at: datetime | None
    timezone: str | None
    venue: MadeVenue | None
    kind: str
    genres: Sequence[str]
    status: str
    price_min: Decimal | None
    price_max: Decimal | None
    is_free: bool | None
    min_age: int | None
    is_hidden: bool
    artists: Sequence[uuid.UUID]
    words: Sequence[str]
    rows: Sequence[tuple[str, datetime]]
    """Sources, with when each row was first seen."""


INSTANTS = st.integers(0, 6 * 24 * 4).map(
    lambda quarter: datetime(2026, 10, 30, tzinfo=UTC) + timedelta(minutes=15 * quarter)
)
PRICES = st.none() | st.sampled_from([Decimal(0), Decimal(10), Decimal("10.5"), Decimal(20)])


@st.composite
def made_events(draw: st.DrawFn) -> MadeEvent:
    venue = draw(st.sampled_from([None, *VENUES]))
    day = FIRST + timedelta(days=draw(st.integers(0, 5)))
    return MadeEvent(
        id=draw(st.uuids()),
        city=venue.city if venue else draw(st.sampled_from(["seattle", "astoria"])),
        night=day - timedelta(days=draw(st.integers(0, 1))),
        event_day=day,
        starts_at=draw(st.none() | INSTANTS),
        doors_at=draw(st.none() | INSTANTS),
        timezone=draw(st.sampled_from([ZONE, ZONE, "Europe/Berlin", None])),
        venue=venue,
        kind=draw(st.sampled_from(KINDS)),
        genres=draw(st.lists(st.sampled_from(GENRES), max_size=3, unique=True)),
        status=draw(st.sampled_from(EVENT_STATUSES)),
        price_min=draw(PRICES),
        price_max=draw(PRICES),
        is_free=draw(st.sampled_from([None, True, False])),
        min_age=draw(st.sampled_from([None, 0, 18, 21])),
        is_hidden=draw(st.integers(0, 5)) == 0,
        artists=draw(st.lists(st.sampled_from(ARTISTS), max_size=2, unique=True)),
        words=draw(st.lists(st.sampled_from(WORDS), max_size=3)),
        rows=draw(st.lists(st.tuples(st.sampled_from(SOURCES), INSTANTS), min_size=1, max_size=3)),
    )


_ROWS = {
    "cities": "INSERT INTO cities (slug, name) VALUES (:slug, :slug)",
    "sources": "INSERT INTO sources (slug, kind, title) VALUES (:slug, 'feed', :slug)",
    "artists": "INSERT INTO artists (id, name_key, name, slug) VALUES (:id, :name, :name, 'x')",
    "venues": """
        INSERT INTO venues (id, key, city, name, slug, latitude, longitude, neighborhood, capacity, parent_id)
        VALUES (:id, :key, :city, 'A room', 'a-room', :latitude, :longitude, :neighborhood, :capacity, :house)""",
    "events": """
        INSERT INTO events (id, city, night, block_night, title, slug, venue_id, event_day, timezone, starts_at,
            doors_at, kind, genres, status, price_min, price_max, is_free, min_age, is_hidden, provenance, search_text)
        VALUES (:id, :city, :night, :night, 'A show', 'a-show', :venue_id, :event_day, :timezone, :starts_at, :doors_at,
            :kind, :genres, :status, :price_min, :price_max, :is_free, :min_age, :is_hidden, '{}', :searched)""",
    "event_artists": "INSERT INTO event_artists VALUES (:event_id, :position, :artist_id, 'headliner', 'x')",
    "event_sources": """
        WITH row AS (
            INSERT INTO raw_events (source, source_event_id, data, content_hash, fetched_at, first_seen_at,
                last_seen_at, changed_at)
            VALUES (:source, :key, '{}', '', :seen, :seen, :seen, :seen) RETURNING id)
        INSERT INTO event_sources (raw_event_id, event_id, explanation, bill, notes)
        SELECT id, :event_id, '[]', '[]', '[]' FROM row""",
}


def _insert(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(text(_ROWS[table]), rows)


def make_world(connection: Connection) -> None:
    """The cities, venues, artists and sources of every event that is made."""
    _insert(connection, "cities", [{"slug": city} for city in ("seattle", "astoria")])
    _insert(connection, "sources", [{"slug": source} for source in SOURCES])
    _insert(connection, "artists", [{"id": artist, "name": str(artist)} for artist in ARTISTS])
    places = [venue.place or (None, None) for venue in VENUES]
    rows = [
        {**vars(venue), "latitude": latitude, "longitude": longitude}
        for venue, (latitude, longitude) in zip(VENUES, places, strict=True)
    ]
    _insert(connection, "venues", rows)


def insert_events(connection: Connection, events: Sequence[MadeEvent]) -> None:
    rows = [
        {**vars(event), "venue_id": event.venue and event.venue.id, "searched": _folded(" ".join(event.words))}
        for event in events
    ]
    _insert(connection, "events", rows)
    bills = [
        {"event_id": event.id, "position": position, "artist_id": artist}
        for event in events
        for position, artist in enumerate(event.artists, 1)
    ]
    _insert(connection, "event_artists", bills)
    sources = [
        {"event_id": event.id, "source": source, "key": f"{event.id}/{number}", "seen": seen}
        for event in events
        for number, (source, seen) in enumerate(event.rows)
    ]
    _insert(connection, "event_sources", sources)


def delete_events(connection: Connection, ids: Iterable[uuid.UUID]) -> None:
    for table, column in (("event_sources", "event_id"), ("events", "id")):
        connection.execute(text(f"DELETE FROM {table} WHERE {column} = ANY(:ids)"), {"ids": list(ids)})


def is_chosen(event: MadeEvent, query: Query) -> bool:
    """Does a query choose an event? Every filter as docs/query.md tells it."""
    return all(passes(event, query) for passes in _FILTERS)


def _is_of_ids(event: MadeEvent, query: Query) -> bool:
    return query.ids is None or event.id in query.ids


def _is_there(event: MadeEvent, query: Query) -> bool:
    venue = event.venue
    rooms = {*(query.venues or ()), *map(described_venue_uuid, query.venue_keys or ())}
    hoods = {"university district": {"University District"}, "capitol hill": {"Capitol Hill", "CAPITOL-HILL"}}
    hoods |= {"uberlingen": {"Überlingen"}}
    sizes = {200: "small", 201: "medium", 1_000: "medium", 1_001: "large"}
    return (
        query.city in (None, event.city)
        and (not rooms or (venue is not None and not rooms.isdisjoint({venue.id, venue.house})))
        and (
            query.neighborhoods is None
            or any(venue is not None and venue.neighborhood in hoods.get(hood, ()) for hood in query.neighborhoods)
        )
        and (query.room_sizes is None or (venue is not None and sizes.get(venue.capacity or 0) in query.room_sizes))
        and (
            query.near is None
            or query.km is None
            or (venue is not None and venue.place is not None and _km(venue.place, query.near) <= query.km)
        )
    )


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """By the angle between two vectors from the middle of the Earth."""
    (x, y, z), (u, v, w) = (
        (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        for lat, lon in (map(math.radians, one), map(math.radians, other))
    )
    return 6_371 * 2 * math.asin(math.dist((x, y, z), (u, v, w)) / 2)


def _is_then(event: MadeEvent, query: Query) -> bool:
    begins = event.starts_at or event.doors_at
    hour = None
    if begins is not None and event.timezone is not None:
        hour = (begins.astimezone(ZoneInfo(event.timezone)) - timedelta(hours=5)).time().replace(tzinfo=None)
    after, before = (
        asked and (datetime.combine(FIRST, asked) - timedelta(hours=5)).time()
        for asked in (query.starts_after, query.starts_before)
    )
    return (
        (query.first_night or date.min) <= event.night <= (query.last_night or date.max)
        and (query.first_day or date.min) <= event.event_day <= (query.last_day or date.max)
        and (query.starts_after is None or (hour is not None and after is not None and hour >= after))
        and (query.starts_before is None or (hour is not None and before is not None and hour <= before))
    )


def cost(event: MadeEvent) -> Decimal | None:
    if event.price_min is not None:
        return event.price_min
    return Decimal(0) if event.is_free else event.price_max


def _lets_in(event: MadeEvent, query: Query) -> bool:
    price = cost(event)
    return (
        (query.price_max is None or (price is not None and price <= query.price_max))
        and (query.is_free is None or event.is_free is query.is_free)
        and (query.age is None or (event.min_age is not None and event.min_age <= query.age))
        and query.hidden in (None, event.is_hidden)
    )


_FOLDED = ("hip hop", "hip hop", "r and b", "r and b", "cafe jazz", "cafe jazz", normalize("NFD", "ジャズ"), "")
_GENRE_OF = dict(zip(GENRES, _FOLDED, strict=True))


def _folded(words: str) -> str:
    return words.replace("ü", "u")


def _is_such(event: MadeEvent, query: Query) -> bool:
    asked = _folded(query.words or "").split()
    words = _folded(" ".join(event.words)).split()
    return (
        (query.artist is None or query.artist in event.artists)
        and (query.kinds is None or event.kind in query.kinds)
        and (query.statuses is None or event.status in query.statuses)
        and (query.genres is None or any(_GENRE_OF[genre] in query.genres for genre in event.genres))
        and (query.sources is None or any(source in query.sources for source, _ in event.rows))
        and all((word.removeprefix("-") in words) != word.startswith("-") for word in asked)
    )


_FILTERS = (_is_of_ids, _is_there, _is_then, _lets_in, _is_such)


def in_order(events: Iterable[MadeEvent], order: str) -> list[MadeEvent]:
    last = datetime.max.replace(tzinfo=UTC)
    keys: dict[str, Any] = {
        "time": lambda event: (event.night, event.starts_at or last, event.id.int),
        "day": lambda event: (event.event_day, event.starts_at or last, event.id.int),
        "new": lambda event: (-min(seen for _, seen in event.rows).timestamp(), event.id.int),
        "price": lambda event: (
            Decimal(99) if cost(event) is None else cost(event),
            event.night,
            event.starts_at or last,
            event.id.int,
        ),
    }
    return sorted(events, key=keys[order])
