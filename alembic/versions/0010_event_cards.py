"""Events rendered ahead of who asks. The rows of an event stand in changes by their keys, no longer by age.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


SORT = """
UPDATE changes SET {side} = jsonb_set({side}, '{{rows}}', (
    SELECT jsonb_agg(key ORDER BY key COLLATE "C") FROM jsonb_array_elements_text({side}->'rows') AS key
)) WHERE jsonb_typeof({side}->'rows') = 'array' AND jsonb_array_length({side}->'rows') > 1
"""


def upgrade() -> None:
    op.create_table(
        "event_cards",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_cards")),
    )
    for side in ("before", "after"):
        op.execute(SORT.format(side=side))
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_events_night_id")
        op.execute("CREATE INDEX CONCURRENTLY ix_events_night_id ON events (night, id) WHERE NOT is_hidden")


def downgrade() -> None:
    op.drop_index("ix_events_night_id")
    op.drop_table("event_cards")
