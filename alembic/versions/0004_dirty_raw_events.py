"""What is dirty stands in a table of its own: a build no longer writes the wide raw rows again.

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
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_dirty_raw_events_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_dirty_raw_events")),
    )
    op.execute(f"INSERT INTO dirty_raw_events SELECT id FROM raw_events WHERE {IS_DIRTY}")
    op.create_index("ix_raw_evidence_early_clocks", "raw_evidence", ["mention_id", "night"], postgresql_where=EARLY)
    op.drop_index("ix_raw_events_dirty", table_name="raw_events")
    op.drop_column("raw_events", "built_hash")


def downgrade() -> None:
    op.add_column("raw_events", sa.Column("built_hash", sa.Text(), nullable=True))
    op.execute(
        "UPDATE raw_events SET built_hash = content_hash"
        " WHERE NOT EXISTS (SELECT FROM dirty_raw_events WHERE raw_event_id = id)"
    )
    op.create_index("ix_raw_events_dirty", "raw_events", ["id"], postgresql_where=sa.text(IS_DIRTY))
    op.drop_index("ix_raw_evidence_early_clocks", table_name="raw_evidence", postgresql_where=EARLY)
    op.drop_table("dirty_raw_events")
