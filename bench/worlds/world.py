"""A made-up world of shows, of any size and by seed, with the truth: which rows are one show, which room, who plays.

`World(rows)` holds nothing but numbers. Every room, act and show is made from the seed and its own number when it is
needed, so a million rows stream in little memory and any part of the world can be made alone. About 60 rows tell of
a room, 3 or 4 of a show; a row in thirty has a later version. `bench.worlds.listings` says how sources print a show and
with what noise. For each 1,000,000 rows: some 16,700 rooms in 48 cities and 62,500 acts.

Of the programme: a tenth of the slots are an early and a late show of one act, a matinee and an evening with other
bills, the same bill two or three nights running, two days of a festival, or a night with a title of its own. Each
twelfth room is the second room of another; each seventeenth has a former name that some sources still use. Large
worlds have rooms of one name in several cities, and acts whose names differ by "The", "(UK)" or one word.

It serves to measure speed, and as a second opinion on accuracy; its rates are chosen, not measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import count, islice
from typing import Any, NamedTuple

from bench.worlds import listings
from bench.worlds.names import ACTS, room_name, street
from bench.worlds.shows import CITIES, City, Listing, Room, Show

FIRST_NIGHT = date(2026, 12, 1)
NIGHTS = 180
ROWS_A_ROOM = 60
ROWS_AN_ACT = 16
ROWS_A_SLOT = 4.4
"""Measured; a slot is what one room has on one evening, or on the few that belong together."""


class _Kind(NamedTuple):
    """How a slot is filled, for shares of all slots up to `share`."""

    share: float
    name: str


_KINDS = (
    _Kind(0.02, "early and late"),
    _Kind(0.04, "matinee"),
    _Kind(0.06, "run"),
    _Kind(0.075, "festival"),
    _Kind(0.095, "titled"),
    _Kind(1.0, "plain"),
)


@dataclass(frozen=True)
class World:
    """A world that `rows` first rows tell of; the same for the same numbers, everywhere."""

    rows: int
    seed: int = 1

    @property
    def rooms(self) -> int:
        """How many rooms there are."""
        return max(5, self.rows // ROWS_A_ROOM)

    @property
    def cities(self) -> int:
        """How many cities: one for 40 rooms, up to those that we have names of."""
        return min(len(CITIES), max(1, self.rooms // 40))

    @property
    def acts(self) -> int:
        """How many acts there are to be booked."""
        return min(ACTS, max(100, self.rows // ROWS_AN_ACT))

    def listings(self) -> Iterator[Listing]:
        """The rows in the order of a crawl of everything, then later versions of some, with the truth."""
        return islice(self._listings(), self.rows)

    def _listings(self) -> Iterator[Listing]:
        first_crawl = int(self.rows * 0.97)
        printed = slots = 0
        while printed < first_crawl:
            for listing in self.slot_listings(slots):
                printed += 1
                yield listing
            slots += 1
        chance = random.Random(self.seed)
        for slot in range(0, slots, 4):
            yield from listings.later(self.slot_listings(slot), chance)
        for slot in count(slots):
            yield from self.slot_listings(slot)

    def slot_listings(self, slot: int) -> Iterator[Listing]:
        """What all sources first print of the shows of one slot."""
        chance = random.Random(self.seed * 1_000_003 + slot)
        for show in self._shows(slot, chance):
            yield from listings.of_show(show, chance)

    def changes(self, number: int, crawl: int = 1) -> Iterator[dict[str, Any]]:
        """`number` rows of a later crawl, spread evenly over the world; each `crawl` changes other values.

        Of each twenty: 7 have another price, 4 another status, 3 another hour, 2 another title, 1 another day, and 3
        are new: listings of known shows by a source that had not listed them.
        """
        slots = int(self.rows / ROWS_A_SLOT * 0.9)
        chance = random.Random(self.seed * 31 + crawl)
        for n in range(number):
            printed = list(self.slot_listings(n * slots // number))
            yield listings.changed(printed[(n + crawl) % len(printed)].row, n, crawl, chance)

    def room(self, number: int) -> Room:
        """A room by its number."""
        return _room(number, self.cities)

    def shows(self) -> Iterator[Show]:
        """The shows that those rows tell of, and on without end, in the order of the slots."""
        for slot in count():
            yield from self._shows(slot, random.Random(self.seed * 1_000_003 + slot))

    def _shows(self, slot: int, chance: random.Random) -> Iterator[Show]:
        turn, number = divmod(slot, self.rooms)
        room = self.room(number)
        gap = 5 + number % 11
        night = FIRST_NIGHT + timedelta(days=(turn * gap + int(chance.random() * (gap - 3))) % NIGHTS)
        draw = chance.random()
        kind = next(kind.name for kind in _KINDS if draw < kind.share)
        start = (1140, 1170, 1200, 1200, 1230, 1260, 1290, 1320, 1350, 1470)[int(chance.random() * 10)]
        bill = self._bill(chance)
        show = Show(f"{slot}", room, night, start, bill, price=int(chance.random() * 12) * 5)
        if kind == "plain":
            yield show
        elif kind == "early and late":
            yield show.with_(id=f"{slot}e", start=1110, note="early")
            yield show.with_(id=f"{slot}l", start=1290, note="late")
        elif kind == "matinee":
            yield show.with_(id=f"{slot}m", start=900)
            yield show.with_(id=f"{slot}n", acts=self._bill(chance))
        elif kind == "run":
            for day in range(2 + slot % 2):
                yield show.with_(id=f"{slot}r{day}", night=night + timedelta(days=day))
        elif kind == "festival":
            name = (
                f"{room.name.removeprefix('The ').split()[0]} {('Fest', 'Festival', 'Weekend')[slot % 3]} {night.year}"
            )
            for day in range(2):
                acts = tuple(dict.fromkeys(self._bill(chance) + self._bill(chance)))
                on = night + timedelta(days=day)
                yield show.with_(id=f"{slot}f{day}", night=on, start=960, acts=acts, headline=name)
        else:
            names = ("Album Release Show", "Winter Tour", "Monday Night Jam", "Songs in the Round", "Farewell Show")
            yield show.with_(headline=names[slot % 5])

    def _bill(self, chance: random.Random) -> tuple[int, ...]:
        """One to four acts, the known ones far more often than the others."""
        wanted = (1, 1, 1, 2, 2, 2, 3, 3, 3, 4)[int(chance.random() * 10)]
        return tuple(dict.fromkeys(int(self.acts * chance.random() ** 2) for _ in range(wanted)))


@lru_cache(maxsize=1 << 16)
def _room(number: int, cities: int) -> Room:
    local, of_city = divmod(number, cities)
    city: City = CITIES[of_city]
    if local % 12 == 11:
        house = _room(number - cities, cities)
        inner = ("Lounge", "Upstairs", "Cellar", "Annex")[local // 12 % 4]
        return house._replace(id=f"r{number}", number=number, name=f"{house.name} {inner}", former=None)
    name = room_name(local + of_city * 71)
    spread = number * 2_654_435_761 % (1 << 32)
    return Room(
        id=f"r{number}",
        number=number,
        name=name,
        former=room_name(local + of_city * 71 + 1_700) if local % 17 == 5 else None,
        street=f"{100 + number * 13 % 8900} {street(number)}",
        city=city,
        latitude=round(city.latitude + (spread % 2_000 - 1_000) / 10_000, 5),
        longitude=round(city.longitude + (spread // 2_000 % 2_400 - 1_200) / 10_000, 5),
    )


def raw_events(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` raw events in exchange form, without the truth."""
    return (listing.row for listing in World(count, seed).listings())
