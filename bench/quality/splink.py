"""Side by side on the same rows: which are one show, by Splink, by a join on equal keys, and by us.

Splink (https://moj-analytical-services.github.io/splink/) is the best known free tool for linking records. It gets what
a careful user would give it: the newest version of each listing, with folded titles and names, their words, night, hour
and place, blocked on the night with the room, the first words, the place or the city. Of a dozen settings tried these
did best. The other thresholds show what a user could gain who knew the truth. It only links; ours also reads bills,
joins rooms and acts, and writes the catalog. Ours is `carpenter run` on rows that are stored.

Splink is no dependency of the project. Install it where it disturbs nothing, and name its Python:

    python -m venv .sms/splink && .sms/splink/bin/pip install 'splink>=5'
    python -m bench.quality.splink --world ours:10000 --splink-python .sms/splink/bin/python
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import orjson
from rich.console import Console
from rich.table import Table

from bench.fresh_database import fresh_database
from bench.quality.labelled import OURS, found_by_us, load, rows_of, truth_of, world_folder
from bench.quality.scoring import b_cubed, pairwise
from bench.speed.cost import measure
from carpenter.parsing.days import read_day
from carpenter.parsing.hours import read_times
from carpenter.pipeline.build import run
from sms_text.local_hours import NIGHT_ENDS
from sms_text.text import fold_key

LINK = Path(__file__).parent / "splink_link.py"
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")

Groups = Mapping[str, str | None]
"""For each raw_id the group that it is put into; None for a row by itself."""


class Way(NamedTuple):
    """A way of linking: what it found and what it cost. `cpu` has PostgreSQL's in it."""

    name: str
    groups: Groups
    seconds: float
    cpu: float


def main() -> None:
    """Print the table; exit code 2 where there is no Splink."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--world", default=OURS, help="folder of an unpacked world, or ours[:N]")
    arguments.add_argument("--splink-python", default=sys.executable, help="a Python that has Splink")
    arguments.add_argument("--workers", type=int, default=1, help="processes that build ours")
    options = arguments.parse_args()
    asked = subprocess.run([options.splink_python, "-I", "-c", "import splink"], capture_output=True, check=False)
    if asked.returncode:
        sys.stderr.write(f"error: {options.splink_python} has no Splink: `pip install 'splink>=5'` into a venv\n")
        raise SystemExit(2)
    with world_folder(options.world) as folder:
        ways = [by_us(folder, options.workers), by_equal_keys(folder), *by_splink(folder, options.splink_python)]
        truth = {raw_id: row.event for raw_id, row in truth_of(folder).items()}
    Console(width=140).print(comparison(ways, truth, options.world))


def by_us(folder: Path, workers: int) -> Way:
    """The whole build, from stored rows to a catalog."""
    with fresh_database() as engine:
        load(engine, folder)
        cost = measure(engine, lambda: run(engine, clock=lambda: datetime.now(UTC), workers=workers))
        groups = {raw_id: found.event for raw_id, found in found_by_us(engine, folder).items()}
    return Way("ours, the whole build", groups, cost.seconds, cost.cpu + (cost.postgres_cpu or 0))


def by_equal_keys(folder: Path) -> Way:
    """Rows of one room's name, night and first two words of the title."""
    began, cpu = time.perf_counter(), time.process_time()
    groups = {}
    for row in rows_of(folder):
        listing = features(row)
        groups[row["raw_id"]] = " | ".join((listing["venue"] or "", listing["night"], listing["first_words"]))
    return Way("equal keys", groups, time.perf_counter() - began, time.process_time() - cpu)


def by_splink(folder: Path, python: str) -> list[Way]:
    """Splink at each threshold; the first is that of its introduction. Cost: preparing the rows, and linking."""
    with TemporaryDirectory() as directory:
        prepared, found = Path(directory) / "features.jsonl", Path(directory) / "groups.json"
        began, cpu = time.perf_counter(), time.process_time()
        rows_by_id: dict[str, list[str]] = defaultdict(list)
        newest: dict[str, dict[str, Any]] = {}
        for row in sorted(rows_of(folder), key=lambda row: str(row["fetched_at"])):
            id = f"{row['source']} {row['source_event_id']}"
            rows_by_id[id].append(row["raw_id"])
            newest[id] = features(row) | {"unique_id": id}
        with prepared.open("wb") as file:
            file.writelines(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in newest.values())
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
        done = subprocess.run(
            [python, "-I", str(LINK), str(prepared), str(found)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"Splink: {done.stderr}")
        answer = json.loads(found.read_text())
    return [
        Way(
            f"Splink, threshold {threshold}",
            {raw_id: group for id, group in groups.items() for raw_id in rows_by_id[id]},
            seconds + answer["seconds"],
            used + answer["cpu"],
        )
        for threshold, groups in answer["groups"].items()
    ]


def features(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row is linked by: folded texts, day, minutes of the day, place."""
    title = fold_key(row["title"])
    acts = [act if isinstance(act, str) else act["name"] for act in row.get("artists") or []]
    clock = _CLOCK.match(row.get("start_time") or row.get("doors_time") or "")
    has_place = bool(row.get("latitude")) and bool(row.get("longitude"))
    return {
        "title": title,
        "words": sorted({word for text in (title, *map(fold_key, acts)) for word in text.split() if len(word) > 2}),
        "first_words": " ".join(title.split()[:2]),
        "venue": fold_key(row.get("venue_name") or "") or None,
        "city": fold_key(row.get("venue_city") or "") or None,
        "night": str(_night(row) or ""),
        "minutes": int(clock[1]) * 60 + int(clock[2]) if clock else None,
        "latitude": row["latitude"] if has_place else None,
        "longitude": row["longitude"] if has_place else None,
    }


def _night(row: Mapping[str, Any]) -> date | None:
    """The day of a row, or for what starts after midnight the day before."""
    day, times = read_day(row.get("event_day")), read_times(row.get("doors_time"), row.get("start_time"), None)
    if not isinstance(day, date):
        return None
    first = times.start or times.doors
    return day - timedelta(days=1) if first is not None and first.hour < NIGHT_ENDS else day


def comparison(ways: Iterable[Way], truth: Mapping[str, str], world: str) -> Table:
    """One line a way; ratios to the first, ours."""
    table = Table(
        "way",
        "precision",
        "recall",
        "F1",
        "B³ F1",
        "seconds",
        "CPU s",
        "time / ours",
        title=f"{world}: {len(truth):,} rows",
    )
    true, base = list(truth.values()), None
    for way in ways:
        base = base or way
        found = [way.groups.get(raw_id) or f"row {raw_id}" for raw_id in truth]
        pairs, b3 = pairwise(true, found), b_cubed(true, found)
        figures = (f"{figure:.4f}" for figure in (pairs.precision, pairs.recall, pairs.f1, b3.f1))
        table.add_row(way.name, *figures, f"{way.seconds:.1f}", f"{way.cpu:.1f}", f"{way.seconds / base.seconds:.2f}")
    return table


if __name__ == "__main__":
    main()
