"""The placing of a run: the house and the night of each dirty row, found by the crew while nothing is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carpenter.pipeline.workers import Crew, Workshop
from carpenter.store.placements import (
    begin_placing,
    end_placing,
    follow_leaders,
    follow_moves,
    place_by_others,
    place_by_own_clock,
)
from carpenter.store.queue import IdRange, dirty_ranges
from sms_database.ids import BlockKey
from sms_database.locks import facts_lock_to_join

BATCH = 10_000
"""Rows placed in one transaction, and nights looked at again in one."""


def place_rows(crew: Crew, run_id: int) -> None:
    """Place every dirty row that has no place.

    First each stands where its own clock tells; then, near clocks that may mean another night, where the rows of the
    house tell together; then on the new night of a show that has moved; then where a decision wants it. Should this
    process be killed between, nobody builds anything before another has placed them all.
    """
    engine = crew.here.engine
    ranges = dirty_ranges(engine, BATCH)
    if not ranges:
        return
    with facts_lock_to_join(engine):
        with engine.begin() as connection:
            begin_placing(connection, run_id)
        _place_by_clocks(crew, ranges)
        while _follow_moves(crew.here):
            _place_by_clocks(crew, dirty_ranges(engine, BATCH))
        with engine.begin() as connection:
            follow_leaders(connection)
            end_placing(connection)


def _place_by_clocks(crew: Crew, ranges: Sequence[IdRange]) -> None:
    found = crew.work_on(ranges, _place_by_own_clock)
    doubtful = sorted({night for _, nights in found for night in nights})
    for _ in crew.work_on(list(_whole_houses(doubtful)), _place_by_others):
        pass


def _follow_moves(shop: Workshop) -> bool:
    with shop.engine.begin() as connection:
        return follow_moves(connection)


def _place_by_own_clock(shop: Workshop, ids: IdRange) -> list[BlockKey]:
    with shop.engine.begin() as connection:
        return place_by_own_clock(connection, ids)


def _place_by_others(shop: Workshop, nights: Sequence[BlockKey]) -> None:
    with shop.engine.begin() as connection:
        place_by_others(connection, nights)


def _whole_houses(nights: Sequence[BlockKey]) -> Iterator[list[BlockKey]]:
    """Nights, given in order, in pieces of about BATCH; those of a house stay together."""
    piece: list[BlockKey] = []
    for night in nights:
        if len(piece) >= BATCH and piece[-1].house_id != night.house_id:
            yield piece
            piece = []
        piece.append(night)
    if piece:
        yield piece
