"""Whom a message names is stored when it is posted; messages from before are looked through by a worker, newest first."""

import sqlalchemy as sa
from alembic import op

revision = "message_mentions"
down_revision = "sealed_profiles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_mentions",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_mentions_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_message_mentions_member_id_members"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "member_id", name=op.f("pk_message_mentions")),
    )
    op.create_index(op.f("ix_message_mentions_member_id"), "message_mentions", ["member_id"])
    # What is still to be done for all messages that stood before: a row for each such work, and how far it is.
    op.create_table(
        "message_backfills",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("before", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_message_backfills")),
    )
    first = sa.table("message_backfills", sa.column("name", sa.String), sa.column("before", sa.Uuid()))
    if op.get_bind().execute(sa.text("SELECT id FROM messages LIMIT 1")).first() is not None:
        op.bulk_insert(first, [{"name": "mentions", "before": sa.Uuid().python_type(int=2**128 - 1)}])


def downgrade() -> None:
    op.drop_table("message_backfills")
    op.drop_table("message_mentions")
