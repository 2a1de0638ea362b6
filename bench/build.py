"""What a build costs, and how that grows: seconds, CPU of ours and of PostgreSQL, peak memory.

Rows of `bench.world`, each with the record of 5 to 10 kB that it was read from, are stored, built from nothing, built
with nothing to do, and built after rows have changed: 0.1, 1 and 10 % of them, and 1,000 (at most a fifth), spread over
rooms and nights in the mix of `World.changes`. At the end `rebuild --check` compares the catalog with one built from
nothing. Each step is a process of its own, so that its peak of memory is its own; storing is timed apart. The database
of the second number of workers is a copy of the first one's, taken before the first build.

python -m bench.build [--rows 100000 | --sizes 10000,100000,1000000] [--workers 1,2] [--no-payload]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from bench.cost import Cost, measure
from bench.fresh_database import fresh_database, full_url
from bench.names import act_name
from bench.world import World, raw_events
from carpenter.pipeline.build import run
from carpenter.pipeline.rebuild import check
from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.session import create_engine_for
from sms_database.sources import ensure_sources, store_cities

ROOT = Path(__file__).parent.parent
BATCH = 10_000
"""Rows stored in one transaction."""
SHARES = (0.001, 0.01, 0.1)
THOUSAND = 1_000


@dataclass(frozen=True)
class Step:
    """What a process of its own does; `rows` is how many rows it is about."""

    name: str
    what: str
    rows: int
    crawl: int = 0
    workers: int = 1
    has_payload: bool = True


def steps(rows: int, workers: int, *, has_payload: bool) -> Iterator[Step]:
    """All that follows the storing of `rows` rows."""
    yield Step("first build", "build", rows, workers=workers)
    yield Step("nothing to do", "build", rows, workers=workers)
    changes = [(f"{share:.1%} changed", int(rows * share)) for share in SHARES]
    for crawl, (name, number) in enumerate([*changes, ("1,000 changed", min(THOUSAND, rows // 5))], 1):
        yield Step(f"store {name}", "change", number, crawl, has_payload=has_payload)
        yield Step(name, "build", number, workers=workers)
    if workers == 1:
        yield Step("rebuild --check", "check", rows)


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=100_000)
    arguments.add_argument("--sizes", type=_numbers, help="several numbers of rows, and a table of how costs grow")
    arguments.add_argument("--workers", type=_numbers, default=[1, 2])
    arguments.add_argument("--no-payload", action="store_true", help="rows without the record that they were read from")
    arguments.add_argument("--step", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.step:
        sys.stdout.write(json.dumps(asdict(do(Step(**json.loads(options.step)), options.rows))))
        return
    console = Console(width=140)
    sizes = options.sizes or [options.rows]
    has_payload = not options.no_payload
    costs = {rows: costs_of(rows, options.workers, console, has_payload=has_payload) for rows in sizes}
    if len(sizes) > 1:
        console.print(growth(costs))


def costs_of(rows: int, workers: list[int], console: Console, *, has_payload: bool) -> dict[str, Cost]:
    """Measure every step at one size and print its table; the costs by the name of the step."""
    costs: dict[str, Cost] = {}
    with fresh_database() as stored:
        first = Step("store", "store", rows, has_payload=has_payload)
        costs[_label(first)] = in_a_process(stored, first, rows)
        numbers = {_label(first): rows}
        for number in workers:
            with fresh_database(stored) as engine:
                for step in steps(rows, number, has_payload=has_payload):
                    costs[_label(step)] = cost = in_a_process(engine, step, rows)
                    numbers[_label(step)] = step.rows
                    sys.stderr.write(f"{rows:,} rows: {_label(step)}: {cost.seconds:.2f} s\n")
    base = costs.get("first build, 1 worker") or next(c for name, c in costs.items() if name.startswith("first build"))
    with_what = " with payloads" if has_payload else ""
    columns = ("step", "rows", "seconds", "CPU ours", "CPU PostgreSQL", "rows/s", "peak MB", "ratio to first build")
    table = Table(*columns, title=f"{rows:,} generated rows{with_what}, {World(rows).rooms:,} rooms")
    for label, cost in costs.items():
        postgres = "-" if cost.postgres_cpu is None else f"{cost.postgres_cpu:.1f}"
        figures = (f"{numbers[label]:,}", f"{cost.seconds:.2f}", f"{cost.cpu:.1f}", postgres)
        rate, ratio = numbers[label] / cost.seconds, cost.seconds / base.seconds
        table.add_row(label, *figures, f"{rate:,.0f}", f"{cost.peak_mb:,.0f}", f"{ratio:.3f}")
    console.print(table)
    return costs


def growth(costs: dict[int, dict[str, Cost]]) -> Table:
    """Seconds at each size, and by how much they grow from one to the next."""
    sizes = list(costs)
    pairs = list(pairwise(sizes))
    table = Table(
        "step",
        *(f"{size:,} rows" for size in sizes),
        *(f"×{larger / size:g} rows" for size, larger in pairs),
        "peak MB",
        title="seconds, and how they grow",
    )
    for label in costs[sizes[0]]:
        seconds = [f"{costs[size][label].seconds:.2f}" for size in sizes]
        ratios = [f"×{costs[larger][label].seconds / costs[size][label].seconds:.2f}" for size, larger in pairs]
        peaks = " → ".join(f"{costs[size][label].peak_mb:,.0f}" for size in sizes)
        table.add_row(label, *seconds, *ratios, peaks)
    return table


def in_a_process(engine: Engine, step: Step, rows: int) -> Cost:
    """What the step costs in a process of its own."""
    command = [sys.executable, "-m", "bench.build", "--rows", str(rows), "--step", json.dumps(asdict(step))]
    environment = os.environ | {"DATABASE_URL": full_url(engine.url)}
    engine.dispose()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{step.name}: {done.stderr}")
    return Cost(**json.loads(done.stdout))


def do(step: Step, rows: int) -> Cost:
    """Do a step of a world of `rows` rows in this process, on the database that DATABASE_URL names."""
    engine = create_engine_for(os.environ["DATABASE_URL"])
    match step.what:
        case "store":
            return measure(engine, lambda: store(engine, raw_events(rows), has_payload=step.has_payload))
        case "change":
            changed = list(World(rows).changes(step.rows, step.crawl))
            return measure(engine, lambda: store(engine, changed, has_payload=step.has_payload))
        case "build":
            return measure(engine, lambda: run(engine, clock=now, workers=step.workers))
        case _:
            return measure(engine, lambda: compare(engine))


def store(engine: Engine, rows: Iterable[dict[str, Any]], *, has_payload: bool) -> None:
    """Store rows in batches, each with its transaction, as a crawl does."""
    remaining = iter(with_payloads(rows) if has_payload else rows)
    while batch := [check_item(row) for row in islice(remaining, BATCH)]:
        with engine.begin() as connection:
            store_cities(connection)
            ensure_sources(connection, {item.source for item in batch})
            store_raw_events(connection, batch)


def with_payloads(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each row with the record that it was read from, of 5 to 10 kB; the same row has the same."""
    words = [act_name(number) for number in range(1_000)]
    for row in rows:
        chance = random.Random(f"{row['source']}/{row['source_event_id']}")
        first = chance.randrange(len(words))
        page, size = " ".join(words[first:] + words[:first]), chance.randrange(5_000, 10_000)
        yield row | {"payload": {"title": row["title"], "html": page[:size]}}


def compare(engine: Engine) -> None:
    """Raises SystemExit if the catalog is not what a build from nothing gives."""
    if differing := [difference for difference in check(engine, clock=now) if not difference.is_equal]:
        raise SystemExit(f"the catalog differs from one built from nothing: {differing}")


def now() -> datetime:
    """The clock of the audit."""
    return datetime.now(UTC)


def _label(step: Step) -> str:
    if step.what != "build":
        return step.name
    return f"{step.name}, {step.workers} {'worker' if step.workers == 1 else 'workers'}"


def _numbers(given: str) -> list[int]:
    return [int(part) for part in given.split(",")]


if __name__ == "__main__":
    main()
