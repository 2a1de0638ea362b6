"""A catalog of any size, written without a build: a made-up world's events, each with its room, bill and one raw row.

A build of 1,000,000 events takes an hour and its rows; what serving costs depends on the catalog alone. So venues,
artists, events, bills, raw rows and their links are made by number, from the names of `bench.worlds.names`, and
written by COPY, the indexes of events being made afterwards; the whole is one change, "rebuilt", as a first build is.
Two thirds of the events have a description, half of it everyday prose about concerts and half the nouns that acts are
named by; all have the provenance of a build.

A scene for each 20,000 events, at most 48, and 5 rooms for each 1,000: some 55 shows a night in each scene, over 365
nights, however large the catalog is. The acts of low numbers play far more often than the others.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from bench.worlds.names import act_name, room_name, street
from bench.worlds.shows import CITIES, City
from sms_database.changes import NewChange, publish_changes, write_changes
from sms_database.scopes import CATALOG, EVERYTHING
from sms_text.text import fold_text, slugify

FIRST_NIGHT = date(2026, 12, 1)
NIGHTS = 365
WRITTEN_AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
_SOURCE = "catalog_world"
_EVENTS_A_SCENE = 20_000
_PROSE = (
    "the a and of with live music jazz dj night show band songs from new album tour doors all ages tickets dance party"
    " rock folk punk soul local favorites release special guests free early late set join us for an evening"
).split()
_WORDS_IN_A_DESCRIPTION = 60
_HOURS = (1140, 1170, 1200, 1200, 1230, 1260, 1290, 1320, 1350)
"""Minutes after a night's midnight."""
_RULE = "venue's own page"
_TOLD = ("title", "venue", "event_day", "starts_at", "doors_at", "price", "artists", "kind", "status", "event_url")

Row = Sequence[Any]


