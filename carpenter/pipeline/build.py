"""The build: extract, resolve venues, assign blocks, build and write blocks, housekeeping; until nothing is dirty."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from carpenter.pipeline.block import build_block, skipped_link, why_in_no_block
from carpenter.pipeline.extract import read_changed_rows
from carpenter.pipeline.housekeeping import run_housekeeping
from carpenter.pipeline.limits import DEFAULT_LIMITS, BuildLimits
from carpenter.pipeline.placement import assign_blocks
from carpenter.pipeline.ruleset import rules_hash
from carpenter.pipeline.venues import resolve_venues
from carpenter.pipeline.workers import WorkerContext, WorkerPool, gc_paused
from carpenter.store.audit import close_run, open_run
from carpenter.store.changes import ChangeOrigin, write_rebuilt
from carpenter.store.claim import claim, claim_unassigned, dirty_blocks
from carpenter.store.events import WriteCounts, write
from carpenter.store.gazetteer import store_described_venues
from carpenter.store.inputs import all_decisions
from carpenter.store.queue import build_all_again
from carpenter.venues.gazetteer import VenueIndex
from sms_database.changes import publish_changes
from sms_database.decisions import Decisions
from sms_database.ids import BlockKey
from sms_database.locks import exclusive_facts_lock, shared_run_lock
from sms_database.venues import all_venue_facts

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with (dirty rows built, dirty rows known of) after every batch."""


@dataclass(slots=True)
class RunCounts:
    """What a run did."""

    surveyed: int = 0
    blocks: int = 0
    rows: int = 0
    catalog: WriteCounts = field(default_factory=WriteCounts)

    def as_json(self) -> dict[str, int]:
        """Flat, for the run's row and for `--json`."""
        return {
            "surveyed": self.surveyed,
            "blocks": self.blocks,
            "rows": self.rows,
            "events_created": self.catalog.created,
            "events_updated": self.catalog.updated,
            "events_unchanged": self.catalog.unchanged,
            "events_deleted": self.catalog.deleted,
            "rows_skipped": self.catalog.skipped,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which dirty rows a run begins with; None is all."""

    source: str | None = None
    city: str | None = None


def run(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    reason: str = "run",
    selection: Selection | None = None,
    workers: int = 1,
    limits: BuildLimits = DEFAULT_LIMITS,
    progress: Progress | None = None,
) -> RunCounts:
    """Build whatever is dirty; returns what was done. `clock` only dates the audit.

    Any number of processes may do so at once; a run that is killed leaves the rest dirty for the next.
    """
    with shared_run_lock(engine):
        counts = build_dirty(
            engine,
            clock=clock,
            reason=reason,
            selection=selection,
            workers=workers,
            limits=limits,
            progress=progress,
        )
    publish_changes(engine)
    return counts


def build_dirty(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    reason: str,
    selection: Selection | None = None,
    workers: int = 1,
    limits: BuildLimits = DEFAULT_LIMITS,
    progress: Progress | None = None,
    in_copy: bool = False,
) -> RunCounts:
    """What `run` does, for a caller that holds off the others itself.

    `in_copy`: the engine works in a copy of the catalog, in which nobody reads, so that no changes are written.
    """
    selection = selection or Selection()
    with engine.begin() as connection:
        this = open_run(connection, clock(), reason, rules_hash())
        store_described_venues(connection, all_venue_facts())
        if this.by_other_rules:
            logger.info("the rules have changed since the last run: everything is built again")
            exclusive_facts_lock(connection)
            build_all_again(connection)
    origin = None if this.is_quiet or in_copy else ChangeOrigin(clock(), this.id)
    counts = RunCounts()
    with WorkerPool(engine, workers) as pool:
        while True:
            counts.surveyed += read_changed_rows(pool, limits.first_pass_rows)
            with gc_paused():
                resolve_venues(engine, VenueIndex(all_venue_facts()), limits, origin)
            assign_blocks(pool, this.id, limits.assigned_rows)
            with engine.connect() as connection:
                blocks = dirty_blocks(connection, selection.source, selection.city)
            unassigned = _build_unassigned(engine, this.id, origin, selection, limits.built_rows, counts)
            if not blocks and not unassigned:
                break
            batches = list(_batches(blocks, limits.built_rows))
            _build_all(pool, this.id, origin, batches, dict(blocks), counts, progress)
            run_housekeeping(engine, limits.artists, origin)
        run_housekeeping(engine, limits.artists, origin)
    with engine.begin() as connection:
        if this.is_quiet and (counts.rows or this.ends_another) and not in_copy:
            why = "first build" if this.is_first else "new rules"
            write_rebuilt(connection, clock(), this.id, why)
        close_run(connection, this.id, clock(), counts.as_json())
    return counts


def _build_all(
    pool: WorkerPool,
    run_id: int,
    origin: ChangeOrigin | None,
    batches: Sequence[Sequence[BlockKey]],
    dirty: Mapping[BlockKey, int],
    counts: RunCounts,
    progress: Progress | None,
) -> None:
    done, total = 0, sum(dirty.values())
    for batch, built in pool.map([_Batch(run_id, origin, keys) for keys in batches], _build_batch):
        done += sum(dirty[key] for key in batch.blocks)
        counts.blocks += built.blocks
        counts.rows += built.rows
        counts.catalog.add(built.catalog)
        if progress is not None:
            progress(done, total)


@dataclass(frozen=True, slots=True)
class _Batch:
    run_id: int
    origin: ChangeOrigin | None
    """None where the run is quiet."""
    blocks: Sequence[BlockKey]


def _build_batch(context: WorkerContext, batch: _Batch) -> RunCounts:
    """Build some blocks in one transaction; waits for those that another process is building."""
    with context.engine.begin() as connection:
        taken = claim(connection, batch.blocks)
        decisions = Decisions(all_decisions(connection))
        built = {
            key: build_block(key.night, rows, decisions, context.normalizer, taken.known_names.__contains__)
            for key, rows in taken.rows.items()
        }
        written = write(connection, batch.run_id, built, origin=batch.origin)
    return RunCounts(blocks=len(taken.rows), rows=taken.row_count, catalog=written)


def _build_unassigned(
    engine: Engine, run_id: int, origin: ChangeOrigin | None, selection: Selection, batch: int, counts: RunCounts
) -> int:
    """Skip the rows that belong to no block, each with its reason; returns how many there were."""
    total = 0
    while True:
        with engine.begin() as connection:
            taken = claim_unassigned(connection, selection.source, batch)
            links = [skipped_link(row, why_in_no_block(row), venue) for row, venue in taken]
            counts.catalog.add(write(connection, run_id, {}, links, origin))
        counts.rows += len(taken)
        total += len(taken)
        if len(taken) < batch:
            return total


def _batches(blocks: Sequence[tuple[BlockKey, int]], rows: int) -> Iterator[list[BlockKey]]:
    batch: list[BlockKey] = []
    size = 0
    for key, dirty in blocks:
        batch.append(key)
        size += dirty
        if size >= rows:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
