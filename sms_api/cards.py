"""The one who stores cards of events: those of the coming nights, as soon as nobody changes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import ParamSpec, TypeVar

from sqlalchemy import Engine

from sms_catalog.changes import reach
from sms_catalog.event_cards import Place, card_of, events_without_card
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.event_cards import may_store_cards, store_cards

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)

BATCH = 200
"""Cards of one transaction, for which builds may have to wait."""

_PAUSE_SECONDS = 5.0

_SHARE = 20
"""A pause is so many times as long as the last look at what is missing, if that is longer."""

_BACK = timedelta(days=1)
"""Nights that are over in UTC and not yet somewhere."""


async def keep_cards(engine: Engine, clock: Callable[[], datetime]) -> None:
    """Store what is missing after every change, until it is cancelled; a database that is gone is waited for."""
    seen, place = None, None
    while True:
        began = monotonic()
        try:
            newest = await _in_thread(_newest, engine)
            if newest != seen:
                seen, place = newest, Place((clock() - _BACK).date())
            if place is not None:
                place = await _in_thread(store_missing_cards, engine, place)
            is_complete = place is None
        except (DatabaseProblem, CardsInUse) as problem:
            logger.info("cards cannot be stored just now: %s", problem)
            is_complete = True
        if is_complete:
            await asyncio.sleep(max(_PAUSE_SECONDS, _SHARE * (monotonic() - began)))


async def _in_thread(
    function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """What the function returns, called in a thread; whoever cancels this waits for it, as its connection ends then."""
    work = asyncio.create_task(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


class CardsInUse(Exception):
    """Somebody changes what cards show."""


def store_missing_cards(engine: Engine, place: Place) -> Place | None:
    """Store some of the cards that are missing behind a place; returns where to go on, or None after the last.

    Raises CardsInUse.
    """
    with database_problems(), engine.begin() as connection:
        if not may_store_cards(connection):
            raise CardsInUse("a build is under way")
        missing = events_without_card(connection, place, BATCH)
        store_cards(connection, map(card_of, missing))
    return Place(missing[-1].night, missing[-1].id) if len(missing) == BATCH else None


def _newest(engine: Engine) -> int:
    with database_problems(), engine.connect() as connection:
        return reach(connection).newest
