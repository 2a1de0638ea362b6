"""Two copies of the catalog of one instant: one to be built on, one to be built from nothing, to be compared."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, text

from carpenter.store.shadow import COPIED_LOOKUPS, DERIVED, columns, own_schemas

_INPUTS = ("sources", "cities", "raw_events", "decisions")
_OF_BUILDS = ("artist_lookups", "dirty_raw_events", "carpenter_runs")
"""What builds write beside the catalog, and go by."""

_AUDIT = "carpenter_records"

_NEVER_READ = "payload"
"""The widest column of raw events, which no build reads."""

_FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text AS "table", pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace
    AND t.relname = ANY(:tables) AND r.relname = ANY(:tables)
ORDER BY c.conname
"""


@dataclass(frozen=True, slots=True)
class Copies:
    """The schemas of the two copies, and engines that see nothing but these."""

    here: str
    """Holds the catalog with what is dirty in it."""
    anew: str
    """Holds an empty catalog, for which everything is dirty."""
    build_here: Engine
    build_anew: Engine


@contextmanager
def catalog_copies(engine: Engine) -> Iterator[Copies]:
    """Copies of all that the carpenter reads and writes, taken in one snapshot, and dropped at the end.

    Whoever crawls, builds or decides meanwhile is neither waited for nor held up, and changes nothing in them: the
    copy that holds the catalog is what a run would find that was killed at that instant.
    """
    name = f"check_{uuid.uuid4().hex[:12]}"
    here, anew = f"{name}_here", f"{name}_anew"
    url = engine.url.render_as_string(hide_password=False)
    engines = [
        create_engine(url, connect_args={"options": f"-c search_path={path} -c timezone=UTC"})
        for path in (here, f"{anew},{here}")
    ]
    with own_schemas(engine, name):
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            _copy_catalog(connection, here)
            _begin_anew(connection, here, anew)
        try:
            yield Copies(here, anew, *engines)
        finally:
            for each in engines:
                each.dispose()


def _copy_catalog(connection: Connection, here: str) -> None:
    tables = (*_INPUTS, *_OF_BUILDS, *DERIVED)
    _create(connection, here, "public", (*tables, _AUDIT))
    for table in tables:
        names = ", ".join(name for name in columns(connection, table) if name != _NEVER_READ)
        connection.execute(
            text(f"INSERT INTO {here}.{table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM public.{table}")
        )
        connection.execute(text(f"ANALYZE {here}.{table}"))
    connection.execute(
        text(
            f"SELECT setval(pg_get_serial_sequence('{here}.carpenter_runs', 'id'), max(id)) FROM {here}.carpenter_runs"
        )
    )
    connection.execute(text(f"SET LOCAL search_path = {here}"))
    # Deletions reach the rows that belong to what is deleted.
    for key in connection.execute(text(_FOREIGN_KEYS), {"tables": list(tables)}).all():
        table, definition = (told.replace("public.", f"{here}.") for told in key)
        connection.execute(text(f"ALTER TABLE {table} ADD {definition}"))
    connection.execute(text("SET LOCAL search_path = public"))


def _begin_anew(connection: Connection, here: str, anew: str) -> None:
    _create(connection, anew, here, (*_OF_BUILDS, *DERIVED, _AUDIT))
    connection.execute(text(f"INSERT INTO {anew}.dirty_raw_events SELECT id FROM {here}.raw_events"))
    connection.execute(
        text(f"INSERT INTO {anew}.artist_lookups ({COPIED_LOOKUPS}) SELECT {COPIED_LOOKUPS} FROM {here}.artist_lookups")
    )


def _create(connection: Connection, schema: str, model: str, tables: tuple[str, ...]) -> None:
    """Tables that are not logged: what is in them ends with the check, and so with the server."""
    connection.execute(text(f"CREATE SCHEMA {schema}"))
    for table in tables:
        connection.execute(text(f"CREATE UNLOGGED TABLE {schema}.{table} (LIKE {model}.{table} INCLUDING ALL)"))
