"""What readers see that has changed, and the number of the last change of each scope.

A catalog that is there already begins with one change, that it is there: what it was before is not known.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A head moves with every change of its scope: there is room for it on its page.
HEADS_FILLFACTOR = 50

BEGIN = """
INSERT INTO changes (at, kind, entity, scopes, cause)
SELECT now(), 'rebuilt', 'catalog', ARRAY['all', 'catalog'], '{"reason": "changes are kept from here on"}'
WHERE EXISTS (SELECT FROM events)
"""


# Lists of readers, in their order; what a venue's rooms are.
INDEXES = {
    "ix_events_city_list": "events (city, night, starts_at, id) INCLUDE (kind, status) WHERE NOT is_hidden",
    "ix_events_venue_list": "events (venue_id, night, starts_at, id) INCLUDE (kind, status) WHERE NOT is_hidden",
    "ix_venues_parent_id": "venues (parent_id)",
}


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience", sa.Text(), server_default=sa.text("'public'"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("into_id", sa.Uuid(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("cause", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.CheckConstraint(
            "audience IN ('public', 'curator', 'operator', 'person')", name=op.f("ck_changes_audience_known")
        ),
        sa.CheckConstraint(
            "kind IN ('created', 'updated', 'removed', 'merged', 'split', 'rebuilt')",
            name=op.f("ck_changes_kind_known"),
        ),
        sa.CheckConstraint("entity IN ('event', 'venue', 'artist', 'catalog')", name=op.f("ck_changes_entity_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("seq", name=op.f("uq_changes_seq")),
    )
    op.create_index("ix_changes_unpublished", "changes", ["id"], postgresql_where=sa.text("seq IS NULL"))
    op.create_index(op.f("ix_changes_entity_id_seq"), "changes", ["entity_id", "seq"])
    op.create_index("ix_changes_scopes", "changes", ["scopes"], postgresql_using="gin")
    op.create_table(
        "heads",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_heads")),
    )
    op.execute(f"ALTER TABLE heads SET (fillfactor = {HEADS_FILLFACTOR})")
    op.add_column(
        "carpenter_runs", sa.Column("is_quiet", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(BEGIN)
    with op.get_context().autocommit_block():
        for name, on in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {on}")
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_events_city_night_starts_at")


def downgrade() -> None:
    op.create_index("ix_events_city_night_starts_at", "events", ["city", "night", "starts_at"])
    for name in INDEXES:
        op.drop_index(name)
    op.drop_column("carpenter_runs", "is_quiet")
    op.drop_table("heads")
    op.drop_table("changes")
