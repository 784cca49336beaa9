"""Tables of safety."""

import sqlalchemy as sa
from alembic import op

revision = "safety"
down_revision = "notifications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reporter_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'actioned', 'dismissed')", name=op.f("ck_reports_state")),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name=op.f("fk_reports_author_id_members")),
        sa.ForeignKeyConstraint(["handled_by"], ["members.id"], name=op.f("fk_reports_handled_by_members")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_reports_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["members.id"], name=op.f("fk_reports_reporter_id_members")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_reports_room_id_rooms"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("reporter_id", "message_id", name=op.f("uq_reports_reporter_id_message_id")),
    )
    op.create_index("ix_reports_created_at_id", "reports", ["created_at", "id"])
    op.create_index(op.f("ix_reports_message_id"), "reports", ["message_id"])


def downgrade() -> None:
    op.drop_table("reports")
