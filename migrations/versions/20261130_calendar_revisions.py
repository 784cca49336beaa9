"""What a calendar shows changes with a meetup, a date, an answer and a preference: how often each did, and when."""

import sqlalchemy as sa
from alembic import op

revision = "calendar_revisions"
down_revision = "handle_looks"
branch_labels = None
depends_on = None

COUNTED = ("meetups", "occurrences", "rsvps", "meetup_preferences")
DATED = ("meetups", "meetup_preferences")


def upgrade() -> None:
    for table in COUNTED:
        op.add_column(table, sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    for table in DATED:
        op.add_column(table, sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table in reversed(DATED):
        op.drop_column(table, "changed_at")
    for table in reversed(COUNTED):
        op.drop_column(table, "revision")
