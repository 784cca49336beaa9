"""Finding what was said: the index of words, and looking into it, limited to what the actor may see now.

The index follows the log: new messages come in with the worker that handles `message.posted`, so nobody waits for it
who writes; changed words and removals are in the transaction that changes them. It is a table with a GIN index on
PostgreSQL, whose planner walks the newest messages when a word is common and the index when it is rare; on SQLite it
is an FTS5 table. A room's id stands in it as one more word, so that both find in one step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from community.core.db import Page
from community.core.errors import Malformed
from community.core.unit_of_work import Reading, UnitOfWork
from community.members.queries.apart import kept_apart
from community.rooms import rules
from community.rooms.models import Message
from community.rooms.queries.log import as_seen, messages
from community.rooms.views import MessageView

# FOR SHARE: words that change meanwhile wait, and are then found anew by who changes them.
_INDEX_POSTGRES = """
    INSERT INTO message_words (message_id, room_id, author_id, posted_at, words)
    SELECT id, room_id, author_id, created_at,
        to_tsvector('english', body) || array_to_tsvector(ARRAY['room:' || room_id])
    FROM messages WHERE removed_at IS NULL AND {which} FOR SHARE
    ON CONFLICT (message_id) DO UPDATE SET words = EXCLUDED.words
"""
_INDEX_SQLITE = """
    INSERT INTO message_words (words, message_id, room_id)
    SELECT body, id, room_id FROM messages WHERE removed_at IS NULL AND {which} ORDER BY seq
"""
_BY_ID = "id = :message_id"
# What somebody changed before it was first taken in stands there already, with its present words.
_NOT_THERE = """id NOT IN (
    SELECT message_id FROM message_words WHERE message_words MATCH (
        SELECT 'message_id : (' || group_concat(id, ' OR ') || ')' FROM messages WHERE {which}))
"""
_BY_PLACE = "room_id = :room_id AND seq BETWEEN :first_seq AND :last_seq"

_FIND_POSTGRES = """
    SELECT message_id, posted_at FROM message_words
    WHERE numnode(websearch_to_tsquery('english', :words)) > 0 -- nothing but words like "or" and "the" finds nothing
        AND words @@ (websearch_to_tsquery('english', :words) && CAST(:rooms AS tsquery))
        AND author_id <> ALL (:hidden) AND (posted_at, message_id) < (:before, :before_id)
    ORDER BY posted_at DESC, message_id DESC LIMIT :limit
"""
_FIND_SQLITE = """
    SELECT message_id, message_words.rowid FROM message_words JOIN messages ON messages.id = message_id
    WHERE message_words MATCH :words AND author_id NOT IN (SELECT value FROM json_each(:hidden))
        AND message_words.rowid < :before
    ORDER BY message_words.rowid DESC LIMIT :limit
"""


@dataclass(frozen=True)
class Found:
    """A message that has the words, and the room it stands in."""

    message: MessageView
    room_name: str


def index(uow: UnitOfWork, *, message_ids: Sequence[UUID]) -> None:
    """Take the present words of these messages into the index, instead of older ones."""
    uow.session.flush()
    if _is_sqlite(uow.session):
        forget(uow, message_ids=message_ids)
    for message_id in message_ids:
        _take_in(uow.session, _BY_ID, {"message_id": message_id})


def index_range(uow: UnitOfWork, *, room_id: UUID, first_seq: int, last_seq: int) -> None:
    """The same for a stretch of a room's log. Twice is once."""
    which = f"{_BY_PLACE} AND {_NOT_THERE.format(which=_BY_PLACE)}" if _is_sqlite(uow.session) else _BY_PLACE
    _take_in(uow.session, which, {"room_id": room_id, "first_seq": first_seq, "last_seq": last_seq})


def forget(uow: UnitOfWork, *, message_ids: Sequence[UUID]) -> None:
    """Find these messages no more."""
    uow.session.flush()
    if _is_sqlite(uow.session):
        for message_id in message_ids:
            words = {"words": f"message_id : {message_id.hex}"}
            uow.session.execute(text("DELETE FROM message_words WHERE message_words MATCH :words"), words)
    elif message_ids:
        gone = text("DELETE FROM message_words WHERE message_id = ANY (:ids)")
        uow.session.execute(gone, {"ids": list(message_ids)})


def find(
    look: Reading, *, words: str, rooms: dict[UUID, str], cursor: str | None = None, limit: int = 20
) -> Page[Found]:
    """Messages with all of these words in these rooms, newest first. `rooms` are those the actor may see now, by name.

    Words in quotes stand together. Raises Malformed for a foreign cursor.
    """
    if not rooms or not rules.search_terms(words):
        return Page([], None)
    hidden = kept_apart(look.session, look.actor.id)
    seek = _find_in_sqlite if _is_sqlite(look.session) else _find_in_postgres
    ids, next_cursor = seek(look.session, words, list(rooms), hidden, cursor, limit)
    views = as_seen(look, messages(look.session, Message.id.in_(ids), order=Message.seq, limit=limit)) if ids else []
    by_id = {view.id: view for view in views if not view.removed}
    found = [Found(by_id[one], rooms[by_id[one].room_id]) for one in ids if one in by_id]
    return Page(found, next_cursor)


def _find_in_postgres(
    session: Session, words: str, rooms: Sequence[UUID], hidden: frozenset[UUID], cursor: str | None, limit: int
) -> tuple[list[UUID], str | None]:
    before, before_id = _moment(cursor)
    # The plan depends on how common the words are: one made for all words would be wrong for most.
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    rows = session.execute(
        text(_FIND_POSTGRES),
        {
            "words": " ".join(f'"{term}"' for term in rules.search_terms(words)),
            "rooms": " | ".join(f"'room:{room_id}'" for room_id in rooms),
            "hidden": list(hidden),
            "before": before,
            "before_id": before_id,
            "limit": limit + 1,
        },
    ).all()
    shown = rows[:limit]
    more = len(rows) > limit
    return [
        row.message_id for row in shown
    ], f"{shown[-1].posted_at.isoformat()}_{shown[-1].message_id}" if more else None


def _find_in_sqlite(
    session: Session, words: str, rooms: Sequence[UUID], hidden: frozenset[UUID], cursor: str | None, limit: int
) -> tuple[list[UUID], str | None]:
    terms = " AND ".join(f'"{term}"' for term in rules.search_terms(words))
    here = " OR ".join(room_id.hex for room_id in rooms)
    rows = session.execute(
        text(_FIND_SQLITE),
        {
            "words": f"words : ({terms}) AND room_id : ({here})",
            "hidden": "[" + ",".join(f'"{one.hex}"' for one in hidden) + "]",
            "before": _number(cursor),
            "limit": limit + 1,
        },
    ).all()
    shown = rows[:limit]
    return [UUID(row.message_id) for row in shown], str(shown[-1].rowid) if len(rows) > limit else None


def _moment(cursor: str | None) -> tuple[datetime, UUID]:
    if cursor is None:
        return datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1)
    moment, _, message_id = cursor.partition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(message_id)
    except (ValueError, OverflowError) as error:
        raise Malformed("The cursor is not one of ours.") from error


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 2**62
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise Malformed("The cursor is not one of ours.")
    return int(cursor)


def _take_in(session: Session, which: str, values: dict[str, Any]) -> None:
    if _is_sqlite(session):
        values = {name: value.hex if isinstance(value, UUID) else value for name, value in values.items()}
    query = _INDEX_SQLITE if _is_sqlite(session) else _INDEX_POSTGRES
    session.execute(text(query.format(which=which)), values)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
