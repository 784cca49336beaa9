"""Tries are counted by the wider network around an address, too."""

import sqlalchemy as sa
from alembic import op

revision = "attempt_networks"
down_revision = "undelivered_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_attempts", sa.Column("network", sa.String(length=64), nullable=True))
    op.create_index("ix_sign_in_attempts_network", "sign_in_attempts", ["network"])


def downgrade() -> None:
    op.drop_index("ix_sign_in_attempts_network", table_name="sign_in_attempts")
    with op.batch_alter_table("sign_in_attempts") as batch_op:
        batch_op.drop_column("network")
