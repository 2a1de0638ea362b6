"""Labelled worlds as folders, and what the project makes of one.

A folder has `raw.jsonl` (rows in exchange form, each with a `raw_id`), `truth.jsonl` (for each `raw_id` its `event_id`,
`venue_id`, `artist_ids` and `mentions`) and `world.jsonl` (for each act its `kind` "artist", `id` and `name`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import Engine

from bench.fresh_database import full_url
from bench.quality.scoring import Accuracy, b_cubed, line_ups, main_group, pairwise
from bench.worlds.names import act_name
from bench.worlds.world import World
from sms_text.text import fold_key

ROOT = Path(__file__).parents[2]
OURS = "ours"
SMALL = 10_000


@dataclass(frozen=True)
class Truth:
    """What is so of a row: `acts` are the names of all who play the show, folded."""

    event: str
    room: str
    acts: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What a resolution says of a row; None where it says nothing. `acts` are (id, name)."""

    event: str | None
    room: str | None
    acts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scores:
    """A resolution against the truth."""

    events: Accuracy
    events_b_cubed: Accuracy
    rooms: Accuracy
    line_ups: Accuracy


@contextmanager
def world_folder(named: str) -> Iterator[Path]:
    """The folder of a world: a path, or `ours:N` for N rows of `bench.worlds.world`, written for the while."""
    kind, _, size = named.partition(":")
    if kind != OURS:
        folder = Path(named)
        if not (folder / "raw.jsonl").is_file():
            raise SystemExit(f"{folder} has no raw.jsonl: name the folder of an unpacked world, or ours:N")
        yield folder
        return
    with TemporaryDirectory() as directory:
        write_world(World(int(size or SMALL)), Path(directory))
        yield Path(directory)


def write_world(world: World, folder: Path) -> None:
    """Write `raw.jsonl`, `truth.jsonl` and `world.jsonl` of a made-up world."""
    acts: dict[str, set[int]] = defaultdict(set)
    for listing in world.listings():
        acts[listing.show].update(listing.acts)
    with (folder / "raw.jsonl").open("wb") as raw, (folder / "truth.jsonl").open("wb") as truth:
        for number, listing in enumerate(world.listings()):
            raw.write(_line({"raw_id": f"r{number}"} | listing.row))
            ids = [f"a{act}" for act in sorted(acts[listing.show])]
            mentions = [[act_name(act), f"a{act}"] for act in listing.acts]
            answer = {"raw_id": f"r{number}", "event_id": listing.show, "venue_id": listing.room}
            truth.write(_line(answer | {"artist_ids": ids, "mentions": mentions}))
    with (folder / "world.jsonl").open("wb") as file:
        for act in range(world.acts):
            file.write(_line({"kind": "artist", "id": f"a{act}", "name": act_name(act)}))


def rows_of(folder: Path) -> Iterator[dict[str, Any]]:
    """The raw rows."""
    return _lines(folder / "raw.jsonl")


def truth_of(folder: Path) -> dict[str, Truth]:
    """The truth of each raw_id."""
    names = {act["id"]: fold_key(act["name"]) for act in _lines(folder / "world.jsonl") if act["kind"] == "artist"}
    return {
        row["raw_id"]: Truth(row["event_id"], row["venue_id"], frozenset(names[act] for act in row["artist_ids"]))
        for row in _lines(folder / "truth.jsonl")
    }


def load(engine: Engine, folder: Path) -> None:
    """Store the rows through `carpenter load`."""
    carpenter(engine, "load", str(folder / "raw.jsonl"), "--quiet")


def found_by_us(engine: Engine, folder: Path) -> dict[str, Found]:
    """What the catalog says of each raw_id, through `carpenter export --what links`; all versions of a row alike."""
    with TemporaryDirectory() as directory:
        exported = Path(directory) / "links.jsonl"
        carpenter(engine, "export", "--what", "links", "--output", str(exported))
        links = {
            (link["source"], link["source_event_id"]): Found(
                link["event_id"], link["venue_id"], tuple((id, name) for name, id in link["artists"])
            )
            for link in _lines(exported)
        }
    nothing = Found(None, None)
    return {row["raw_id"]: links.get((row["source"], row["source_event_id"]), nothing) for row in rows_of(folder)}


def carpenter(engine: Engine, *arguments: str) -> None:
    """Run a command of the carpenter on this database; SystemExit with what it said if it could not."""
    environment = os.environ | {"DATABASE_URL": full_url(engine.url)}
    command = [sys.executable, "-m", "carpenter", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"carpenter {' '.join(arguments)}: {done.stderr}")


def score(truth: dict[str, Truth], found: dict[str, Found]) -> Scores:
    """Compare. A row of which nothing is found is a group of its own."""
    events_of = {id: said.event or f"row {id}" for id, said in found.items()}
    true, events = [truth[id].event for id in truth], [events_of[id] for id in truth]
    rooms = [found[id].room or f"row {id}" for id in truth]
    return Scores(
        events=pairwise(true, events),
        events_b_cubed=b_cubed(true, events),
        rooms=pairwise([truth[id].room for id in truth], rooms),
        line_ups=line_ups({t.event: t.acts for t in truth.values()}, _bills(truth, found, events_of)),
    )


def _bills(truth: dict[str, Truth], found: dict[str, Found], events_of: dict[str, str]) -> dict[Any, set[str]]:
    """The acts of each show as the group says that has most of its rows; each act by its commonest name, folded."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    bills: dict[str, set[str]] = defaultdict(set)
    for id, said in found.items():
        for act, name in said.acts:
            names[act][fold_key(name)] += 1
            bills[events_of[id]].add(act)
    main = main_group((truth[id].event for id in truth), (events_of[id] for id in truth))
    called = {act: counts.most_common(1)[0][0] for act, counts in names.items()}
    return {show: {called[act] for act in bills.get(str(group), ())} for show, group in main.items()}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def _line(record: dict[str, Any]) -> bytes:
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
