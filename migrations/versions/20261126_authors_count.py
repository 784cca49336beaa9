"""A message knows how many its author had written in the room with it: what is one's own is counted by two looks."""

import sqlalchemy as sa
from alembic import op

revision = "authors_count"
down_revision = "mutes_that_end"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("author_seq", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE messages SET author_seq = counted.place FROM (SELECT id AS message_id, row_number() OVER "
        "(PARTITION BY room_id, author_id ORDER BY seq) AS place FROM messages) AS counted "
        "WHERE messages.id = counted.message_id"
    )


def downgrade() -> None:
    op.drop_column("messages", "author_seq")
