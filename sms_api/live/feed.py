"""The published changes as they come: read once a process, kept for a while, and passed to any number of readers.

A reader holds a number and nothing else: one that is slow falls behind and costs no memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Any

import msgspec
from sqlalchemy import Engine

from sms_api.catalog import Catalog, CatalogUnavailable
from sms_api.middleware.kept_responses import KeptResponses
from sms_catalog.changes import Change, Reach, changes_since, reach
from sms_database.changes import PUBLISHED_CHANNEL, WRITTEN_CHANNEL, publish_changes
from sms_database.errors import DatabaseProblem, database_problems
from sms_database.listener import notifications

logger = logging.getLogger(__name__)

KEPT = 1_024
"""Changes in memory; whoever is behind them reads the table."""

PATIENCE_SECONDS = 5.0
"""How long a new stream waits for a database that is not there yet."""

PAGE = 500
"""Changes that are read from the table at once."""

HEARTBEAT_SECONDS = 15.0
"""After so long a silence a stream says that it is alive."""


@dataclass(frozen=True)
class Told:
    """A change as readers are told of it, made into text once."""

    change: Change
    scopes: frozenset[str]

    @cached_property
    def text(self) -> bytes:
        """JSON: seq, at, kind, entity, id, into, city, night, before, after."""
        return msgspec.json.encode(change_record(self.change))

    @cached_property
    def sse(self) -> bytes:
        """The change as an event of a stream; its id is what Last-Event-ID takes."""
        return b"id: %d\nevent: change\ndata: %s\n\n" % (self.change.seq, self.text)


def change_record(change: Change) -> dict[str, Any]:
    """A change for programs."""
    return {
        "seq": change.seq,
        "at": change.at,
        "kind": change.kind,
        "entity": change.entity,
        "id": change.entity_id,
        "into": change.into_id,
        "city": change.city,
        "night": change.night,
        "before": change.before,
        "after": change.after,
    }


def told(change: Change) -> Told:
    """A change, ready to be passed on."""
    return Told(change, frozenset(change.scopes))


class Behind(Exception):
    """The changes after a reader's number are kept no longer, or it is of another database; `newest` is ours."""

    def __init__(self, newest: int) -> None:
        super().__init__(f"changes are kept no longer from there on: begin anew at {newest}")
        self.newest = newest


class Feed:
    """What changes, for all streams of a process, and for its cache."""

    def __init__(self, catalog: Catalog, url: str, publisher: Engine | None, kept: KeptResponses) -> None:
        """`publisher` is an engine that may write, where this process numbers changes as well. `kept` responses are
        outdated before any reader is told.
        """
        self.newest: int | None = None
        """The number of the last change that is known; None until the database was reached."""
        self.is_closed = False
        self.awoken = asyncio.Event()
        """Set for an instant whenever there is something to read, and at each heartbeat."""
        self._catalog = catalog
        self._url = url
        self._publisher = publisher
        self._kept = kept
        self._ring: deque[Told] = deque(maxlen=KEPT)

    async def run(self) -> None:
        """Follow the changes until it is cancelled; a database that is gone is waited for."""
        channels = [PUBLISHED_CHANNEL, *([WRITTEN_CHANNEL] if self._publisher is not None else [])]
        began = monotonic()
        is_connected_anew = True
        async for notified in notifications(self._url, channels):
            is_connected_anew = is_connected_anew or len(notified) == len(channels)
            try:
                if self._publisher is not None:
                    await asyncio.to_thread(_publish, self._publisher)
                if is_connected_anew:
                    await self._look_where_it_stands()
                    is_connected_anew = False
                await self._read_on()
            except (CatalogUnavailable, DatabaseProblem) as problem:
                logger.warning("changes cannot be read just now: %s", problem)
            if monotonic() - began >= HEARTBEAT_SECONDS:
                began = monotonic()
                self._wake()

    async def close_when(self, stopping: asyncio.Event) -> None:
        """Let all readers end as soon as the process is asked to stop."""
        await stopping.wait()
        self.close()

    def close(self) -> None:
        """Let all readers end."""
        self.is_closed = True
        self._wake()

    async def where_it_stands(self) -> int:
        """The number of the last change. Raises CatalogUnavailable where it cannot be known for a while."""
        if self.newest is not None:
            return self.newest
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self.newest is None:
                    await self.awoken.wait()
        except TimeoutError as problem:
            raise CatalogUnavailable("the changes cannot be read") from problem
        return self.newest

    async def after(self, position: int, scopes: Collection[str] | None) -> tuple[list[Told], int]:
        """What concerns these scopes after a number, and the number to ask from next. Raises Behind."""
        newest = await self.where_it_stands()
        if position == newest:
            return [], position
        if self._ring and self._ring[0].change.seq <= position + 1 and position < newest:
            missed = newest - position
            held = [self._ring[i] for i in range(len(self._ring) - missed, len(self._ring))]
            return [each for each in held if scopes is None or not each.scopes.isdisjoint(scopes)], newest
        known, page = await self._catalog.read(_page, position, None if scopes is None else sorted(scopes))
        if position < known.oldest - 1 or position > known.newest:
            raise Behind(known.newest)
        return [told(change) for change in page], page[-1].seq if len(page) == PAGE else known.newest

    async def _look_where_it_stands(self) -> None:
        """Begin at the newest change, and again where the database is an older one than before."""
        newest = (await self._catalog.read(reach)).newest
        if self.newest is None or newest < self.newest:
            self._ring.clear()
            self._kept.outdate_all()
            self.newest = newest
            self._wake()

    async def _read_on(self) -> None:
        assert self.newest is not None
        while changes := await self._catalog.read(changes_since, self.newest):
            self._kept.outdate(changes)
            self._ring.extend(map(told, changes))
            self.newest = changes[-1].seq
            self._wake()

    def _wake(self) -> None:
        self.awoken.set()
        self.awoken.clear()


async def publish_as_written(engine: Engine) -> None:
    """Number what is committed as soon as it is, until it is cancelled; a database that is gone is waited for."""
    url = engine.url.render_as_string(hide_password=False)
    async for _ in notifications(url, [WRITTEN_CHANNEL]):
        try:
            await asyncio.to_thread(_publish, engine)
        except DatabaseProblem as problem:
            logger.warning("changes cannot be numbered just now: %s", problem)


def _publish(engine: Engine) -> None:
    with database_problems():
        publish_changes(engine)


def _page(connection: Any, position: int, scopes: Sequence[str] | None) -> tuple[Reach, list[Change]]:
    return reach(connection), changes_since(connection, position, scopes=scopes, limit=PAGE)
