"""A second catalog, built from nothing beside the first, to replace it; and how two catalogs are compared."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, inspect, text

from carpenter.store.decisions import mark_bound
from carpenter.store.queue import survey_again
from sms_database import locks
from sms_database.locks import exclusive_facts_lock

DERIVED: Mapping[str, tuple[str, ...]] = {
    "venues": ("id",),
    "artists": ("id",),
    "events": ("id",),
    "known_names": ("name_key",),
    "raw_evidence": ("raw_event_id",),
    "venue_aliases": ("venue_id", "alias"),
    "venue_mentions": ("id",),
    "mention_blocks": ("block_key",),
    "raw_placements": ("raw_event_id",),
    "artist_aliases": ("artist_id", "alias"),
    "artist_links": ("artist_id", "kind", "value"),
    "event_sources": ("raw_event_id",),
    "event_artists": ("event_id", "position"),
    "review_pairs": ("left_row", "right_row"),
}
"""The tables that are a function of raw rows, look-ups among them, and decisions, with their keys, those that others
refer to first."""

_COPIED = (
    "id, source, source_event_id, event_name, venue_name, event_day, former_days, data, source_url, content_hash, "
    "fetched_at, first_seen_at, last_seen_at, changed_at, unlisted_at, crawl_run_id"
)
_COPIED_WHOLE = ("cities", "sources", "decisions")
COPIED_LOOKUPS = "service, asked_by, asked, fetched_at, candidates, content_hash, crawl_run_id"


_DECIDED_SINCE = """
SELECT kind, target, value FROM (
    (SELECT * FROM public.decisions EXCEPT SELECT * FROM {schema}.decisions)
    UNION ALL (SELECT * FROM {schema}.decisions EXCEPT SELECT * FROM public.decisions)
) d ORDER BY id
"""

_ROWS_OF_OTHER_TRAITS = """
SELECT r.id FROM public.raw_events r JOIN public.sources now ON now.slug = r.source
JOIN {schema}.sources copied USING (slug)
WHERE (now.kind, now.trust, now.city, now.venue) IS DISTINCT FROM (copied.kind, copied.trust, copied.city, copied.venue)
"""

_NAME = "substring(nspname FROM '^(rebuild_[0-9a-f]{12}|check_[0-9a-f]{12})')"
_OWN = f"SELECT pg_advisory_lock({locks.COPY})"
_DISOWN = f"SELECT pg_advisory_unlock({locks.COPY})"
_OWNED = f"SELECT nspname FROM pg_namespace WHERE {_NAME} = :name"
_LEFT_BY_OTHERS = f"""
WITH ours AS MATERIALIZED (SELECT nspname, {_NAME} AS name FROM pg_namespace WHERE {_NAME} IS NOT NULL)
SELECT nspname FROM ours WHERE pg_try_advisory_xact_lock({locks.COPY_ROW})
"""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How a table of the catalog differs from what a build from nothing gives."""

    table: str
    rows: int
    """In the catalog."""
    only_here: int
    """Rows of the catalog that the build from nothing does not give, or gives otherwise."""
    only_rebuilt: int
    example: str | None
    """Key of one such row."""

    @property
    def is_equal(self) -> bool:
        return not self.only_here and not self.only_rebuilt


@contextmanager
def own_schemas(engine: Engine, name: str) -> Iterator[None]:
    """Whatever schemas are made whose names begin with `name` are dropped at the end.

    Should this process be killed, whoever makes some next drops them: the lock that says whose they are is the
    session's, which the server ends.
    """
    with engine.connect() as owner:
        owner.execute(text(_OWN), {"name": name})
        owner.commit()
        try:
            with engine.begin() as connection:
                _drop(connection, connection.scalars(text(_LEFT_BY_OTHERS)).all())
            yield
        finally:
            with engine.begin() as connection:
                _drop(connection, connection.scalars(text(_OWNED), {"name": name}).all())
            owner.execute(text(_DISOWN), {"name": name})


def _drop(connection: Connection, schemas: Sequence[str]) -> None:
    for schema in schemas:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


