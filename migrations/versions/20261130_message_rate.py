"""What an author posted lately is counted with every batch of messages, so it is found by an index."""

from alembic import op

revision = "message_rate"
down_revision = "block_handles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_messages_author_id_created_at", "messages", ["author_id", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_messages_author_id_created_at", table_name="messages")
