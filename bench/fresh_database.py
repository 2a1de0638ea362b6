"""A migrated, empty database for one benchmark, dropped at its end."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Engine, create_engine, make_url, text

from sms_database.migrations import upgrade
from sms_database.session import create_engine_for, database_url


@contextmanager
def fresh_database(template: Engine | None = None) -> Iterator[Engine]:
    """An engine on a new database beside the one that DATABASE_URL, or the embedded server, names.

    With `template`, another one of these, it begins as a copy of that; nobody may be connected to that meanwhile.
    """
    url = make_url(database_url())
    name = f"bench_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    copied = f" TEMPLATE {template.url.database} STRATEGY file_copy" if template else ""
    if template:
        template.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{copied}"))
    try:
        if template is None:
            upgrade(full_url(url.set(database=name)))
        engine = create_engine_for(full_url(url.set(database=name)))
        try:
            yield engine
        finally:
            engine.dispose()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name}"))
        admin.dispose()


def full_url(url: URL) -> str:
    """The URL with its password, for another process or connection."""
    return url.render_as_string(hide_password=False)
