"""Staff keep notes on members, each with an owner."""

import sqlalchemy as sa
from alembic import op

revision = "staff_notes"
down_revision = "identity_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("handover", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("handover IN ('no', 'soon', 'pinned')", name=op.f("ck_staff_notes_handover")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_staff_notes_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["members.id"], name=op.f("fk_staff_notes_owner_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notes")),
    )
    op.create_index("ix_staff_notes_member_id_created_at", "staff_notes", ["member_id", "created_at"])
    op.create_index("ix_staff_notes_owner_id", "staff_notes", ["owner_id"])


def downgrade() -> None:
    op.drop_table("staff_notes")
