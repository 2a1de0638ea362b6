"""The first pass of a run: all dirty rows that have changed, read by the workers while nothing is built."""

from __future__ import annotations

from carpenter.normalize.facts import facts_batch
from carpenter.pipeline.workers import Crew, Workshop
from carpenter.store.facts import changed_rows, write_facts
from carpenter.store.queue import IdRange, dirty_ranges
from sms_database.locks import facts_lock_to_join
from sms_database.venues import city_facts

BATCH = 2_000
"""Rows read in one transaction."""


def survey(crew: Crew) -> int:
    """Read every dirty row that has changed since it was last read; returns how many.

    One first pass runs at a time, in as many processes as there are workers: names are counted, and counts can be added
    up in any order.
    """
    ranges = dirty_ranges(crew.here.engine, BATCH)
    if not ranges:
        return 0
    with facts_lock_to_join(crew.here.engine):
        return sum(read for _, read in crew.work_on(ranges, _read_range))


def _read_range(shop: Workshop, ids: IdRange) -> int:
    with shop.engine.begin() as connection:
        changed = changed_rows(connection, ids)
        if changed:
            read = [(each, shop.evidence.read(each.row)) for each in changed]
            write_facts(connection, facts_batch(read, city_facts().keys()))
    return len(changed)
