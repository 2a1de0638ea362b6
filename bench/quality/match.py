"""How right the matching is: labelled worlds through `carpenter load`, a build, and `carpenter export --what links`.

A folder is scored by `../shared/match/score.py`, which stands beside the checkout here and in CI; `ours:N`, N rows of
`bench.worlds.world`, by `bench.quality.scoring`. Then a reliability table: of the links given a score of 0.9, how many
are right.
`--recordings` builds the pages of real sources that tell of the same shows, and looks for the pairs that are known.

python -m bench.quality.match --world ../shared/match/dev_10k --world ours:10000 [--workers 2]
    [--recordings] [--rooms ../shared/match/fodors_zagats.csv]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from bench.fresh_database import fresh_database
from bench.quality.labelled import OURS, Found, Truth, found_by_us, load, rows_of, score, truth_of, world_folder
from bench.quality.recorded_pairs import recordings_table
from bench.quality.restaurants import labels, pair_scores
from bench.quality.scoring import Accuracy, reliability
from bench.speed.cost import Cost, measure
from carpenter.pipeline.build import run

SHARED = Path(__file__).parents[3] / "shared"
SCORER = SHARED / "match" / "score.py"


def main() -> None:
    """Print the tables; exit code 2 where a folder is named and the scorer is not there."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--world", action="append", default=[], help="folder of an unpacked world, or ours[:N]")
    arguments.add_argument("--recordings", action="store_true", help="real pages too")
    arguments.add_argument("--rooms", type=Path, help="fodors_zagats.csv: rooms by name and place alone")
    arguments.add_argument("--workers", type=int, default=1)
    options = arguments.parse_args()
    console = Console(width=140)
    worlds = options.world or ([] if options.recordings or options.rooms else [OURS])
    if any(world.partition(":")[0] != OURS for world in worlds) and not SCORER.is_file():
        sys.stderr.write("error: no ../shared/match/score.py beside this checkout: only ours[:N] can be scored\n")
        raise SystemExit(2)
    for world in worlds:
        measure_world(world, options.workers, console)
    if options.rooms:
        console.print(rooms_table(options.rooms))
    if options.recordings:
        console.print(recordings_table(SHARED / "sources" / "recordings"))


def measure_world(world: str, workers: int, console: Console) -> None:
    """Build one world and print what came of it."""
    with world_folder(world) as folder, fresh_database() as engine:
        load(engine, folder)
        cost = measure(engine, lambda: run(engine, clock=lambda: datetime.now(UTC), workers=workers))
        found, truth = found_by_us(engine, folder), truth_of(folder)
        is_ours = world.partition(":")[0] == OURS
        table = our_table(truth, found) if is_ours else scorer_table(scored_by_shared(folder, found))
        table.title = f"{world}: {len(truth):,} rows, built in {_said(cost)}"
        console.print(table)
        console.print(reliability_table(scored_links(engine, folder, truth)))


def rooms_table(path: Path) -> Table:
    """Pairs of restaurants that are one house, found by name and place."""
    table = Table("what", "precision", "recall", "F1", title=f"{path.name}: rooms by name and place, without nights")
    table.add_row("houses", *(f"{value:.4f}" for value in pair_scores(*labels(path))))
    return table


def scored_by_shared(folder: Path, found: dict[str, Found]) -> dict[str, Any]:
    """What score.py says of our links."""
    with TemporaryDirectory() as directory:
        prediction, report = Path(directory) / "pred.jsonl", Path(directory) / "report.json"
        with prediction.open("wb") as file:
            for raw_id, said in found.items():
                acts = [[name, id] for id, name in said.acts]
                record = {"raw_id": raw_id, "event_id": said.event, "venue_id": said.room, "artists": acts}
                file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        command = [sys.executable, str(SCORER), str(folder), str(prediction), "--json", str(report)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"score.py: {done.stderr}")
        scores: dict[str, Any] = json.loads(report.read_text())
        return scores


def scorer_table(scores: dict[str, Any]) -> Table:
    """The figures of score.py."""
    table = Table("what", "precision", "recall", "F1", "B³ precision", "B³ recall", "B³ F1", "groups", "true groups")
    for what in ("events", "venues", "artists"):
        figures = [scores[what][name] for name in ("pair_p", "pair_r", "pair_f1", "b3_p", "b3_r", "b3_f1")]
        table.add_row(what, *(f"{f:.4f}" for f in figures), f"{scores[what]['pred']:,}", f"{scores[what]['true']:,}")
    for what in ("mentions", "lineup"):
        table.add_row(what, *(f"{scores[what][name]:.4f}" for name in ("p", "r", "f1")))
    table.add_section()
    for what, (merged, pairs) in {**scores["hard"], "event: all": scores["hard_event_total"]}.items():
        table.add_row(f"hard {what}", f"{merged} of {pairs} merged", f"{merged / max(1, pairs):.2%}")
    return table


def our_table(truth: dict[str, Truth], found: dict[str, Found]) -> Table:
    """The figures of `bench.quality.scoring`."""
    scores = score(truth, found)
    table = Table("what", "precision", "recall", "F1")
    table.add_row("events, pairs", *_figures(scores.events))
    table.add_row("events, B³", *_figures(scores.events_b_cubed))
    table.add_row("rooms, pairs", *_figures(scores.rooms))
    table.add_row("line-ups", *_figures(scores.line_ups))
    return table


def scored_links(engine: Engine, folder: Path, truth: dict[str, Truth]) -> Iterator[tuple[float, bool]]:
    """For each row that is not alone in its event its score, and whether most of the event's other rows are its show.

    The one place that knows where scores are kept: `event_sources.score`.
    """
    true_of = {(row["source"], row["source_event_id"]): truth[row["raw_id"]].event for row in rows_of(folder)}
    statement = (
        "SELECT s.event_id, s.score, r.source, r.source_event_id FROM event_sources s"
        " JOIN raw_events r ON r.id = s.raw_event_id WHERE s.event_id IS NOT NULL"
    )
    events: dict[Any, list[tuple[float, str]]] = defaultdict(list)
    with engine.connect() as connection:
        for event, given, source, id in connection.execute(text(statement)):
            events[event].append((float(given), true_of[source, id]))
    for members in events.values():
        shows = Counter(show for _, show in members)
        for given, show in members if len(members) > 1 else ():
            others = shows - Counter([show])
            yield given, others[show] == max(others.values())


def reliability_table(links: Iterator[tuple[float, bool]]) -> Table:
    """Scores against truth."""
    table = Table("score from", "links", "mean score", "right", title="reliability: links by their score")
    for group in reliability(links):
        table.add_row(f"{group.low:.1f}", f"{group.links:,}", f"{group.mean:.3f}", f"{group.right / group.links:.3f}")
    return table


def _figures(accuracy: Accuracy) -> tuple[str, ...]:
    return tuple(f"{figure:.4f}" for figure in (accuracy.precision, accuracy.recall, accuracy.f1))


def _said(cost: Cost) -> str:
    postgres = "" if cost.postgres_cpu is None else f" + {cost.postgres_cpu:.1f} of PostgreSQL"
    return f"{cost.seconds:.1f} s ({cost.cpu:.1f} CPU s{postgres})"


if __name__ == "__main__":
    main()
