"""Waiting for what other processes notify of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection

import psycopg
from psycopg import sql
from sqlalchemy import make_url

logger = logging.getLogger(__name__)

_WAITS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each attempt to connect again; the last one for all that follow."""


async def notifications(url: str, channels: Collection[str], *, every: float = 1.0) -> AsyncIterator[frozenset[str]]:
    """The channels that were notified of, as soon as they are; an empty set where none was for `every` seconds.

    All channels are told at the beginning and whenever a lost connection is back: whoever waits looks, then, at all
    that it may have missed. It never ends by itself; without a server it tries again and again.
    """
    parts = make_url(url).set(drivername="postgresql")
    attempt = 0
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(
                parts.render_as_string(hide_password=False), autocommit=True, connect_timeout=5
            )
            async with connection:
                for channel in channels:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                attempt = 0
                yield frozenset(channels)
                while True:
                    told = {notice.channel async for notice in connection.notifies(timeout=every, stop_after=1)}
                    # Whatever has come meanwhile is told at once.
                    told |= {notice.channel async for notice in connection.notifies(timeout=0)}
                    yield frozenset(told)
        except psycopg.OperationalError as problem:
            if attempt == 0:
                logger.warning("notifications of the database are lost, until it is back: %s", problem)
            await asyncio.sleep(_WAITS[min(attempt, len(_WAITS) - 1)])
            attempt += 1