@dataclass(frozen=True)
class CatalogWorld:
    """The catalog of so many events; the same for the same number, everywhere."""

    events: int

    @property
    def scenes(self) -> Sequence[City]:
        """Its cities."""
        return CITIES[: max(1, min(len(CITIES), self.events // _EVENTS_A_SCENE))]

    @property
    def rooms(self) -> int:
        """How many venues there are."""
        return max(10, self.events // 200)

    @cached_property
    def acts(self) -> int:
        """How many artists there are."""
        return max(100, self.events // 8)

    def scene_of_room(self, number: int) -> City:
        """The city of a venue, by its number."""
        return self.scenes[number % len(self.scenes)]

    def write(self, engine: Engine) -> None:
        """Fill the empty catalog of a migrated database."""
        with engine.begin() as connection:
            indexes = _take_indexes(connection, "events")
            _copy(connection, "cities", ("slug", "name", "region", "country", "timezone"), self._cities())
            _copy(connection, "sources", ("slug", "kind", "title"), [(_SOURCE, "feed", "A made-up world")])
            _copy(connection, "venues", _VENUE, self._venues())
            _copy(connection, "artists", ("id", "name_key", "name", "slug", "is_stale"), self._artists())
            _copy(connection, "events", _EVENT, self._events())
            _copy(connection, "event_artists", _BILLED, self._billed())
            _copy(connection, "raw_events", _RAW, self._raw_events())
            _copy(connection, "event_sources", _LINK, self._links())
            for definition in indexes:
                connection.execute(text(definition))
            scopes = [EVERYTHING, CATALOG]
            change = NewChange(at=WRITTEN_AT, kind="rebuilt", entity="catalog", scopes=scopes, cause={"reason": "made"})
            write_changes(connection, [change])
        publish_changes(engine)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))

    def _cities(self) -> Iterator[Row]:
        for city in self.scenes:
            yield city.slug, city.name, city.region, "US", city.timezone

    def _venues(self) -> Iterator[Row]:
        for number in range(self.rooms):
            city, name, chance = self.scene_of_room(number), room_name(number), random.Random(number)
            place = city.latitude + chance.uniform(-0.1, 0.1), city.longitude + chance.uniform(-0.1, 0.1)
            hood = f"{street(number % 12).split()[0]} Hill"
            address = f"{100 + number * 13 % 8900} {street(number)}"
            capacity = (80, 150, 300, 600, 1200, 2800)[number % 6]
            of_place = (city.name, city.region, "US", *place, city.timezone, hood, capacity)
            yield venue_id(number), city.slug, name, slugify(name), address, *of_place

    def _artists(self) -> Iterator[Row]:
        for number in range(self.acts):
            name = act_name(number)
            yield artist_id(number), f"{fold_text(name)} {number}", name, slugify(name), False

    def _events(self) -> Iterator[Row]:
        for number in range(self.events):
            yield self._event(number)

    def _event(self, number: int) -> Row:
        chance = random.Random(number)
        room, bill, night, city = self._room(number), self.bill(number), self.night(number), self.scene(number)
        names = [act_name(act) for act in bill]
        title = " with ".join(names[:2])
        doors_at = datetime.combine(night, time(), ZoneInfo(city.timezone)) + timedelta(minutes=chance.choice(_HOURS))
        description = chance.choice(_descriptions()) if number % 3 else None
        key = f"{_SOURCE}/{number}"
        provenance = {name: {"from": key, "rule": _RULE} for name in _TOLD}
        price = chance.randrange(0, 60, 5)
        folded = "\n".join(_folded(line) for line in (title, *names, room_name(room), description or ""))
        days = (night, night, night, city.timezone)
        hours = (doors_at + timedelta(hours=1), doors_at)
        costs = (price, price + 5, "USD", price == 0, (0, 18, 21, None)[number % 4])
        pages = (f"https://rooms.example/{room}/{number}", f"https://tickets.example/{number}")
        words = (slugify(f"{night} {title}"), venue_id(room), "show", "scheduled", description)
        return event_id(number), city.slug, title, *days, *hours, *words, *costs, *pages, json.dumps(provenance), folded

    def _billed(self) -> Iterator[Row]:
        for number in range(self.events):
            for position, act in enumerate(self.bill(number), 1):
                role = "headliner" if position == 1 else "support"
                yield event_id(number), position, artist_id(act), role, act_name(act)

    def _raw_events(self) -> Iterator[Row]:
        for number in range(self.events):
            page = f"https://rooms.example/{self._room(number)}/{number}"
            yield number + 1, _SOURCE, str(number), self.night(number), "{}", page, "-", *[WRITTEN_AT] * 4

    def _links(self) -> Iterator[Row]:
        for number in range(self.events):
            yield number + 1, event_id(number), venue_id(self._room(number)), 1.0, "[]", "[]", "[]"

    def _room(self, number: int) -> int:
        return number * 7_919 % self.rooms

    def scene(self, number: int) -> City:
        """The city of an event, by its number."""
        return self.scene_of_room(self._room(number))

    def night(self, number: int) -> date:
        """The night of an event."""
        return FIRST_NIGHT + timedelta(days=(number // self.rooms * 13 + self._room(number) * 29) % NIGHTS)

    def bill(self, number: int) -> Sequence[int]:
        """The acts of an event by number, the headliner first; one of a low number plays often."""
        chance = random.Random(-number - 1)
        wanted = chance.choice((1, 1, 2, 2, 3, 3, 4))
        return tuple(dict.fromkeys(int(self.acts * chance.random() ** 2) for _ in range(wanted)))


_VENUE = "id city name slug address town region country latitude longitude timezone neighborhood capacity".split()
_EVENT = (
    "id city title night block_night event_day timezone starts_at doors_at slug venue_id kind status description"
    " price_min price_max currency is_free min_age event_url ticket_url provenance search_text"
).split()
_BILLED = "event_id position artist_id role billed_as".split()
_RAW = (
    "id source source_event_id event_day data source_url content_hash fetched_at first_seen_at last_seen_at changed_at"
).split()
_LINK = "raw_event_id event_id venue_id score explanation bill notes".split()


def event_id(number: int) -> uuid.UUID:
    """The id of an event, by its number."""
    return _id("event", number)


def venue_id(number: int) -> uuid.UUID:
    """The id of a venue, by its number."""
    return _id("venue", number)


def artist_id(number: int) -> uuid.UUID:
    """The id of an artist, by its number."""
    return _id("artist", number)


@cache
def _descriptions() -> Sequence[str]:
    """Texts of 60 words; each stands in many events."""
    chance = random.Random(1)

    def word() -> str:
        return chance.choice(_PROSE if chance.random() < 0.5 else act_name(chance.randrange(50_000)).split())

    return [" ".join(word() for _ in range(_WORDS_IN_A_DESCRIPTION)) for _ in range(2_000)]


_folded = lru_cache(maxsize=1 << 18)(fold_text)


def _id(kind: str, number: int) -> uuid.UUID:
    return uuid.UUID(bytes=blake2b(f"{kind} {number}".encode(), digest_size=16).digest(), version=5)


def _copy(connection: Connection, table: str, columns: Iterable[str], rows: Iterable[Row]) -> None:
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _take_indexes(connection: Connection, table: str) -> list[str]:
    """Drop the indexes of a table that hold no constraint; returns what makes them again."""
    found = connection.execute(
        text(
            "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i"
            " WHERE i.indrelid = cast(:table AS regclass)"
            " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
        ),
        {"table": table},
    ).all()
    for index in found:
        connection.execute(text(f"DROP INDEX {index.name}"))
    return [index.definition for index in found]
