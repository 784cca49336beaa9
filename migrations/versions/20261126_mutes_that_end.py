"""A mute may end by itself, a notice knows what it concerns, and somebody may be reached by their buddy alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "mutes_that_end"
down_revision = "shift_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification_mutes", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reach_settings", sa.Column("only_buddy", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "notifications", sa.Column("concerns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
    )
    op.add_column("notifications", sa.Column("from_buddy", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("notifications", "from_buddy")
    op.drop_column("notifications", "concerns")
    op.drop_column("reach_settings", "only_buddy")
    op.drop_column("notification_mutes", "until")
