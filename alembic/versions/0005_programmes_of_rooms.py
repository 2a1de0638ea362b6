"""A mention of a room keeps which shows its rows name, as numbers, beside what it was resolved to.

What has changed is then compared with its neighbours without reading their rows. All rows are surveyed again.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _survey_all_again()
    op.drop_column("raw_evidence", "acts")
    op.add_column("raw_evidence", sa.Column("shows", ARRAY(sa.BigInteger()), nullable=False))
    op.add_column("venue_mentions", sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("venue_mentions", sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "venue_mentions",
        sa.Column("shows", ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_index("ix_venue_mentions_shows", "venue_mentions", ["shows"], postgresql_using="gin")


def downgrade() -> None:
    _survey_all_again()
    op.drop_index("ix_venue_mentions_shows", "venue_mentions")
    for column in ("shows", "first_seen_at", "rows"):
        op.drop_column("venue_mentions", column)
    op.drop_column("raw_evidence", "shows")
    op.add_column("raw_evidence", sa.Column("acts", ARRAY(sa.Text()), nullable=False))


def _survey_all_again() -> None:
    """As a build does after its rules have changed."""
    op.execute("INSERT INTO dirty_raw_events SELECT id FROM raw_events ON CONFLICT DO NOTHING")
    for table in ("raw_placements", "raw_evidence", "venue_mentions", "mention_blocks", "known_names"):
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE venues SET may_be_unused = true")
