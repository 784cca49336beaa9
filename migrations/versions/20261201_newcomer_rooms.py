"""Coordinators choose the room in which newcomers begin."""

import sqlalchemy as sa
from alembic import op

revision = "newcomer_rooms"
down_revision = "report_subjects"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "newcomer_rooms",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_newcomer_rooms")),
    )


def downgrade() -> None:
    op.drop_table("newcomer_rooms")
