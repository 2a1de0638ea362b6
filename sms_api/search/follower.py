"""A thread that keeps the search index up to date while the server runs."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from sms_api.search.follow import follow
from sms_api.search.place import has_full_text, index_place
from sms_catalog.search_documents import database_identity
from sms_database.session import create_engine_for

logger = logging.getLogger("sms_api.search")

_EVERY_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 30.0


@contextmanager
def following(url: str, home: Path, clock: Callable[[], datetime]) -> Iterator[None]:
    """Follow the changes of a database while the block runs; one process of all does, the others stand by.

    `url` is a database URL with its password, `home` is SMS_HOME.
    """
    if not has_full_text():
        logger.warning("SQLite %s has no FTS5: the catalog itself is searched, slowly", sqlite3.sqlite_version)
        yield
        return
    stopping = threading.Event()
    engine = create_engine_for(url, pool_size=1, max_overflow=0)
    thread = threading.Thread(target=_run, args=[engine, home, clock, stopping], name="search index", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()  # a build under way is given up with the process, and begun anew by the next one
        thread.join(timeout=5)


def coming_from(now: datetime) -> date:
    """The night from which events count as to come: it has not ended anywhere."""
    return (now - timedelta(hours=24)).date()


def _run(engine: Engine, home: Path, clock: Callable[[], datetime], stopping: threading.Event) -> None:
    troubled = False
    while not stopping.wait(_AFTER_TROUBLE_SECONDS if troubled else _EVERY_SECONDS):
        try:
            with engine.connect() as connection:
                place = index_place(home, database_identity(connection))
            followed = follow(engine, place, coming_from(clock()))
            troubled = False
        except (SQLAlchemyError, sqlite3.Error, OSError) as problem:
            troubled = True
            logger.warning("the search index cannot be brought up to date: %s", problem)
            continue
        if followed is not None and followed.built:
            logger.warning("search index built: %s", followed.built)
    engine.dispose()
