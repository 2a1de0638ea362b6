"""A made-up city's listings, by seed: rooms, acts, and sources that list the same shows each in its own way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

FIRST_NIGHT = date(2026, 12, 1)
FETCHED = datetime(2026, 11, 20, 17, tzinfo=UTC)
NIGHTS = 180

_BEGINNINGS = (
    "Tin Copper Velvet Hollow Cedar Salt Paper Neon Quiet Rusty Silver Winter Lunar Broken Golden Northern Static "
    "Concrete Marble Electric Wooden Violet Harbor Distant Midnight Feral Glass Tender Ragged Gentle Amber Frozen"
).split()
_ENDINGS = (
    "Lantern Ferry Orchard Signal Wolves Parade Harvest Engine Choir Garden Mirror Fever Animal Thunder Kitchen "
    "Letters Avenue Machine Sparrow Island Ghosts Weather Canyon Radio Teeth Museum Comet Bicycle Lagoon Anthem"
).split()
_ROOMS = "Hall Tavern Lounge Ballroom Theatre Club Room Cellar Saloon House".split()


def raw_events(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` raw events in exchange form: about three sources list each show, a fifth of them with other words."""
    chance = random.Random(seed)
    shows = max(1, count // 3)
    rooms = [_room(chance, n) for n in range(max(5, shows // 150))]
    acts = [f"{chance.choice(_BEGINNINGS)} {chance.choice(_ENDINGS)} {n}" for n in range(max(20, shows // 3))]
    for number in range(count):
        show = number % shows
        yield _listing(number // shows, show, rooms, acts, random.Random(f"{seed} {show}"), chance)


def _room(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "venue_name": f"{chance.choice(_BEGINNINGS)} {chance.choice(_ROOMS)} {number}",
        "venue_address": f"{100 + number} {chance.choice(_ENDINGS)} St",
        "venue_city": "Seattle",
        "venue_region": "WA",
        "timezone": "America/Los_Angeles",
    }


def _listing(
    source: int, show: int, rooms: list[dict[str, Any]], acts: list[str], facts: random.Random, chance: random.Random
) -> dict[str, Any]:
    """How one source lists a show; `facts` is the same for each source of the show."""
    room = rooms[show % len(rooms)]
    night = FIRST_NIGHT + timedelta(days=(show // len(rooms)) % NIGHTS)
    bill = facts.sample(acts, facts.choice((1, 2, 3, 3)))
    hour = facts.choice(("19:00", "19:30", "20:00", "21:00"))
    name = ("house", "boxoffice", "paper", "blog")[source % 4]
    separator = {"house": ", ", "boxoffice": " / ", "paper": " + ", "blog": " w/ "}[name]
    return room | {
        "source": name,
        "source_event_id": f"{name}-{source}-{show}",
        "source_url": f"https://{name}.example/{show}",
        "fetched_at": FETCHED.isoformat(),
        "title": separator.join(bill if chance.random() < 0.8 else bill[:1]),
        "event_day": night.isoformat(),
        "start_time": hour if name != "paper" else None,
        "price_text": chance.choice(("$10", "$12 adv, $15 doors", "Free", None)),
        "age_text": chance.choice(("21+", "All Ages", None)),
        "description": "An evening of songs. " * 5,
    }
