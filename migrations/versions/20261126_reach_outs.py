"""Reach-outs with their steps, who may be asked, and shifts."""

import sqlalchemy as sa
from alembic import op

revision = "reach_outs"
down_revision = "calendar_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reach_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asker_id", sa.Uuid(), nullable=True),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=12), nullable=True),
        sa.CheckConstraint("state IN ('open', 'claimed', 'closed')", name=op.f("ck_reach_outs_state")),
        sa.CheckConstraint("is_drill = (asker_id IS NULL)", name=op.f("ck_reach_outs_asker")),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["members.id"], name=op.f("fk_reach_outs_asker_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["claimed_by"], ["members.id"], name=op.f("fk_reach_outs_claimed_by_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_outs")),
    )
    op.create_index(op.f("ix_reach_outs_claimed_by"), "reach_outs", ["claimed_by"], unique=False)
    op.create_index("ix_reach_outs_state_opened_at", "reach_outs", ["state", "opened_at"], unique=False)
    op.create_index(
        "uq_reach_outs_asker",
        "reach_outs",
        ["asker_id"],
        unique=True,
        postgresql_where=sa.text("state != 'closed'"),
        sqlite_where=sa.text("state != 'closed'"),
    )
    op.create_table(
        "readiness",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wakes", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_readiness_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_readiness")),
    )
    op.create_index(op.f("ix_readiness_until"), "readiness", ["until"], unique=False)
    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shifts_order")),
        sa.ForeignKeyConstraint(["created_by"], ["members.id"], name=op.f("fk_shifts_created_by_members")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_shifts_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_ends_at_starts_at", "shifts", ["ends_at", "starts_at"], unique=False)
    op.create_index(op.f("ix_shifts_member_id"), "shifts", ["member_id"], unique=False)
    op.create_index(op.f("ix_shifts_series_id"), "shifts", ["series_id"], unique=False)
    op.create_table(
        "reach_out_answers",
        sa.Column("reach_out_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reach_out_answers_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reach_out_id"],
            ["reach_outs.id"],
            name=op.f("fk_reach_out_answers_reach_out_id_reach_outs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reach_out_id", "member_id", name=op.f("pk_reach_out_answers")),
    )
    op.create_table(
        "reach_out_asks",
        sa.Column("reach_out_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reading_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_reach_out_asks_member_id_members"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reach_out_id"],
            ["reach_outs.id"],
            name=op.f("fk_reach_out_asks_reach_out_id_reach_outs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reach_out_id", "member_id", name=op.f("pk_reach_out_asks")),
    )
    op.create_index(op.f("ix_reach_out_asks_member_id"), "reach_out_asks", ["member_id"], unique=False)
    op.create_table(
        "reach_out_steps",
        sa.Column("reach_out_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'passed', 'skipped', 'answered', 'shown', 'ended')",
            name=op.f("ck_reach_out_steps_state"),
        ),
        sa.ForeignKeyConstraint(
            ["reach_out_id"],
            ["reach_outs.id"],
            name=op.f("fk_reach_out_steps_reach_out_id_reach_outs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reach_out_id", "place", name=op.f("pk_reach_out_steps")),
    )


def downgrade() -> None:
    op.drop_table("reach_out_steps")
    op.drop_index(op.f("ix_reach_out_asks_member_id"), table_name="reach_out_asks")
    op.drop_table("reach_out_asks")
    op.drop_table("reach_out_answers")
    op.drop_index(op.f("ix_shifts_series_id"), table_name="shifts")
    op.drop_index(op.f("ix_shifts_member_id"), table_name="shifts")
    op.drop_index("ix_shifts_ends_at_starts_at", table_name="shifts")
    op.drop_table("shifts")
    op.drop_index(op.f("ix_readiness_until"), table_name="readiness")
    op.drop_table("readiness")
    op.drop_index(
        "uq_reach_outs_asker",
        table_name="reach_outs",
        postgresql_where=sa.text("state != 'closed'"),
        sqlite_where=sa.text("state != 'closed'"),
    )
    op.drop_index("ix_reach_outs_state_opened_at", table_name="reach_outs")
    op.drop_index(op.f("ix_reach_outs_claimed_by"), table_name="reach_outs")
    op.drop_table("reach_outs")
