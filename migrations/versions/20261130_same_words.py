"""Search finds the same on both databases: the index holds words that the program has cut up itself.

What is indexed already keeps its row; a worker puts the new words into it in batches, newest first. Until it has come to
a message, the message is found by the plain words in it.
"""

import sqlalchemy as sa
from alembic import op

revision = "same_words"
down_revision = "message_mentions"
branch_labels = None
depends_on = None

OLD_POSTGRES = """
    UPDATE message_words SET words = to_tsvector('english', body) || array_to_tsvector(ARRAY['room:' || messages.room_id])
    FROM messages WHERE messages.id = message_words.message_id
"""


def _make_sqlite(tokenize: str) -> None:
    """Make the table of words anew, with its rows under their own numbers: they say which is newer."""
    op.execute(f"CREATE VIRTUAL TABLE words_anew USING fts5(words, message_id, room_id, tokenize = '{tokenize}')")
    op.execute(
        "INSERT INTO words_anew (rowid, words, message_id, room_id) "
        "SELECT message_words.rowid, body, message_id, message_words.room_id "
        "FROM message_words JOIN messages ON messages.id = message_id ORDER BY message_words.rowid"
    )
    op.execute("DROP TABLE message_words")
    op.execute("ALTER TABLE words_anew RENAME TO message_words")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_sqlite("ascii")
    if op.get_bind().execute(sa.text("SELECT id FROM messages LIMIT 1")).first() is not None:
        to_do = sa.table("message_backfills", sa.column("name", sa.String), sa.column("before", sa.Uuid()))
        op.bulk_insert(to_do, [{"name": "words", "before": sa.Uuid().python_type(int=2**128 - 1)}])


def downgrade() -> None:
    op.execute("DELETE FROM message_backfills WHERE name = 'words'")
    if op.get_bind().dialect.name == "sqlite":
        _make_sqlite("porter unicode61 remove_diacritics 2")
    else:
        op.execute(OLD_POSTGRES)
