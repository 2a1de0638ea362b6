"""Raw rows without the records that they were read from; the reader's night; decisions that are kept when undone.

`payload` and `source_url` leave `data` for columns of their own, so that what lists or builds raw rows reads narrow
ones. The hash stays: it is that of the whole item. Rows move in batches, each committed; a migration that is killed has
moved some, and the next carries on. The programs of the revision before read no `source_url` from a row that has moved:
they are stopped first.

Events keep the night of the block that they are built in as `block_night`; `night` is the one that readers count them
to. All rows are dirty then: the next run writes genres, folded search texts and the values that lost.

Revision ID: 0008
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BATCH = 1_000

# Locked in the order that crawls keep.
ORDER = {"raw_events": "source, source_event_id", "raw_event_versions": "id"}

IS_WIDE = "data ?| ARRAY['payload', 'source_url']"
HAS_MOVED = "(t.payload IS NOT NULL OR t.source_url IS NOT NULL)"

TO_COLUMNS = """
payload = CASE WHEN t.data ? 'payload' THEN t.data->'payload' ELSE t.payload END,
source_url = coalesce(t.data->>'source_url', t.source_url),
data = t.data - ARRAY['payload', 'source_url']
"""

TO_DATA = """
data = t.data || CASE WHEN t.payload IS NULL THEN '{}' ELSE jsonb_build_object('payload', t.payload) END
    || CASE WHEN t.source_url IS NULL THEN '{}' ELSE jsonb_build_object('source_url', t.source_url) END,
payload = NULL, source_url = NULL
"""

# A night ends at five in the morning, on the clock of the place.
NIGHT = """
coalesce(cast((least(doors_at, starts_at) AT TIME ZONE timezone) - interval '5 hours' AS date), event_day)
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for table in ORDER:
            op.execute(
                f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS payload jsonb, ADD COLUMN IF NOT EXISTS source_url text"
            )
        for table in ORDER:
            _in_batches(table, TO_COLUMNS, f"t.{IS_WIDE}")
        # From here on a program of the revision before that still runs is refused, rather than its rows half read.
        for table in ORDER:
            name = f"ck_{table}_data_is_narrow"
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (NOT ({IS_WIDE})) NOT VALID")
            _in_batches(table, TO_COLUMNS, f"t.{IS_WIDE}")
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_raw_events_source_url")
        op.execute(
            "CREATE INDEX CONCURRENTLY ix_raw_events_source_url ON raw_events USING hash (rtrim(source_url, '/'))"
        )
        op.execute("ALTER TABLE events ADD COLUMN IF NOT EXISTS readers_night date")
        _count_to_nights()
    op.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
    op.execute(f"UPDATE events SET readers_night = {NIGHT} WHERE readers_night IS DISTINCT FROM {NIGHT}")
    op.alter_column("events", "night", new_column_name="block_night")
    op.alter_column("events", "readers_night", new_column_name="night", nullable=False)
    op.create_index(op.f("ix_events_city_night_starts_at"), "events", ["city", "night", "starts_at"])
    op.add_column(
        "events", sa.Column("genres", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.execute("INSERT INTO dirty_raw_events SELECT id FROM raw_events ON CONFLICT DO NOTHING")
    op.add_column("decisions", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decisions", sa.Column("deleted_by", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_decisions_deleted_by_someone"), "decisions", "(deleted_at IS NULL) = (deleted_by IS NULL)"
    )
    op.create_index("ix_decisions_in_force", "decisions", ["id"], postgresql_where=sa.text("deleted_at IS NULL"))
    for column in _source_facts():
        op.add_column("sources", column)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for table in ORDER:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS ck_{table}_data_is_narrow")
            _in_batches(table, TO_DATA, HAS_MOVED)
    for table in ORDER:
        op.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        op.execute(f"UPDATE {table} t SET {TO_DATA} WHERE {HAS_MOVED}")
        op.drop_column(table, "source_url")
        op.drop_column(table, "payload")
    for column in reversed(_source_facts()):
        op.drop_column("sources", column.name)
    # In the schema before, a decision that is there is in force.
    op.execute("DELETE FROM decisions WHERE deleted_at IS NOT NULL")
    op.drop_index("ix_decisions_in_force", table_name="decisions")
    op.drop_constraint(op.f("ck_decisions_deleted_by_someone"), "decisions")
    op.drop_column("decisions", "deleted_by")
    op.drop_column("decisions", "deleted_at")
    op.drop_column("events", "genres")
    op.drop_index(op.f("ix_events_city_night_starts_at"), table_name="events")
    op.drop_column("events", "night")
    op.alter_column("events", "block_night", new_column_name="night")


def _in_batches(table: str, values: str, condition: str) -> None:
    """Set the values in the rows `t` of a table that the condition is true of, a batch of ids a transaction."""
    op.execute(f"""
        DO $$
        DECLARE
            done bigint := 0;
            upto bigint;
        BEGIN
            LOOP
                SELECT max(id) INTO upto FROM (SELECT id FROM {table} WHERE id > done ORDER BY id LIMIT {BATCH}) b;
                EXIT WHEN upto IS NULL;
                PERFORM FROM {table} WHERE id > done AND id <= upto ORDER BY {ORDER[table]} FOR NO KEY UPDATE;
                UPDATE {table} t SET {values} WHERE t.id > done AND t.id <= upto AND {condition};
                COMMIT;
                done := upto;
            END LOOP;
        END $$
    """)


def _count_to_nights() -> None:
    """Give events their reader's night, a batch a transaction; whatever a build holds just now is left for later."""
    op.execute(f"""
        DO $$
        BEGIN
            LOOP
                UPDATE events SET readers_night = {NIGHT} WHERE id IN (
                    SELECT id FROM events WHERE readers_night IS NULL LIMIT {BATCH} FOR NO KEY UPDATE SKIP LOCKED);
                EXIT WHEN NOT FOUND;
                COMMIT;
            END LOOP;
        END $$
    """)


def _source_facts() -> list[sa.Column[Any]]:
    return [
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("keys", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("by_name_only", sa.Text(), nullable=True),
        sa.Column("needs_browser", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("may_be_empty", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("gives", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("politeness", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    ]
