"""What input costs that no source should publish and some do: time and memory of a first build, by kind and size.

The cost of a row should not grow with the number of rows: it is shown against that at the smallest size. The peak of
memory is the process's so far, with the rows that it made.

python -m bench.speed.bad_input [--sizes 2000,8000] [--kinds "one title,festival"]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.fresh_database import fresh_database
from bench.speed.cost import measure
from carpenter.pipeline.build import run
from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.sources import ensure_sources, store_cities

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
FRIDAY = date(2026, 11, 27)


def row(source: int, number: int, title: str, room: str, day: date = FRIDAY, **fields: Any) -> dict[str, Any]:
    """A raw event in exchange form."""
    return {
        "source": f"list_{source}",
        "source_event_id": str(number),
        "fetched_at": NOW.isoformat(),
        "title": title,
        "event_day": day.isoformat(),
        "venue_name": room,
        "venue_city": "Seattle",
        "venue_region": "WA",
        "timezone": "America/Los_Angeles",
    } | fields


def one_title(rows: int) -> Iterator[dict[str, Any]]:
    """One source, one title, one room, one night."""
    return (row(0, n, "Tin Lantern", "Pier Hall", start_time="20:00") for n in range(rows))


def one_title_every_night(rows: int) -> Iterator[dict[str, Any]]:
    """One source and title, in 200 rooms and on as many nights as that takes."""
    return (row(0, n, "Tin Lantern", f"Hall {n % 200}", FRIDAY + timedelta(n // 200)) for n in range(rows))


def festival(rows: int) -> Iterator[dict[str, Any]]:
    """One room and night, three sources, a set every five minutes."""
    for n in range(rows):
        slot = n // 3 * 5 % 720
        yield row(n % 3, n, f"Quartet {n // 3}", "Pier Field", start_time=f"{12 + slot // 60}:{slot % 60:02}")


def every_minute(rows: int) -> Iterator[dict[str, Any]]:
    """One title in one room, starting in every minute of the day."""
    for n in range(rows):
        minute = n * 7 % 1440
        yield row(n % 2, n, "Tin Lantern", "Pier Hall", start_time=f"{minute // 60:02}:{minute % 60:02}")


def no_room_yet(rows: int) -> Iterator[dict[str, Any]]:
    """Every room is named "TBA"."""
    return (row(0, n, f"Quartet {n}", "TBA", venue_address=f"{n} Main St") for n in range(rows))


def rooms_of_one_name(rows: int) -> Iterator[dict[str, Any]]:
    """Every room is named "The Hall", each in another house."""
    return (row(n % 2, n, f"Quartet {n // 2}", "The Hall", venue_address=f"{n // 2} Main St") for n in range(rows))


KINDS: Mapping[str, Callable[[int], Iterator[dict[str, Any]]]] = {
    "one title": one_title,
    "one title every night": one_title_every_night,
    "festival": festival,
    "every minute": every_minute,
    "no room yet": no_room_yet,
    "rooms of one name": rooms_of_one_name,
}


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sizes", default="2000,8000")
    arguments.add_argument("--kinds", default=",".join(KINDS))
    options = arguments.parse_args()
    table = Table("rows of", "rows", "s", "CPU s", "PostgreSQL CPU s", "ms a row", "against the least", "peak MB")
    for kind in options.kinds.split(","):
        least = 0.0
        for size in map(int, options.sizes.split(",")):
            with fresh_database() as engine:
                items = [check_item(each) for each in KINDS[kind](size)]
                with engine.begin() as connection:
                    store_cities(connection)
                    ensure_sources(connection, {item.source for item in items})
                    store_raw_events(connection, items)
                cost = measure(engine, partial(run, engine, clock=lambda: NOW))
            each = (cost.cpu + (cost.postgres_cpu or 0)) / size * 1000
            least = least or each
            postgres = f"{cost.postgres_cpu:.1f}" if cost.postgres_cpu is not None else "?"
            table.add_row(
                kind, f"{size:,}", f"{cost.seconds:.1f}", f"{cost.cpu:.1f}", postgres,
                f"{each:.2f}", f"{each / least:.2f}", f"{cost.peak_mb:,.0f}",
            )  # fmt: skip
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
