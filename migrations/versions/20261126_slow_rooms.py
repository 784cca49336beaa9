"""A room may go slowly: how long a member waits between two messages."""

import sqlalchemy as sa
from alembic import op

revision = "slow_rooms"
down_revision = "cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rooms", sa.Column("slow_seconds", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("rooms", "slow_seconds")