@contextmanager
def scratch_schema(engine: Engine) -> Iterator[tuple[str, Engine]]:
    """A schema with a copy of the raw rows, all dirty, and an empty catalog; and an engine that works in it.

    The copy is one snapshot, decisions and the facts of sources and cities among it. Dropped at the end.
    """
    name = f"rebuild_{uuid.uuid4().hex[:12]}"
    url = engine.url.render_as_string(hide_password=False)
    scratch = create_engine(url, connect_args={"options": f"-c search_path={name} -c timezone=UTC"})
    with own_schemas(engine, name):
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, connection.begin():
            connection.execute(text(f"CREATE SCHEMA {name}"))
            own = ("raw_events", "dirty_raw_events", "artist_lookups", "carpenter_runs", "carpenter_records")
            for table in (*DERIVED, *own, *_COPIED_WHOLE):
                connection.execute(text(f"CREATE TABLE {name}.{table} (LIKE public.{table} INCLUDING ALL)"))
            for table in _COPIED_WHOLE:
                names = ", ".join(columns(connection, table))
                connection.execute(
                    text(
                        f"INSERT INTO {name}.{table} ({names}) OVERRIDING SYSTEM VALUE"
                        f" SELECT {names} FROM public.{table}"
                    )
                )
            connection.execute(
                text(
                    f"INSERT INTO {name}.raw_events ({_COPIED}) OVERRIDING SYSTEM VALUE"
                    f" SELECT {_COPIED} FROM public.raw_events"
                )
            )
            connection.execute(text(f"INSERT INTO {name}.dirty_raw_events SELECT id FROM {name}.raw_events"))
            connection.execute(
                text(
                    f"INSERT INTO {name}.artist_lookups ({COPIED_LOOKUPS})"
                    f" SELECT {COPIED_LOOKUPS} FROM public.artist_lookups"
                )
            )
        try:
            yield name, scratch
        finally:
            scratch.dispose()


def differences(connection: Connection, schema: str, catalog: str = "public") -> list[TableDifference]:
    """Compare a schema's catalog with one built from nothing in another, table by table."""
    return [_difference(connection, catalog, schema, table, keys) for table, keys in DERIVED.items()]


def replace_catalog(connection: Connection, schema: str) -> None:
    """Bring the catalog to what the scratch schema holds: the difference only, in the caller's transaction.

    Whatever was crawled, decided or learnt of a source since the copy was taken is in nothing that was built there: it
    stays dirty, or is marked so again, and the next run builds it.
    """
    exclusive_facts_lock(connection)  # decisions and facts of sources are told before, or wait for the new catalog
    # Towns that rows have named are scenes as well; they stay, whatever becomes of the rows.
    connection.execute(text(f"INSERT INTO public.cities SELECT * FROM {schema}.cities ON CONFLICT DO NOTHING"))
    for table, keys in DERIVED.items():
        names = columns(connection, table)
        key_names = ", ".join(keys)
        updates = ", ".join(f"{c} = excluded.{c}" for c in names if c not in keys)
        connection.execute(
            text(
                f"INSERT INTO public.{table} ({', '.join(names)}) SELECT {', '.join(names)} FROM {schema}.{table}"
                f" EXCEPT SELECT {', '.join(names)} FROM public.{table}"
                f" ON CONFLICT ({key_names}) DO {f'UPDATE SET {updates}' if updates else 'NOTHING'}"
            )
        )
    for table, keys in reversed(list(DERIVED.items())):
        same = " AND ".join(f"s.{key} = t.{key}" for key in keys)
        connection.execute(
            text(f"DELETE FROM public.{table} t WHERE NOT EXISTS (SELECT FROM {schema}.{table} s WHERE {same})")
        )
    # Crawls that are changing rows are waited for, and others wait, before what they have changed can be told apart.
    connection.execute(text("LOCK TABLE public.dirty_raw_events IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(
        text(
            f"DELETE FROM public.dirty_raw_events d USING public.raw_events r, {schema}.raw_events s"
            " WHERE r.id = d.raw_event_id AND s.id = r.id"
            " AND (r.content_hash, r.first_seen_at, r.former_days, r.unlisted_at IS NULL)"
            "  = (s.content_hash, s.first_seen_at, s.former_days, s.unlisted_at IS NULL)"
            f" AND NOT EXISTS (SELECT FROM {schema}.dirty_raw_events WHERE raw_event_id = r.id)"
        )
    )
    decided = connection.execute(text(_DECIDED_SINCE.format(schema=schema)))
    mark_bound(connection, [(d.kind, d.target, d.value) for d in decided])
    survey_again(connection, _ROWS_OF_OTHER_TRAITS.format(schema=schema))


def _difference(
    connection: Connection, catalog: str, schema: str, table: str, keys: tuple[str, ...]
) -> TableDifference:
    names = ", ".join(columns(connection, table))
    here, there = f"SELECT {names} FROM {catalog}.{table}", f"SELECT {names} FROM {schema}.{table}"
    key = " || ' ' || ".join(f"cast({k} AS text)" for k in keys)
    found = connection.execute(
        text(
            f"WITH only_here AS ({here} EXCEPT {there}), only_rebuilt AS ({there} EXCEPT {here})"
            f" SELECT (SELECT count(*) FROM {catalog}.{table}) AS rows,"
            " (SELECT count(*) FROM only_here) AS only_here, (SELECT count(*) FROM only_rebuilt) AS only_rebuilt,"
            f" (SELECT min({key}) FROM (SELECT * FROM only_here UNION ALL SELECT * FROM only_rebuilt) d) AS example"
        )
    ).one()
    return TableDifference(table, *found)


def columns(connection: Connection, table: str) -> list[str]:
    """The columns of a table that are not generated."""
    return [c["name"] for c in inspect(connection).get_columns(table, schema="public") if "computed" not in c]
