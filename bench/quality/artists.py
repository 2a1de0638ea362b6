"""Who is taken for an act and is none: the artists of a catalog against what a person said who read them one by one.

`artists.toml` beside this has, for each catalog, the names that were read: those of acts and those of what is none. A
name that nobody has read yet is counted apart.

python -m bench.quality.artists          prints the names that were not read, and those that are no acts
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from bench.fresh_database import fresh_database
from bench.quality.accuracy import RECORDINGS, measured
from carpenter.pipeline.build import run
from sms_crawlers.source_facts import facts_of
from sms_database.raw_check import check_item
from sms_database.raw_store import store_raw_events
from sms_database.sources import store_source
from tests.crawlers.replaying import spider_classes
from tests.crawlers.shared_sources import SPIDER_OF_FOLDER

READ = Path(__file__).with_name("artists.toml")
OURS = Path(__file__).parents[2] / "tests" / "recordings"

FETCHED = "2026-11-20T20:00:00Z"
"""When the recordings say that they were made."""

CATALOGS = ("recordings", "demo")
"""The real recordings, each body by itself; and the project's own, all in one catalog, as `make demo` has them."""


@dataclass(frozen=True)
class Precision:
    """Artists of a catalog: how many names were read, which of them are no acts, and which nobody has read."""

    read: int
    no_acts: tuple[str, ...]
    unread: tuple[str, ...]


def precision(catalog: str, names: Iterable[str]) -> Precision:
    """What is known of these names of one of CATALOGS."""
    known = tomllib.loads(READ.read_text("utf-8"))[catalog]
    acts, no_acts, names = set(known["acts"]), set(known["no_acts"]), set(names)
    if twice := acts & no_acts:
        raise SystemExit(f"{READ.name}: {catalog}: read both ways: {', '.join(sorted(twice))}")
    return Precision(
        read=len(names & (acts | no_acts)),
        no_acts=tuple(sorted(names & no_acts)),
        unread=tuple(sorted(names - acts - no_acts)),
    )


def demo_artists(engine: Engine) -> set[str]:
    """The artists of the project's own recordings, built in an empty database."""
    with engine.begin() as connection:
        for name, spider in spider_classes().items():
            expected = OURS / name / "items.json"
            if expected.is_file():
                store_source(connection, facts_of(spider))
                items = json.loads(expected.read_text("utf-8"))["items"]
                store_raw_events(connection, [check_item({"fetched_at": FETCHED, **item}) for item in items])
    run(engine, clock=lambda: datetime.now(UTC))
    with engine.connect() as connection:
        return set(connection.scalars(text("SELECT name FROM artists")))


def main() -> None:
    """Print what is to be read, a name a line."""
    found: dict[str, set[str]] = {}
    with fresh_database() as engine:
        found["demo"] = demo_artists(engine)
    if RECORDINGS.is_dir():
        with fresh_database() as engine:
            found["recordings"] = measured(engine, sorted(SPIDER_OF_FOLDER)).acts
    for catalog, names in found.items():
        said = precision(catalog, names)
        for what, listed in (("not read", said.unread), ("no act", said.no_acts)):
            sys.stdout.writelines(f"{catalog}\t{what}\t{name}\n" for name in listed)


if __name__ == "__main__":
    main()
