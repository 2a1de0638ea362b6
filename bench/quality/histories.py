"""Histories of a catalog, tried for as long as is asked: each is grown and built anew, and both have to be the same.

Each history is played with builds between what happens, killed at any statement or beside other writers, and its inputs
once more with one build at the end. Every tenth is compared by `rebuild --check` as well. A number, printed where the
two differ, is all that is needed to see a history again.

python -m bench.quality.histories [--minutes 10] [--seed 0] [--histories N] [--workers 1]
"""

from __future__ import annotations

import argparse
import random
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, text

from bench.fresh_database import fresh_database, full_url
from sms_database.session import create_engine_for
from tests.carpenter.histories import write_history
from tests.carpenter.replay_history import Player, unlike, unlike_its_rebuild

CHECKED = 10
"""One history in so many is also compared by `rebuild --check`, which takes longer."""

SHOWN = 3
"""Rows shown of a table that differs."""


def main() -> None:
    """Try histories until the time is over; exit with 1 if any went wrong."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--minutes", type=float, default=10.0)
    arguments.add_argument("--seed", type=int, default=0, help="number of the first history")
    arguments.add_argument("--histories", type=int, help="try no more than these")
    arguments.add_argument("--workers", type=int, default=1, help="worker processes of some of the builds")
    options = arguments.parse_args()
    console, started = Console(), monotonic()
    failed: list[int] = []
    tried = 0
    with _database() as grown, _database() as at_once:
        grower, rebuilder = Player(grown), Player(at_once)
        for seed in count(options.seed):
            if tried == options.histories or monotonic() - started > options.minutes * 60:
                break
            tried += 1
            if faults := _faults(seed, grower, rebuilder, options.workers):
                failed.append(seed)
                console.print(f"history {seed}:", *faults, sep="\n", markup=False, highlight=False)
    _print(console, tried, grower.done, failed, monotonic() - started)
    sys.exit(1 if failed else 0)


def _faults(seed: int, grower: Player, rebuilder: Player, workers: int) -> list[str]:
    """What is wrong with the catalog that this history grows, in lines."""
    history = write_history(random.Random(seed), workers=(1, 1, 1, workers))
    try:
        grower.play(history)
        rebuilder.play_at_once(grower.taken, history.block_mentions)
        lines = []
        for table, (grown, rebuilt) in unlike(grower.engine, rebuilder.engine).items():
            lines += [f"  {table}, grown:   {row}" for row in grown[:SHOWN]]
            lines += [f"  {table}, rebuilt: {row}" for row in rebuilt[:SHOWN]]
        if seed % CHECKED == 0:
            lines += [
                f"  {table}: rebuild --check" for table in unlike_its_rebuild(grower.engine, history.block_mentions)
            ]
        return lines
    except Exception:  # noqa: BLE001  a build that fails is what is looked for
        return traceback.format_exc().splitlines()


@contextmanager
def _database() -> Iterator[Engine]:
    """A database that need not survive a fall of the server, and so does not wait for the disk."""
    with fresh_database() as engine:
        url = full_url(engine.url)
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {engine.url.database} SET synchronous_commit = off"))
        admin.dispose()
        engine.dispose()
        unhurried = create_engine_for(url)
        try:
            yield unhurried
        finally:
            unhurried.dispose()


def _print(console: Console, tried: int, done: Counter[str], failed: list[int], seconds: float) -> None:
    table = Table("what was done", "times")
    for kind, times in sorted(done.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(kind, f"{times:,}")
    console.print(table)
    verdict = f"{len(failed)} went wrong: {', '.join(map(str, failed))}" if failed else "all equal their rebuild"
    console.print(f"{tried:,} histories in {seconds:.0f} s; {verdict}", highlight=False)


if __name__ == "__main__":
    main()
