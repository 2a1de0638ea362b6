"""The survey of a run: all dirty rows that have changed, read by the crew while nothing is built."""

from __future__ import annotations

from carpenter.crew import Crew, Workshop
from carpenter.store.survey import sole_surveyor, survey_rows, unsurveyed_ranges


def survey(crew: Crew) -> int:
    """Survey every dirty row whose content has not been surveyed; returns how many.

    One survey runs at a time, in as many processes as the crew has: names are counted, and counts can be added up in
    any order.
    """
    with sole_surveyor(crew.here.engine):
        ranges = unsurveyed_ranges(crew.here.engine)
        return sum(surveyed for _, surveyed in crew.work_on(ranges, _survey_range))


def _survey_range(shop: Workshop, ids: tuple[int, int]) -> int:
    with shop.engine.begin() as connection:
        return survey_rows(connection, *ids, shop.evidence.read)
