"""Check-ins, how often somebody is asked, and what helps them."""

import sqlalchemy as sa
from alembic import op

revision = "check_ins"
down_revision = "reach_outs"
branch_labels = None
depends_on = None

SHARED = sa.text("audience != 'only_me'")


def upgrade() -> None:
    op.create_table(
        "check_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("audience", sa.String(length=11), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("helped", sa.String(length=4), nullable=False),
        sa.CheckConstraint(
            "audience IN ('only_me', 'buddy', 'coordinator', 'trend')", name=op.f("ck_check_ins_audience")
        ),
        sa.CheckConstraint("helped IN ('open', 'said')", name=op.f("ck_check_ins_helped")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_check_ins_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
    )
    op.create_index("ix_check_ins_member_id_made_at_id", "check_ins", ["member_id", "made_at", "id"])
    op.create_index(
        "ix_check_ins_audience",
        "check_ins",
        ["audience", "made_at"],
        postgresql_where=SHARED,
        sqlite_where=SHARED,
    )
    op.create_table(
        "check_in_rhythms",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("every", sa.String(length=9), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("tells_buddy", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.SmallInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("every IN ('day', 'week', 'two_weeks', 'never')", name=op.f("ck_check_in_rhythms_every")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_check_in_rhythms_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_check_in_rhythms")),
    )
    op.create_index(op.f("ix_check_in_rhythms_next_at"), "check_in_rhythms", ["next_at"])
    op.create_table(
        "what_helps",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_what_helps_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_what_helps")),
    )


def downgrade() -> None:
    op.drop_table("what_helps")
    op.drop_index(op.f("ix_check_in_rhythms_next_at"), table_name="check_in_rhythms")
    op.drop_table("check_in_rhythms")
    op.drop_index("ix_check_ins_audience", table_name="check_ins", postgresql_where=SHARED, sqlite_where=SHARED)
    op.drop_index("ix_check_ins_member_id_made_at_id", table_name="check_ins")
    op.drop_table("check_ins")
