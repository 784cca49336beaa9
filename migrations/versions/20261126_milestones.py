"""What members keep to, and their hard days."""

import sqlalchemy as sa
from alembic import op

revision = "milestones"
down_revision = "check_ins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('without', 'less', 'steady', 'own')", name=op.f("ck_milestones_kind")),
        sa.CheckConstraint("shared_with IN ('nobody', 'buddy')", name=op.f("ck_milestones_shared_with")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_milestones_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index("ix_milestones_member_id_created_at_id", "milestones", ["member_id", "created_at", "id"])
    op.create_table(
        "lapses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_lapses_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapses")),
    )
    op.create_index("ix_lapses_member_id_made_at_id", "lapses", ["member_id", "made_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_lapses_member_id_made_at_id", table_name="lapses")
    op.drop_table("lapses")
    op.drop_index("ix_milestones_member_id_created_at_id", table_name="milestones")
    op.drop_table("milestones")
