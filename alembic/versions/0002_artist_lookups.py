"""Artists looked up: answers of services as raw rows, what they gave, and doubtful matches to review.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GIVEN_BY_SERVICES = ("artist_aliases", "artist_links")

KINDS = {
    "sources": (
        "kind IN ('venue', 'api', 'feed', 'generator')",
        "kind IN ('venue', 'api', 'feed', 'generator', 'enrichment', 'setlist')",
    ),
    "decisions": (
        "kind IN ('override', 'merge', 'split', 'hide')",
        "kind IN ('override', 'merge', 'split', 'hide', 'artist_link')",
    ),
}
"""Table to its closed list of kinds, before and after."""


def upgrade() -> None:
    op.create_table(
        "artist_lookups",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("candidates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("crawl_run_id", sa.BigInteger(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=True),
        sa.Column("built_hash", sa.Text(), nullable=True),
        sa.CheckConstraint("asked_by IN ('name', 'id')", name=op.f("ck_artist_lookups_asked_by_known")),
        sa.ForeignKeyConstraint(
            ["crawl_run_id"], ["crawl_runs.id"], name=op.f("fk_artist_lookups_crawl_run_id_crawl_runs")
        ),
        sa.PrimaryKeyConstraint("service", "asked_by", "asked", name=op.f("pk_artist_lookups")),
    )
    op.create_index(op.f("ix_artist_lookups_name_key"), "artist_lookups", ["name_key"], unique=False)
    op.create_index(
        "ix_artist_lookups_dirty",
        "artist_lookups",
        ["asked"],
        unique=False,
        postgresql_where=sa.text("built_hash IS DISTINCT FROM content_hash"),
    )
    for table in GIVEN_BY_SERVICES:
        op.alter_column(table, "mentions", server_default=sa.text("0"))
        op.add_column(
            table,
            sa.Column("services", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        )
    op.add_column("review_pairs", sa.Column("kind", sa.Text(), server_default=sa.text("'event'"), nullable=False))
    op.add_column("review_pairs", sa.Column("candidate", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint(op.f("ck_review_pairs_kind_known"), "review_pairs", "kind IN ('event', 'artist')")
    op.alter_column("review_pairs", "city", nullable=True)
    op.alter_column("review_pairs", "night", nullable=True)
    for table, (_, after) in KINDS.items():
        op.drop_constraint(op.f(f"ck_{table}_kind_known"), table)
        op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, after)


def downgrade() -> None:
    """What was looked up is lost; rows of setlists stay, as those of a feed."""
    op.execute("UPDATE sources SET kind = 'feed' WHERE kind IN ('enrichment', 'setlist')")
    op.execute("DELETE FROM decisions WHERE kind = 'artist_link'")
    for table, (before, _) in KINDS.items():
        op.drop_constraint(op.f(f"ck_{table}_kind_known"), table)
        op.create_check_constraint(op.f(f"ck_{table}_kind_known"), table, before)
    op.execute("DELETE FROM review_pairs WHERE kind = 'artist'")
    op.alter_column("review_pairs", "night", nullable=False)
    op.alter_column("review_pairs", "city", nullable=False)
    op.drop_constraint(op.f("ck_review_pairs_kind_known"), "review_pairs")
    op.drop_column("review_pairs", "candidate")
    op.drop_column("review_pairs", "kind")
    for table in GIVEN_BY_SERVICES:
        op.execute(f"DELETE FROM {table} WHERE mentions = 0")
        op.drop_column(table, "services")
        op.alter_column(table, "mentions", server_default=None)
    op.drop_index("ix_artist_lookups_dirty", table_name="artist_lookups")
    op.drop_index(op.f("ix_artist_lookups_name_key"), table_name="artist_lookups")
    op.drop_table("artist_lookups")
