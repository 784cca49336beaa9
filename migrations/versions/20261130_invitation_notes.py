"""An invitation may carry a line of the coordinator's own, encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "invitation_notes"
down_revision = "message_previews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitations", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("invitations", "note")
