"""A shift holds notes for who comes next."""

import sqlalchemy as sa
from alembic import op

revision = "shift_notes"
down_revision = "milestones"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shifts", sa.Column("notes", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("shifts", "notes")
