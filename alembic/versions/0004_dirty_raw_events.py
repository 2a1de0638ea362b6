"""What is dirty stands in a table of its own, and mentions of rooms know what they are connected with.

A build no longer writes the wide raw rows again, and a change looks at no more mentions than it concerns. Mentions get
their components when they are next resolved.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

IS_DIRTY = "built_hash IS DISTINCT FROM content_hash"
EARLY = sa.text("is_timed AND (other_night IS NOT NULL OR is_late)")


def upgrade() -> None:
    op.create_table(
        "dirty_raw_events",
        sa.Column("raw_event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_dirty_raw_events")),
    )
    op.add_column("venues", sa.Column("may_be_unused", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.alter_column("venues", "may_be_unused", server_default=sa.text("false"))
    op.create_index("ix_venues_may_be_unused", "venues", ["id"], postgresql_where=sa.text("may_be_unused"))
    op.drop_constraint(op.f("fk_event_sources_venue_id_venues"), "event_sources", type_="foreignkey")
    op.add_column("venue_mentions", sa.Column("component_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_venue_mentions_component_id"), "venue_mentions", ["component_id"])
    op.execute("UPDATE venue_mentions SET is_stale = true")
    op.create_table(
        "mention_blocks",
        sa.Column("block_key", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("block_key", name=op.f("pk_mention_blocks")),
    )
    op.execute(f"INSERT INTO dirty_raw_events SELECT id FROM raw_events WHERE {IS_DIRTY}")
    for table in ("raw_evidence", "raw_placements"):
        op.drop_constraint(op.f(f"fk_{table}_raw_event_id_raw_events"), table, type_="foreignkey")
    op.create_index("ix_raw_evidence_early_clocks", "raw_evidence", ["mention_id", "night"], postgresql_where=EARLY)
    op.drop_index("ix_raw_events_dirty", table_name="raw_events")
    op.drop_column("raw_events", "built_hash")


def downgrade() -> None:
    op.drop_index("ix_venues_may_be_unused", table_name="venues", postgresql_where=sa.text("may_be_unused"))
    op.drop_column("venues", "may_be_unused")
    op.execute("UPDATE event_sources SET venue_id = NULL WHERE venue_id NOT IN (SELECT id FROM venues)")
    op.create_foreign_key(op.f("fk_event_sources_venue_id_venues"), "event_sources", "venues", ["venue_id"], ["id"])
    op.drop_table("mention_blocks")
    op.drop_index(op.f("ix_venue_mentions_component_id"), table_name="venue_mentions")
    op.drop_column("venue_mentions", "component_id")
    op.add_column("raw_events", sa.Column("built_hash", sa.Text(), nullable=True))
    op.execute(
        "UPDATE raw_events SET built_hash = content_hash"
        " WHERE NOT EXISTS (SELECT FROM dirty_raw_events WHERE raw_event_id = id)"
    )
    op.create_index("ix_raw_events_dirty", "raw_events", ["id"], postgresql_where=sa.text(IS_DIRTY))
    for table in ("raw_evidence", "raw_placements"):
        name, rows = op.f(f"fk_{table}_raw_event_id_raw_events"), ["raw_event_id"]
        op.create_foreign_key(name, table, "raw_events", rows, ["id"], ondelete="CASCADE")
    op.drop_index("ix_raw_evidence_early_clocks", table_name="raw_evidence", postgresql_where=EARLY)
    op.drop_table("dirty_raw_events")
