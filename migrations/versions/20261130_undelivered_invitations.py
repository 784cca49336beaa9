"""An invitation's mail may come back: when it did."""

import sqlalchemy as sa
from alembic import op

revision = "undelivered_invitations"
down_revision = "open_deliveries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitations", sa.Column("undelivered_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("invitations", "undelivered_at")
