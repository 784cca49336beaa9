"""Quotas of members, counted for all processes."""

import sqlalchemy as sa
from alembic import op

revision = "quotas"
down_revision = "emoji_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quota_uses",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("remaining", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_quota_uses_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "name", name=op.f("pk_quota_uses")),
    )


def downgrade() -> None:
    op.drop_table("quota_uses")
