"""How much the server is used, in sums.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SUBJECTS = "subject IN ('route', 'filter', 'search', 'feed', 'event')"


def upgrade() -> None:
    op.create_table(
        "usage_counts",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        *_sums(),
        sa.CheckConstraint(_SUBJECTS, name=op.f("ck_usage_counts_subject_known")),
        sa.PrimaryKeyConstraint("hour", "subject", "name", "outcome", name=op.f("pk_usage_counts")),
    )
    op.create_table(
        "usage_rollups",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        *_sums(),
        sa.CheckConstraint("period IN ('day', 'week')", name=op.f("ck_usage_rollups_period_known")),
        sa.CheckConstraint(_SUBJECTS, name=op.f("ck_usage_rollups_subject_known")),
        sa.PrimaryKeyConstraint("period", "begins", "subject", "name", "outcome", name=op.f("pk_usage_rollups")),
    )


def downgrade() -> None:
    op.drop_table("usage_rollups")
    op.drop_table("usage_counts")


def _sums() -> list[sa.Column[object]]:
    return [
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("milliseconds", sa.Double(), nullable=False),
        sa.Column("by_slowness", ARRAY(sa.BigInteger()), nullable=False),
    ]
