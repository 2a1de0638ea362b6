"""The build: survey, rooms, places, blocks, finish, until nothing is dirty."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context, parent_process
from threading import Thread

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from carpenter.block import build_block, skipped_link
from carpenter.evidence import EvidenceReader
from carpenter.normalize import Normalizer
from carpenter.rules import rules_hash
from carpenter.store.audit import close_run, open_run
from carpenter.store.blocks import BlockKey, claim, claim_unplaced, dirty_blocks
from carpenter.store.catalog import WriteCounts, write
from carpenter.store.dirty import build_all_again
from carpenter.store.facts import store_facts
from carpenter.store.finish import finish
from carpenter.store.locks import among_carpenters, move_evidence
from carpenter.store.placing import place_rows
from carpenter.store.rooms import resolve_rooms
from carpenter.store.rows import all_decisions
from carpenter.store.survey import survey
from carpenter.venues import VenueIndex
from sms_database.session import create_engine_for
from sms_database.venues import all_venue_facts, city_facts

logger = logging.getLogger(__name__)

BATCH_ROWS = 2_000
"""Dirty rows, and so roughly rows, that one transaction builds; a block is never cut."""

ATTEMPTS = 5
"""How often a batch is tried that another process got in the way of."""

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
    progress: Progress | None = None,
) -> RunCounts:
    """Build whatever is dirty; returns what was done. `clock` only dates the audit.

    Any number of processes may do so at once; a run that is killed leaves the rest dirty for the next.
    """
    with among_carpenters(engine):
        return build_dirty(engine, clock=clock, reason=reason, selection=selection, workers=workers, progress=progress)


def build_dirty(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    reason: str,
    selection: Selection | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> RunCounts:
    """What `run` does, for a caller that holds off the others itself."""
    selection = selection or Selection()
    normalizer, venues = Normalizer(city_facts()), VenueIndex(all_venue_facts())
    reader = EvidenceReader(city_facts(), venues)
    with engine.begin() as connection:
        run_id, by_other_rules = open_run(connection, clock(), reason, rules_hash())
        store_facts(connection, all_venue_facts())
        if by_other_rules:
            logger.info("the rules have changed since the last run: everything is built again")
            move_evidence(connection)
            build_all_again(connection)
    counts = RunCounts()
    while True:
        counts.surveyed += survey(engine, reader, city_facts())
        resolve_rooms(engine, venues)
        place_rows(engine)
        with engine.connect() as connection:
            blocks = dirty_blocks(connection, selection.source, selection.city)
        unplaced = _build_unplaced(engine, run_id, selection, counts)
        if not blocks and not unplaced:
            break
        _build_all(engine, run_id, blocks, workers, normalizer, counts, progress)
        finish(engine)
    finish(engine)
    with engine.begin() as connection:
        close_run(connection, run_id, clock(), counts.as_json())
    return counts


def _build_all(
    engine: Engine,
    run_id: int,
    blocks: Sequence[tuple[BlockKey, int]],
    workers: int,
    normalizer: Normalizer,
    counts: RunCounts,
    progress: Progress | None,
) -> None:
    total = sum(rows for _, rows in blocks)
    batches = list(_batches(blocks))
    done = 0
    for batch, built in _built(engine, run_id, batches, workers, normalizer):
        done += sum(dirty for key, dirty in blocks if key in batch) if progress else 0
        counts.blocks += built.blocks
        counts.rows += built.rows
        counts.catalog.add(built.catalog)
        if progress is not None:
            progress(done, total)


def _built(
    engine: Engine, run_id: int, batches: Sequence[frozenset[BlockKey]], workers: int, normalizer: Normalizer
) -> Iterator[tuple[frozenset[BlockKey], RunCounts]]:
    if workers == 1 or len(batches) == 1:
        for batch in batches:
            yield batch, build_batch(engine, run_id, batch, normalizer)
        return
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (url,)) as pool:
        futures = [pool.submit(_work, run_id, batch) for batch in batches]
        try:
            for batch, future in zip(batches, futures, strict=True):
                yield batch, future.result()
        finally:
            pool.shutdown(cancel_futures=True)


_worker: tuple[Engine, Normalizer] | None = None


def _start_worker(url: str) -> None:
    """Ctrl-C is for the process that shares out the batches; when that one dies, so does this."""
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _worker = create_engine_for(url), Normalizer(city_facts())


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a worker process has a parent"
    parent.join()
    os._exit(1)


def _work(run_id: int, batch: frozenset[BlockKey]) -> RunCounts:
    assert _worker is not None, "a worker process begins with _start_worker"
    engine, normalizer = _worker
    return build_batch(engine, run_id, batch, normalizer)


def build_batch(engine: Engine, run_id: int, batch: frozenset[BlockKey], normalizer: Normalizer) -> RunCounts:
    """Build some blocks in one transaction; waits for those that another process is building.

    A batch that another process got in the way of is tried again. Raises OperationalError or IntegrityError when
    that happens too often.
    """
    for attempt in range(ATTEMPTS):
        try:
            return _build_batch(engine, run_id, sorted(batch), normalizer)
        except (OperationalError, IntegrityError) as problem:
            is_collision = getattr(problem.orig, "sqlstate", None) in ("40P01", "40001", "23503", "23505")
            if not is_collision or attempt == ATTEMPTS - 1:
                raise
            logger.debug("batch tried again: %s", problem.orig)
    raise AssertionError("unreachable")


def _build_batch(engine: Engine, run_id: int, batch: Sequence[BlockKey], normalizer: Normalizer) -> RunCounts:
    with engine.begin() as connection:
        taken = claim(connection, batch)
        decisions = all_decisions(connection)
        built = {
            key: build_block(key.night, rows, decisions, normalizer, taken.known_names.__contains__)
            for key, rows in taken.rows.items()
        }
        written = write(connection, run_id, built)
    return RunCounts(blocks=len(taken.rows), rows=len(taken.row_ids), catalog=written)


def _build_unplaced(engine: Engine, run_id: int, selection: Selection, counts: RunCounts) -> int:
    """Skip the rows that belong to no block, each with its reason; returns how many there were."""
    total = 0
    while True:
        with engine.begin() as connection:
            taken = claim_unplaced(connection, selection.source, BATCH_ROWS)
            links = [skipped_link(row, reason) for row, reason in taken]
            counts.catalog.add(write(connection, run_id, {}, links))
        counts.rows += len(taken)
        total += len(taken)
        if len(taken) < BATCH_ROWS:
            return total


def _batches(blocks: Sequence[tuple[BlockKey, int]]) -> Iterator[frozenset[BlockKey]]:
    batch: list[BlockKey] = []
    size = 0
    for key, dirty in blocks:
        batch.append(key)
        size += dirty
        if size >= BATCH_ROWS:
            yield frozenset(batch)
            batch, size = [], 0
    if batch:
        yield frozenset(batch)
