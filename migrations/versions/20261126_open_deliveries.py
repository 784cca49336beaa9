"""Deliveries that are being sent, and those that were tried, are found without a walk through what waits for later."""

import sqlalchemy as sa
from alembic import op

revision = "open_deliveries"
down_revision = "rooms_over"
branch_labels = None
depends_on = None

INDEXES = {"ix_deliveries_sending": "state = 'sending'", "ix_deliveries_tried": "state = 'due' AND attempts > 0"}


def upgrade() -> None:
    for name, where in INDEXES.items():
        condition = sa.text(where)
        op.create_index(name, "deliveries", ["medium", "due_at"], postgresql_where=condition, sqlite_where=condition)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="deliveries")
