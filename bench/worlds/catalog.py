"""A catalog of the made-up world, written straight into the tables: as many events as wanted, without raw rows.

Two thirds of the events have a description, of 8 to 40 words: half of them of everyday prose about concerts, half the
nouns that acts are named by.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from bench.worlds.names import act_name
from bench.worlds.shows import CITIES, Show
from bench.worlds.world import World
from sms_text.text import fold_key, fold_text, slugify

_PROSE = (
    "the a and of with live music jazz dj night show band songs from new album tour doors all ages tickets dance party"
    " rock folk punk soul local favorites release special guests free early late set join us for an evening"
).split()

_NAMESPACE = uuid.UUID("8f3f6c1e-4a0b-4d0e-9d39-6f0d9f6d6a51")

SHOWS_A_ROW = 0.3
"""Measured: a show has 3 or 4 rows."""


def world_of(events: int, seed: int = 1) -> World:
    """A world with at least so many shows."""
    return World(int(events / SHOWS_A_ROW), seed)


def shows_of(events: int) -> Iterator[Show]:
    """The shows of `fill_catalog`."""
    return islice(world_of(events).shows(), events)


def city_slug(show: Show) -> str:
    """The slug of a show's scene."""
    return show.room.city.slug


def fill_catalog(engine: Engine, events: int) -> None:
    """Write cities, venues, artists, events and bills into an empty catalog."""
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        for table, columns, rows in _tables(events):
            _copy(cursor, table, columns, rows)
        connection.commit()
    finally:
        connection.close()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as autocommit:
        autocommit.execute(text("VACUUM ANALYZE"))


def _tables(events: int) -> Iterator[tuple[str, str, Iterable[Sequence[Any]]]]:
    """Each table with its columns and rows."""
    yield (
        "cities",
        "slug, name, region, country, timezone, latitude, longitude, radius_km",
        ((c.slug, c.name, c.region, "US", c.timezone, c.latitude, c.longitude, 30) for c in CITIES),
    )
    rooms = {show.room.number: show.room for show in shows_of(events)}
    yield (
        "venues",
        "id, city, name, slug, latitude, longitude, timezone, neighborhood",
        (
            (
                *(_id("venue", number), room.city.slug, room.name, slugify(room.name)),
                *(room.latitude, room.longitude, room.city.timezone, f"Quarter {number % 12}"),
            )
            for number, room in rooms.items()
        ),
    )
    acts = sorted({act for show in shows_of(events) for act in show.acts})
    names = {act: act_name(act) for act in acts}
    yield (
        "artists",
        "id, name_key, name, slug",
        ((_id("artist", act), f"{fold_key(name)} {act}", name, slugify(name)) for act, name in names.items()),
    )
    yield (
        "events",
        "id, city, night, block_night, title, slug, venue_id, event_day, timezone, starts_at, kind, status, price_min,"
        " currency, is_free, min_age, description, provenance, search_text",
        (_event(number, show) for number, show in enumerate(shows_of(events))),
    )
    yield (
        "event_artists",
        "event_id, position, artist_id, role, billed_as",
        (
            (_id("event", number), position, _id("artist", act), "support" if position > 1 else "headliner", names[act])
            for number, show in enumerate(shows_of(events))
            for position, act in enumerate(show.acts, 1)
        ),
    )


def _event(number: int, show: Show) -> tuple[Any, ...]:
    chance = random.Random(number)
    title = show.headline or ", ".join(map(act_name, show.acts))
    zone = ZoneInfo(show.room.city.timezone)
    starts_at = datetime.combine(show.night, time(), zone) + timedelta(minutes=show.start)
    description = _description(chance) if number % 3 else None
    searched = [title, *map(act_name, show.acts), show.room.name, description or ""]
    return (
        _id("event", number),
        city_slug(show),
        show.night,
        show.night,
        title,
        slugify(title),
        _id("venue", show.room.number),
        starts_at.date(),
        show.room.city.timezone,
        starts_at.astimezone(UTC),
        "show",
        "scheduled",
        show.price,
        "USD",
        show.price == 0,
        (0, 18, 21, None)[number % 4],
        description,
        json.dumps({}),
        "\n".join(map(fold_text, searched)),
    )


def _description(chance: random.Random) -> str:
    nouns = act_name(int(chance.random() * 20_000)).split()
    words = [chance.choice(_PROSE if chance.random() < 0.5 else nouns) for _ in range(chance.randint(8, 40))]
    return " ".join(words)


def _id(kind: str, number: int) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{kind} {number}")


def _copy(cursor: Any, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
