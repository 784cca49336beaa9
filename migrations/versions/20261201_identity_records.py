"""Members and imported lists may give a legal name, a town and an emergency contact."""

import sqlalchemy as sa
from alembic import op

revision = "identity_records"
down_revision = "second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(member_id IS NULL) <> (invitation_id IS NULL)", name=op.f("ck_identity_records_owner")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_identity_records_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_identity_records_invitation_id_invitations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_records")),
        sa.UniqueConstraint("member_id", name=op.f("uq_identity_records_member_id")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_identity_records_invitation_id")),
    )


def downgrade() -> None:
    op.drop_table("identity_records")
