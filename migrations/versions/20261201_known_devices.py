"""Members have kinds of devices on which they signed in, so that a sign-in on another one is told to them."""

import sqlalchemy as sa
from alembic import op

revision = "known_devices"
down_revision = "more_roles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_devices",
        sa.Column("member_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_known_devices_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "label", name=op.f("pk_known_devices")),
    )


def downgrade() -> None:
    op.drop_table("known_devices")
