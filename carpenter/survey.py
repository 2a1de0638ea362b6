"""The survey of a run: all dirty rows that have changed, read by the crew while nothing is built."""

from __future__ import annotations

from carpenter.crew import Crew, Workshop
from carpenter.store.dirty import IdRange, dirty_ranges
from carpenter.store.locks import moving_evidence
from carpenter.store.survey import survey_rows

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
    with moving_evidence(crew.here.engine):
        return sum(surveyed for _, surveyed in crew.work_on(ranges, _survey_range))


def _survey_range(shop: Workshop, ids: IdRange) -> int:
    with shop.engine.begin() as connection:
        return survey_rows(connection, ids, shop.evidence.read)
