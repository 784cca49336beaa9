"""Room rules and retention, quiet rooms, pins, edit history, and an index of words.

The index of words is no table of the models: a tsvector with its GIN index on PostgreSQL, an FTS5 table on SQLite.
"""

import sqlalchemy as sa
from alembic import op

revision = "rooms_to_live_in"
down_revision = "audit"
branch_labels = None
depends_on = None

PARTIAL = {
    "ix_messages_room_id_seq_removed": (["room_id", "seq"], "removed_at IS NOT NULL"),
    "ix_messages_reply_to": (["reply_to"], "reply_to IS NOT NULL"),
    "ix_messages_room_id_pinned": (["room_id", "pinned_at"], "pinned_at IS NOT NULL"),
}
POSTGRES_WORDS = (
    """
    CREATE TABLE message_words (
        message_id uuid PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
        room_id uuid NOT NULL,
        author_id uuid NOT NULL,
        posted_at timestamptz NOT NULL,
        words tsvector NOT NULL
    )
    """,
    "CREATE INDEX ix_message_words_words ON message_words USING gin (words)",
    "CREATE INDEX ix_message_words_posted_at ON message_words (posted_at, message_id)",
    """
    INSERT INTO message_words
    SELECT id, room_id, author_id, created_at,
        to_tsvector('english', body) || array_to_tsvector(ARRAY['room:' || room_id])
    FROM messages WHERE removed_at IS NULL
    """,
)
SQLITE_WORDS = (
    """
    CREATE VIRTUAL TABLE message_words USING fts5(
        words, message_id, room_id, tokenize = "porter unicode61 remove_diacritics 2"
    )
    """,
    """
    INSERT INTO message_words (words, message_id, room_id)
    SELECT body, id, room_id FROM messages WHERE removed_at IS NULL ORDER BY created_at, seq
    """,
)


def upgrade() -> None:
    op.add_column("rooms", sa.Column("rules", sa.Text(), nullable=False, server_default=""))
    op.add_column("rooms", sa.Column("retention_days", sa.Integer(), nullable=True))
    op.add_column("rooms", sa.Column("cut_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("room_memberships", sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "room_memberships", sa.Column("shows_presence", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("messages", sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_messages_room_id_author_id_seq", "messages", ["room_id", "author_id", "seq"])
    for name, (columns, where) in PARTIAL.items():
        op.create_index(name, "messages", columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))
    op.create_table(
        "message_edits",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_edits_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "rev", name=op.f("pk_message_edits")),
    )
    for statement in POSTGRES_WORDS if op.get_bind().dialect.name == "postgresql" else SQLITE_WORDS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE message_words")
    op.drop_table("message_edits")
    for name in (*PARTIAL, "ix_messages_room_id_author_id_seq"):
        op.drop_index(name, "messages")
    op.drop_column("messages", "pinned_at")
    op.drop_column("room_memberships", "shows_presence")
    op.drop_column("room_memberships", "muted_until")
    for name in ("cut_seq", "retention_days", "rules"):
        op.drop_column("rooms", name)
