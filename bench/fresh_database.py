"""A migrated, empty database for one benchmark, dropped at its end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url, text

from sms_database.migrations import upgrade
from sms_database.session import create_engine_for, database_url


@contextmanager
def fresh_database() -> Iterator[Engine]:
    """An engine on a new database beside the one that DATABASE_URL, or the embedded server, names."""
    url = make_url(database_url())
    name = f"bench_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        upgrade(url.set(database=name).render_as_string(hide_password=False))
        engine = create_engine_for(url.set(database=name).render_as_string(hide_password=False))
        try:
            yield engine
        finally:
            engine.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
        admin.dispose()
