"""Whose quiet is noticed, and hours that members plan for."""

import sqlalchemy as sa
from alembic import op

revision = "quiet"
down_revision = "authors_count"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiet_watches",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("tells_buddy", sa.Boolean(), nullable=False),
        sa.Column("tells_coordinator", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("quiet_since", sa.Date(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_quiet_watches_level")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_quiet_watches_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_quiet_watches")),
    )
    op.create_index(op.f("ix_quiet_watches_next_at"), "quiet_watches", ["next_at"])
    op.create_table(
        "hard_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("month_day", sa.SmallInteger(), nullable=True),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(weekday IS NULL) != (month_day IS NULL)", name=op.f("ck_hard_hours_day")),
        sa.CheckConstraint("weekday IS NULL OR weekday BETWEEN 0 AND 6", name=op.f("ck_hard_hours_weekday")),
        sa.CheckConstraint("month_day IS NULL OR month_day BETWEEN 1 AND 31", name=op.f("ck_hard_hours_month_day")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hard_hours_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hard_hours")),
    )
    op.create_index(op.f("ix_hard_hours_member_id"), "hard_hours", ["member_id"])
    op.create_index(op.f("ix_hard_hours_next_at"), "hard_hours", ["next_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_hard_hours_next_at"), table_name="hard_hours")
    op.drop_index(op.f("ix_hard_hours_member_id"), table_name="hard_hours")
    op.drop_table("hard_hours")
    op.drop_index(op.f("ix_quiet_watches_next_at"), table_name="quiet_watches")
    op.drop_table("quiet_watches")
