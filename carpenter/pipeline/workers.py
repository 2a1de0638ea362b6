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

PREFETCH = 2
"""Batches that each other process has, the one it works on among them."""

MAX_ATTEMPTS = 5
"""How often a batch is tried that another process got in the way of."""

_COLLISIONS = ("40P01", "40001", "23503", "23505")
"""SQLSTATEs of a deadlock, a serialization failure, and of keys that another transaction wrote or deleted meanwhile."""

Result = TypeVar("Result")
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """All that work is done with: the database, and readers that know the facts of cities and venues."""

    engine: Engine
    first_pass: FirstPass
    normalizer: Normalizer


def worker_context(engine: Engine) -> WorkerContext:
    """The context of work on a database."""
    return WorkerContext(engine, FirstPass(city_facts(), VenueIndex(all_venue_facts())), Normalizer(city_facts()))


class WorkerPool:
    """Works on batches in any number of processes, each batch in a transaction of its own."""

    def __init__(self, engine: Engine, workers: int) -> None:
        self.context = worker_context(engine)
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(
        self, batches: Iterable[Batch], work: Callable[[WorkerContext, Batch], Result]
    ) -> Iterator[tuple[Batch, Result]]:
        """Each batch with its result, as they are done. `work` is a function of a module: it may go to another process.

        Raises OperationalError or IntegrityError where other processes got in the way of a batch too often.
        """
        waiting = deque(batches)
        given: dict[Future[Result], Batch] = {}
        while waiting or given:
            # One is kept for this process, which works too: others take their time to start.
            while len(waiting) > 1 and len(given) < PREFETCH * (self._workers - 1):
                batch = waiting.popleft()
                given[self._others().submit(_work, batch, work)] = batch
            if waiting:
                batch = waiting.popleft()
                yield batch, _attempt(self.context, batch, work)
            done = wait(given, timeout=0 if waiting else None, return_when=FIRST_COMPLETED).done if given else ()
            for future in done:
                yield given.pop(future), future.result()

    def _others(self) -> ProcessPoolExecutor:
        if self._pool is None:
            url = self.context.engine.url.render_as_string(hide_password=False)
            self._pool = ProcessPoolExecutor(self._workers - 1, get_context("spawn"), _start_worker, (url,))
        return self._pool


def _attempt(context: WorkerContext, batch: Any, work: Callable[[WorkerContext, Any], Result]) -> Result:
    """Raises OperationalError or IntegrityError when other processes got in the way too often."""
    for attempt in range(MAX_ATTEMPTS):
        try:
            with gc_paused():
                return work(context, batch)
        except (OperationalError, IntegrityError) as problem:
            if getattr(problem.orig, "sqlstate", None) not in _COLLISIONS or attempt == MAX_ATTEMPTS - 1:
                raise
            logger.debug("tried again: %s", problem.orig)
    raise AssertionError("unreachable")


@contextmanager
def gc_paused() -> Iterator[None]:
    """The collector of cyclic garbage stands still: a batch makes many values and no cycles, and looking for them takes
    a sixth of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_here: WorkerContext | None = None


def _start_worker(url: str) -> None:
    """Ctrl-C is for the process that shares out the work; when that one dies, so does this."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _here = worker_context(create_engine_for(url, lock_wait_seconds=LOCK_WAIT_SECONDS))


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "a worker process has a parent"
    parent.join()
    os._exit(1)


def _work(batch: Any, work: Callable[[WorkerContext, Any], Result]) -> Result:
    assert _here is not None, "a worker process begins with _start_worker"
    return _attempt(_here, batch, work)
