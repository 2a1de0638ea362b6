"""What each family of rules is worth: a labelled world built again and again, each time without one of them.

python -m bench.quality.ablation [--world ../shared/match/dev_10k | --world ours:10000]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

import carpenter.events.constraints
import carpenter.events.scoring
import carpenter.nights.assignment
import carpenter.normalize.first_pass
import carpenter.normalize.listing
import carpenter.pipeline.block
import carpenter.pipeline.build
import carpenter.venues.clustering
from bench.fresh_database import fresh_database
from bench.quality.labelled import OURS, found_by_us, load, score, truth_of, world_folder
from carpenter.nights.placement import NightReading
from carpenter.pipeline.block import build_block
from carpenter.venues.cooccurrence import SharedNights

Patches = Mapping[tuple[Any, str], Any]
"""(module or class, name) to what stands in for it."""


def _own_clock(day: Any, first: Any, *_: Any) -> NightReading:
    return NightReading(day, None, is_timed=first is not None)


def _knowing_nobody(night: Any, rows: Any, decisions: Any, normalizer: Any, is_known: Any) -> Any:
    return build_block(night, [replace(row, asked=()) for row in rows], decisions, normalizer, is_known)


WITHOUT: Mapping[str, Patches] = {
    "nothing": {},
    "nights that mentions share": {(carpenter.venues.clustering, "shared_nights"): lambda *_: SharedNights()},
    "rooms kept apart": {(carpenter.venues.clustering._Rooms, "_are_kept_apart"): lambda *_: False},
    "a house's rooms by acts": {(carpenter.pipeline.block, "_in_their_rooms"): list},
    "clocks repaired, nights by acts": {
        (carpenter.normalize.first_pass, "read_night"): _own_clock,
        (carpenter.normalize.listing, "other_clocks"): lambda *_: iter(()),
    },
    "nights by acts": {
        (carpenter.nights.assignment, "place_nights"): lambda rows: {k: r.reading.night for k, r in rows.items()}
    },
    "early and late show": {(carpenter.events.scoring, "_label"): lambda _: None},
    "the night's only listings": {(carpenter.events.constraints.Groups, "join_only_others"): lambda *_: []},
    "names known from other rows": {(carpenter.pipeline.build, "build_block"): _knowing_nobody},
}


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--world", default=f"{OURS}:10000", help="folder of an unpacked world, or ours[:N]")
    world = arguments.parse_args().world
    table = Table("without", "events F1", "precision", "recall", "B³ F1", "rooms F1", "line-ups F1", title=world)
    with world_folder(world) as folder:
        truth = truth_of(folder)
        for name, patches in WITHOUT.items():
            with fresh_database() as engine, _patched(patches):
                load(engine, folder)
                carpenter.pipeline.build.run(engine, clock=lambda: datetime.now(UTC))
                scores = score(truth, found_by_us(engine, folder))
            events = scores.events
            figures = (events.f1, events.precision, events.recall, scores.events_b_cubed.f1)
            table.add_row(name, *(f"{f:.4f}" for f in (*figures, scores.rooms.f1, scores.line_ups.f1)))
    Console(width=120).print(table)


@contextmanager
def _patched(patches: Patches) -> Iterator[None]:
    before: list[Callable[[], None]] = []
    for (where, name), stand_in in patches.items():
        kept = getattr(where, name)
        before.append(lambda where=where, name=name, kept=kept: setattr(where, name, kept))  # type: ignore[misc]
        setattr(where, name, stand_in)
    try:
        yield
    finally:
        for restore in before:
            restore()


if __name__ == "__main__":
    main()
