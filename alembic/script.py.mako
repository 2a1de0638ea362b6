"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

# House rules for a migration:
# - It imports nothing of ours: models change, and a migration must do tomorrow what it does today.
# - `downgrade` undoes `upgrade` completely; the tests go up, down and up again.
# - Names of constraints and indexes are those of the naming convention (sms_database/base.py).
# - It waits 10 s for a lock (alembic/env.py) and never holds one for long: add a column without a volatile
#   default; a constraint NOT VALID, validated in a later migration; an index on a large table CONCURRENTLY,
#   in `with op.get_context().autocommit_block():`.
# - Schema and data change in separate migrations; a big UPDATE goes in batches by key, each committed
#   within an autocommit block, and may be run again after an interruption.
# - The newest revision is repeated in sms_database/schema.py.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
