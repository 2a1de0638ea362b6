"""Rooms resolved over all mentions, nights over all rows of a house: blocks are a house's night.

What the carpenter derived of rooms and nights is emptied: the next run, which goes by other rules, derives it anew.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REDIRECTS = """
CREATE VIEW redirects AS
SELECT e.row_uuid AS from_id, es.event_id AS to_id
FROM event_sources es JOIN raw_evidence e USING (raw_event_id) WHERE es.event_id <> e.row_uuid
"""


def upgrade() -> None:
    op.execute("DELETE FROM review_pairs WHERE kind = 'event'")
    op.drop_index(op.f("ix_review_pairs_city_night"), table_name="review_pairs")
    op.drop_column("review_pairs", "city")
    op.add_column("review_pairs", sa.Column("house_id", sa.Uuid(), nullable=True))
    op.create_index(op.f("ix_review_pairs_house_id_night"), "review_pairs", ["house_id", "night"])

    op.execute("DROP VIEW redirects")
    op.execute("UPDATE raw_events SET built_hash = NULL WHERE built_hash IS NOT NULL")
    op.drop_table("raw_evidence")
    op.execute("DELETE FROM known_names")
    op.create_table(
        "raw_evidence",
        sa.Column("raw_event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_uuid", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mention_id", sa.Uuid(), nullable=True),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("other_night", sa.Date(), nullable=True),
        sa.Column("is_timed", sa.Boolean(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("acts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("bill", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attested_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_raw_evidence_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_raw_evidence")),
        sa.UniqueConstraint("row_uuid", name=op.f("uq_raw_evidence_row_uuid")),
    )
    op.create_index("ix_raw_evidence_asked_names", "raw_evidence", ["asked_names"], postgresql_using="gin")
    op.create_index(op.f("ix_raw_evidence_mention_id_night"), "raw_evidence", ["mention_id", "night"])
    op.execute(REDIRECTS)
    op.create_table(
        "raw_placements",
        sa.Column("raw_event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("house_id", sa.Uuid(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_raw_placements_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_raw_placements")),
    )
    op.create_index(op.f("ix_raw_placements_house_id_night"), "raw_placements", ["house_id", "night"])

    op.drop_table("venue_mentions")
    op.create_table(
        "venue_mentions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("mention", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("venue_key", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("block_keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("house_id", sa.Uuid(), nullable=True),
        sa.Column(
            "explanation",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("is_stale", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_mentions")),
    )
    op.create_index("ix_venue_mentions_block_keys", "venue_mentions", ["block_keys"], postgresql_using="gin")
    op.create_index(op.f("ix_venue_mentions_venue_id"), "venue_mentions", ["venue_id"])
    op.create_index(op.f("ix_venue_mentions_house_id"), "venue_mentions", ["house_id"])
    op.create_index("ix_venue_mentions_stale", "venue_mentions", ["id"], postgresql_where=sa.text("is_stale"))
    op.drop_index("ix_venues_stale", table_name="venues")
    op.drop_column("venues", "is_stale")
    op.alter_column("venues", "city", nullable=True)
    op.drop_column("event_sources", "venue_mention")


def downgrade() -> None:
    """The catalog is emptied: an older program builds it anew."""
    op.execute("DELETE FROM review_pairs WHERE kind = 'event'")
    op.drop_index(op.f("ix_review_pairs_house_id_night"), table_name="review_pairs")
    op.drop_column("review_pairs", "house_id")
    op.add_column("review_pairs", sa.Column("city", sa.Text(), nullable=True))
    op.create_index(op.f("ix_review_pairs_city_night"), "review_pairs", ["city", "night"])

    op.execute("DELETE FROM event_sources")
    op.execute("DELETE FROM events")
    op.execute("DELETE FROM venues")
    op.execute("DELETE FROM known_names")
    # Names of artists carry how many rows mention them: left behind, they would be counted twice.
    for table in ("artist_aliases", "artist_links", "artists"):
        op.execute(f"DELETE FROM {table}")
    op.execute("UPDATE artist_lookups SET built_hash = NULL")
    op.execute("UPDATE raw_events SET built_hash = NULL")
    op.add_column("event_sources", sa.Column("venue_mention", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.alter_column("venues", "city", nullable=False)
    op.add_column("venues", sa.Column("is_stale", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.create_index("ix_venues_stale", "venues", ["id"], postgresql_where=sa.text("is_stale"))
    op.drop_table("venue_mentions")
    op.create_table(
        "venue_mentions",
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("mention_hash", sa.Text(), nullable=False),
        sa.Column("mention", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mentions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_venue_mentions_venue_id_venues"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("venue_id", "mention_hash", name=op.f("pk_venue_mentions")),
    )
    op.drop_table("raw_placements")
    op.execute("DROP VIEW redirects")
    op.drop_table("raw_evidence")
    op.create_table(
        "raw_evidence",
        sa.Column("raw_event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_uuid", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("attested_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["raw_event_id"],
            ["raw_events.id"],
            name=op.f("fk_raw_evidence_raw_event_id_raw_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raw_event_id", name=op.f("pk_raw_evidence")),
        sa.UniqueConstraint("row_uuid", name=op.f("uq_raw_evidence_row_uuid")),
    )
    op.create_index("ix_raw_evidence_asked_names", "raw_evidence", ["asked_names"], postgresql_using="gin")
    op.create_index(op.f("ix_raw_evidence_city_night"), "raw_evidence", ["city", "night"])
    op.execute(REDIRECTS)
