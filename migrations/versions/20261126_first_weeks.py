"""The first seven days of a member, and who welcomes them."""

import sqlalchemy as sa
from alembic import op

revision = "first_weeks"
down_revision = "quiet"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "first_weeks",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("greeter_id", sa.Uuid(), nullable=True),
        sa.Column("hello_room_id", sa.Uuid(), nullable=True),
        sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("companion_id", sa.Uuid(), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["companion_id"], ["members.id"], name=op.f("fk_first_weeks_companion_id_members")),
        sa.ForeignKeyConstraint(["greeter_id"], ["members.id"], name=op.f("fk_first_weeks_greeter_id_members")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_first_weeks_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_first_weeks")),
    )
    op.create_index(op.f("ix_first_weeks_companion_id"), "first_weeks", ["companion_id"], unique=False)
    op.create_index(op.f("ix_first_weeks_ends_at"), "first_weeks", ["ends_at"], unique=False)
    op.create_index(op.f("ix_first_weeks_greeter_id"), "first_weeks", ["greeter_id"], unique=False)
    op.create_index(op.f("ix_first_weeks_occurrence_id"), "first_weeks", ["occurrence_id"], unique=False)
    op.create_table(
        "greeters",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_greeters_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_greeters")),
    )


def downgrade() -> None:
    op.drop_table("greeters")
    op.drop_index(op.f("ix_first_weeks_occurrence_id"), table_name="first_weeks")
    op.drop_index(op.f("ix_first_weeks_greeter_id"), table_name="first_weeks")
    op.drop_index(op.f("ix_first_weeks_ends_at"), table_name="first_weeks")
    op.drop_index(op.f("ix_first_weeks_companion_id"), table_name="first_weeks")
    op.drop_table("first_weeks")
