"""What coordinators have to do."""

import sqlalchemy as sa
from alembic import op

revision = "coordinator_tasks"
down_revision = "buddies_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coordinator_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["taken_by"], ["members.id"], name=op.f("fk_coordinator_tasks_taken_by_members")),
        sa.ForeignKeyConstraint(["done_by"], ["members.id"], name=op.f("fk_coordinator_tasks_done_by_members")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinator_tasks")),
    )
    op.create_index(op.f("ix_coordinator_tasks_done_at"), "coordinator_tasks", ["done_at"])
    op.create_index(
        "uq_coordinator_tasks_open",
        "coordinator_tasks",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "coordinator_tasks_hidden",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["coordinator_tasks.id"],
            name=op.f("fk_coordinator_tasks_hidden_task_id_coordinator_tasks"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_coordinator_tasks_hidden_member_id_members"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("task_id", "member_id", name=op.f("pk_coordinator_tasks_hidden")),
    )


def downgrade() -> None:
    op.drop_table("coordinator_tasks_hidden")
    op.drop_table("coordinator_tasks")
