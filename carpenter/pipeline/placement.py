"""Assigning blocks: the parent venue and the night of each dirty row, found by the workers while nothing is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from carpenter.nights.assignment import (
    MAX_NIGHT_SHIFT,
    blocks_after_moves,
    blocks_by_acts,
    blocks_of_leaders,
    spans_around,
)
from carpenter.nights.undated import acts_of_bill, blocks_of_undated
from carpenter.pipeline.workers import WorkerContext, WorkerPool
from carpenter.store import placements
from carpenter.store.inputs import all_decisions
from carpenter.store.queue import IdRange, dirty_ranges
from carpenter.venues.cooccurrence import ACT_MASK
from sms_database.decisions import merge_leader_of
from sms_database.ids import BlockKey
from sms_database.locks import facts_lock_to_join, join_facts_lock


def assign_blocks(pool: WorkerPool, run_id: int, batch_rows: int) -> None:
    """Put every dirty row that stands in no block into one, so many in one transaction.

    First each goes where its own clock tells; then, near clocks that may mean another night, where the rows of the
    parent venue tell together; then to the new night of a show that has moved; then where a decision wants it. Should
    this process be killed between, nobody builds anything before another has assigned them all.
    """
    engine = pool.context.engine
    ranges = dirty_ranges(engine, batch_rows)
    if not ranges:
        return
    with facts_lock_to_join(engine):
        with engine.begin() as connection:
            placements.begin_assigning(connection, run_id)
        _assign_by_clocks(pool, ranges, batch_rows)
        while _follow_moves(pool.context):
            _assign_by_clocks(pool, dirty_ranges(engine, batch_rows), batch_rows)
        with engine.begin() as connection:
            _assign_undated(connection)
            if leader_of := merge_leader_of(all_decisions(connection)):
                changes = blocks_of_leaders(placements.rows_led_elsewhere(connection, leader_of))
                placements.assign(connection, changes.blocks, changes.left)
            placements.end_assigning(connection)


def _assign_by_clocks(pool: WorkerPool, ranges: Sequence[IdRange], batch_nights: int) -> None:
    found = pool.map(ranges, _assign_own_nights)
    doubtful = sorted({night for _, nights in found for night in nights})
    for _ in pool.map(list(_whole_venues(doubtful, batch_nights)), _assign_by_acts):
        pass


def _assign_own_nights(context: WorkerContext, ids: IdRange) -> list[BlockKey]:
    """Returns the nights near which other rows may tell better."""
    with context.engine.begin() as connection:
        join_facts_lock(connection)
        # One night more than a row can move another: the early clock may have moved by one itself.
        doubtful = placements.nights_near_early_clocks(connection, ids, MAX_NIGHT_SHIFT + 1)
        placements.assign_own_nights(connection, ids, merge_leader_of(all_decisions(connection)).keys())
        return doubtful


def _assign_by_acts(context: WorkerContext, nights: Sequence[BlockKey]) -> None:
    with context.engine.begin() as connection:
        join_facts_lock(connection)
        led = merge_leader_of(all_decisions(connection)).keys()
        rows = placements.rows_in_spans(connection, spans_around(nights))
        changes = blocks_by_acts(rows, nights, led)
        placements.assign(connection, changes.blocks, changes.left)


def _follow_moves(context: WorkerContext) -> bool:
    """Returns whether there were rows that follow no longer: they stand in no block, and need their own again."""
    with context.engine.begin() as connection:
        nights = placements.left_nights(connection)
        if not nights:
            return False
        led = merge_leader_of(all_decisions(connection)).keys()
        changes, follow_no_longer = blocks_after_moves(placements.rows_on_nights(connection, nights), nights, led)
        placements.assign(connection, changes.blocks, changes.left, changes.left_nights)
        placements.unassign_rows(connection, follow_no_longer)
        return bool(follow_no_longer)


def _assign_undated(connection: Connection) -> None:
    """Put rows without a day where the acts of their parent venue tell, once all others stand where they belong."""
    undated = placements.undated_rows(connection)
    if not undated:
        return
    acts = {row.raw_event_id: acts_of_bill(row) for row in undated}
    named = frozenset().union(*acts.values())
    playing = placements.nights_of_acts(connection, {row.house_id for row in undated}, named, ACT_MASK)
    blocks, take_out = blocks_of_undated(undated, acts, playing)
    placements.take_out(connection, take_out)
    placements.assign(connection, blocks, set())


def _whole_venues(nights: Sequence[BlockKey], size: int) -> Iterator[list[BlockKey]]:
    """Nights, given in order, in batches of about this size; the nights of a parent venue stay together."""
    batch: list[BlockKey] = []
    for night in nights:
        if len(batch) >= size and batch[-1].house_id != night.house_id:
            yield batch
            batch = []
        batch.append(night)
    if batch:
        yield batch
