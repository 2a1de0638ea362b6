"""A run says while it places rows, so that what a killed one has begun is seen.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "carpenter_runs", sa.Column("is_placing", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_index("ix_carpenter_runs_placing", "carpenter_runs", ["id"], postgresql_where=sa.text("is_placing"))


def downgrade() -> None:
    op.drop_index("ix_carpenter_runs_placing", "carpenter_runs", postgresql_where=sa.text("is_placing"))
    op.drop_column("carpenter_runs", "is_placing")
