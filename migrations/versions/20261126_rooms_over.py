"""When a meetup's room was closed because no date was left: such a room opens again with its series."""

import sqlalchemy as sa
from alembic import op

revision = "rooms_over"
down_revision = "first_weeks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meetups", sa.Column("room_over_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("meetups", "room_over_at")
