"""Runs tell why they ended as they did and what their rows looked like; rows know since when they are missed.

Also the pauses that hosts have asked for, which outlive the runs that were asked.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CAUSES = "'unreachable', 'refused', 'empty', 'layout_changed', 'incomplete', 'quiet', 'stopped', 'mistake'"


def upgrade() -> None:
    op.add_column("crawl_runs", sa.Column("cause", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_crawl_runs_cause_known"), "crawl_runs", f"cause IN ({CAUSES})")
    op.add_column("crawl_runs", sa.Column("missed", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "crawl_runs",
        sa.Column("profile", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("raw_events", sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_for", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )


def downgrade() -> None:
    op.drop_table("hosts")
    op.drop_column("raw_events", "missed_at")
    op.drop_column("crawl_runs", "profile")
    op.drop_column("crawl_runs", "missed")
    op.drop_constraint(op.f("ck_crawl_runs_cause_known"), "crawl_runs")
    op.drop_column("crawl_runs", "cause")
