"""The survey of a run: all dirty rows that have changed, read by the crew while nothing is built."""

from __future__ import annotations

from carpenter.pipeline.workers import Crew, Workshop
from carpenter.store.facts import survey_rows
from carpenter.store.queue import IdRange, dirty_ranges
from sms_database.locks import facts_lock_to_join

BATCH = 2_000
"""Rows surveyed in one transaction."""


def survey(crew: Crew) -> int:
    """Survey every dirty row whose content has not been surveyed; returns how many.

    One survey runs at a time, in as many processes as the crew has: names are counted, and counts can be added up in
    any order.
    """
    ranges = dirty_ranges(crew.here.engine, BATCH)
    if not ranges:
        return 0
    with facts_lock_to_join(crew.here.engine):
        return sum(surveyed for _, surveyed in crew.work_on(ranges, _survey_range))


def _survey_range(shop: Workshop, ids: IdRange) -> int:
    with shop.engine.begin() as connection:
        return survey_rows(connection, ids, shop.evidence.read)
