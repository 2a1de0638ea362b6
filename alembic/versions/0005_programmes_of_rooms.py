"""A mention of a room keeps which shows its rows name, as numbers; a row, which nights its show has left.

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

HAS_MOVED = sa.text("former_nights <> '{}'")

# A day that its month does not have comes out as another, and is left out.
FORMER_DAYS = r"""
UPDATE raw_events r SET former_days = said.days FROM (
    SELECT v.raw_event_id, array_agg(DISTINCT v.day ORDER BY v.day) AS days FROM (
        SELECT raw_event_id, left(data->>'event_day', 10) AS said,
            cast(left(data->>'event_day', 7) || '-01' AS date)
            + cast(substr(data->>'event_day', 9, 2) AS integer) - 1 AS day
        FROM raw_event_versions WHERE data->>'event_day' ~ '^\d{4}-(0[1-9]|1[0-2])-[0-3]\d'
    ) v JOIN raw_events now ON now.id = v.raw_event_id
    WHERE to_char(v.day, 'YYYY-MM-DD') = v.said AND v.day IS DISTINCT FROM now.event_day GROUP BY v.raw_event_id
) said WHERE r.id = said.raw_event_id
"""


def upgrade() -> None:
    _survey_all_again()
    op.drop_column("raw_evidence", "acts")
    op.add_column("raw_evidence", sa.Column("shows", ARRAY(sa.BigInteger()), nullable=False))
    days = sa.Column("former_days", ARRAY(sa.Date()), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("raw_events", days)
    op.execute(FORMER_DAYS)
    op.add_column("raw_evidence", sa.Column("former_days", ARRAY(sa.Date()), nullable=False))
    op.add_column("raw_evidence", sa.Column("former_nights", ARRAY(sa.Date()), nullable=False))
    op.create_index("ix_raw_evidence_moved", "raw_evidence", ["mention_id"], postgresql_where=HAS_MOVED)
    op.add_column("raw_placements", sa.Column("left_night", sa.Date(), nullable=True))
    op.add_column("venue_mentions", sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("venue_mentions", sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "venue_mentions",
        sa.Column("shows", ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
    )
    at_once = {"fastupdate": "off"}
    op.create_index(
        "ix_venue_mentions_shows", "venue_mentions", ["shows"], postgresql_using="gin", postgresql_with=at_once
    )
    op.execute("ALTER INDEX ix_venue_mentions_block_keys SET (fastupdate = off)")


def downgrade() -> None:
    _survey_all_again()
    op.execute("ALTER INDEX ix_venue_mentions_block_keys RESET (fastupdate)")
    op.drop_index("ix_venue_mentions_shows", "venue_mentions")
    for column in ("shows", "first_seen_at", "rows"):
        op.drop_column("venue_mentions", column)
    op.drop_column("raw_placements", "left_night")
    op.drop_index("ix_raw_evidence_moved", "raw_evidence", postgresql_where=HAS_MOVED)
    op.drop_column("raw_evidence", "former_nights")
    op.drop_column("raw_evidence", "former_days")
    op.drop_column("raw_events", "former_days")
    op.drop_column("raw_evidence", "shows")
    op.add_column("raw_evidence", sa.Column("acts", ARRAY(sa.Text()), nullable=False))


def _survey_all_again() -> None:
    """As a build does after its rules have changed."""
    op.execute("INSERT INTO dirty_raw_events SELECT id FROM raw_events ON CONFLICT DO NOTHING")
    for table in ("raw_placements", "raw_evidence", "venue_mentions", "mention_blocks", "known_names"):
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE venues SET may_be_unused = true")
