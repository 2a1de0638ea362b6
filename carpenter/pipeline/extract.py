"""The first pass of a run: all dirty rows that have changed, read by the workers while nothing is built."""

from __future__ import annotations

from carpenter.normalize.facts import facts_batch
from carpenter.pipeline.workers import WorkerContext, WorkerPool
from carpenter.store.facts import changed_rows, write_facts
from carpenter.store.queue import IdRange, dirty_ranges
from sms_database.locks import facts_lock_to_join
from sms_database.venues import city_facts


def read_changed_rows(pool: WorkerPool, batch_rows: int) -> int:
    """Read every dirty row that has changed since it was last read, so many in one transaction; returns how many.

    One first pass runs at a time, in as many processes as there are workers: names are counted, and counts can be added
    up in any order.
    """
    ranges = dirty_ranges(pool.context.engine, batch_rows)
    if not ranges:
        return 0
    with facts_lock_to_join(pool.context.engine):
        return sum(read for _, read in pool.map(ranges, _read_range))


def _read_range(context: WorkerContext, ids: IdRange) -> int:
    with context.engine.begin() as connection:
        changed = changed_rows(connection, ids)
        if changed:
            read = [(each, context.first_pass.read(each.row)) for each in changed]
            write_facts(connection, facts_batch(read, city_facts().keys()))
    return len(changed)
