"""What a handle looks like, and handles that were given up. The application works out what is missing."""

import sqlalchemy as sa
from alembic import op

revision = "handle_looks"
down_revision = "audit_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("members", sa.Column("handle_skeleton", sa.String(length=64), nullable=True))
    op.create_index("ix_members_handle_skeleton", "members", ["handle_skeleton"])
    op.create_table(
        "former_handles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("skeleton", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name="fk_former_handles_member_id_members", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_former_handles"),
    )
    op.create_index("ix_former_handles_member_id", "former_handles", ["member_id"])
    op.create_index("ix_former_handles_skeleton", "former_handles", ["skeleton"])


def downgrade() -> None:
    op.drop_table("former_handles")
    op.drop_index("ix_members_handle_skeleton", table_name="members")
    op.drop_column("members", "handle_skeleton")
