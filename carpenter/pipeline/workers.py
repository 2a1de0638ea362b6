"""The processes that share a run's work: this one, and others that are started when there is work to share."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from carpenter.normalize.first_pass import FirstPass
from carpenter.normalize.listing import Normalizer
from carpenter.venues.gazetteer import VenueIndex
from sms_database.locks import LOCK_WAIT_SECONDS
from sms_database.session import create_engine_for
from sms_database.venues import all_venue_facts, city_facts

logger = logging.getLogger(__name__)

AHEAD = 2
"""Pieces that each other process has, the one it works on among them."""

ATTEMPTS = 5
"""How often a piece of work is tried that another process got in the way of."""

_COLLISIONS = ("40P01", "40001", "23503", "23505")
"""SQLSTATEs of a deadlock, a serialization failure, and of keys that another transaction wrote or deleted meanwhile."""

Result = TypeVar("Result")
Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What work is done with: the database, and readers that know the facts of cities and venues."""

    engine: Engine
    evidence: FirstPass
    normalizer: Normalizer


def workshop(engine: Engine) -> Workshop:
    """A workshop on a database."""
    return Workshop(engine, FirstPass(city_facts(), VenueIndex(all_venue_facts())), Normalizer(city_facts()))


class Crew:
    """Does pieces of work in any number of processes, each piece in a transaction of its own."""

    def __init__(self, engine: Engine, workers: int) -> None:
        self.here = workshop(engine)
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def work_on(
        self, pieces: Iterable[Piece], work: Callable[[Workshop, Piece], Result]
    ) -> Iterator[tuple[Piece, Result]]:
        """Each piece with what came of it, as they are done. `work` is a function of a module: it may go to another
        process.
        """
        waiting = deque(pieces)
        given: dict[Future[Result], Piece] = {}
        while waiting or given:
            # One is kept for this process, which works too: others take their time to start.
            while len(waiting) > 1 and len(given) < AHEAD * (self._workers - 1):
                piece = waiting.popleft()
                given[self._others().submit(_work, piece, work)] = piece
            if waiting:
                piece = waiting.popleft()
                yield piece, _attempt(self.here, piece, work)
            done = wait(given, timeout=0 if waiting else None, return_when=FIRST_COMPLETED).done if given else ()
            for future in done:
                yield given.pop(future), future.result()

    def _others(self) -> ProcessPoolExecutor:
        if self._pool is None:
            url = self.here.engine.url.render_as_string(hide_password=False)
            self._pool = ProcessPoolExecutor(self._workers - 1, get_context("spawn"), _start_worker, (url,))
        return self._pool


def _attempt(shop: Workshop, piece: Any, work: Callable[[Workshop, Any], Result]) -> Result:
    """Raises OperationalError or IntegrityError when other processes got in the way too often."""
    for attempt in range(ATTEMPTS):
        try:
            with no_cycles_looked_for():
                return work(shop, piece)
        except (OperationalError, IntegrityError) as problem:
            if getattr(problem.orig, "sqlstate", None) not in _COLLISIONS or attempt == ATTEMPTS - 1:
                raise
            logger.debug("tried again: %s", problem.orig)
    raise AssertionError("unreachable")


@contextmanager
def no_cycles_looked_for() -> Iterator[None]:
    """A piece of work makes many values and no cycles: looking for them takes a sixth of its time, in vain."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_here: Workshop | None = None


def _start_worker(url: str) -> None:
    """Ctrl-C is for the process that shares out the work; when that one dies, so does this."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _here = workshop(create_engine_for(url, lock_wait_seconds=LOCK_WAIT_SECONDS))


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a worker process has a parent"
    parent.join()
    os._exit(1)


def _work(piece: Any, work: Callable[[Workshop, Any], Result]) -> Result:
    assert _here is not None, "a worker process begins with _start_worker"
    return _attempt(_here, piece, work)
