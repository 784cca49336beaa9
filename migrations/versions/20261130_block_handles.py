"""A block keeps both handles as they were: neither of the two learns a name that the other took afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "block_handles"
down_revision = "same_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("blocked", "blocker"):
        op.add_column("blocks", sa.Column(f"{name}_handle", sa.String(32), nullable=False, server_default=""))
    op.execute(
        "UPDATE blocks SET blocked_handle = (SELECT handle FROM members WHERE members.id = blocks.blocked_id), "
        "blocker_handle = (SELECT handle FROM members WHERE members.id = blocks.blocker_id)"
    )


def downgrade() -> None:
    op.drop_column("blocks", "blocker_handle")
    op.drop_column("blocks", "blocked_handle")
