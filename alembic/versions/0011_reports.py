"""What readers say is wrong.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'received'"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint("entity IN ('event', 'venue', 'artist')", name=op.f("ck_reports_entity_known")),
        sa.CheckConstraint("state IN ('received', 'done', 'declined')", name=op.f("ck_reports_state_known")),
        sa.CheckConstraint(
            "(state = 'received') = (closed_at IS NULL) AND (closed_at IS NULL) = (closed_by IS NULL)",
            name=op.f("ck_reports_closed_by_someone"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(
        "ix_reports_received",
        "reports",
        ["entity_id", "field", sa.text("md5(said)")],
        unique=True,
        postgresql_where=sa.text("state = 'received'"),
    )


def downgrade() -> None:
    op.drop_table("reports")
