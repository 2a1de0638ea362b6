"""Rows a second of a first build, of a run with nothing to do, and of a run after 1 % of the rows changed.

python -m bench.build [--rows 100000]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from bench.fresh_database import fresh_database
from bench.world import raw_events
from carpenter.build import run
from carpenter.rebuild import check
from sms_database.raw_check import check_item
from sms_database.raw_store import ensure_sources, store_cities, store_raw_events


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=100_000)
    rows = arguments.parse_args().rows
    table = Table("step", "rows", "seconds", "rows/s", "ratio to first build", title=f"{rows} generated rows")
    with fresh_database() as engine:
        changed = [row | {"price_text": "$99"} for row in raw_events(rows) if hash_of(row) % 100 == 0]
        steps: list[tuple[str, int, Callable[[], object]]] = [
            ("store", rows, lambda: store(engine, raw_events(rows))),
            ("first build", rows, lambda: run(engine, clock=now)),
            ("nothing to do", rows, lambda: run(engine, clock=now)),
            ("store 1 % changed", len(changed), lambda: store(engine, changed)),
            ("build after 1 % changed", len(changed), lambda: run(engine, clock=now)),
            ("rebuild --check", rows, lambda: print_differences(engine)),
        ]
        first = None
        for name, count, step in steps:
            started = time.perf_counter()
            step()
            seconds = time.perf_counter() - started
            first = seconds if name == "first build" else first
            ratio = f"{seconds / first:.3f}" if first else ""
            table.add_row(name, str(count), f"{seconds:.1f}", f"{count / seconds:,.0f}", ratio)
    console = Console()
    console.print(table)
    console.print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def now() -> datetime:
    """The clock of the audit."""
    return datetime.now(UTC)


def hash_of(row: dict[str, Any]) -> int:
    """The same number for the same row in every process."""
    return sum(row["source_event_id"].encode())


def store(engine: Engine, rows: Iterable[dict[str, Any]]) -> None:
    """Store rows in batches, each with its transaction, as a crawl does."""
    remaining = iter(rows)
    while batch := [check_item(row) for row in islice(remaining, 1000)]:
        with engine.begin() as connection:
            store_cities(connection)
            ensure_sources(connection, {item.source for item in batch})
            store_raw_events(connection, batch)


def print_differences(engine: Engine) -> None:
    """Say whether the catalog equals a build from nothing."""
    differing = [d for d in check(engine, clock=now) if not d.is_equal]
    Console().print(f"rebuild --check: {differing or 'equal'}")


if __name__ == "__main__":
    main()
