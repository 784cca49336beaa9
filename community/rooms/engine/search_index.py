"""Full-text index of messages, and the search in it, limited to what the actor may see now.

The index follows the log: the worker that handles `message.posted` adds new messages, so no author waits for it. Edits
and removals change it in their own transaction. On PostgreSQL it is a table with a GIN index: the planner walks the
newest messages when a word is common, and the index when it is rare. On SQLite it is an FTS5 table. Both hold the words
of `core/tokenizer.py`, so both find the same. The room's id is indexed as one more word, so one query finds both.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, text
from sqlalchemy.orm import Session

from community.core.db import Page
from community.core.errors import BadRequest
from community.core.tokenizer import Term, terms, tokens
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.queries.blocks import blocked_ids
from community.rooms.engine.search_excerpts import ExcerptPart, excerpt
from community.rooms.models import Message
from community.rooms.queries.history import load_messages, to_view
from community.rooms.views import MessageView

_PUT_POSTGRES = """
    INSERT INTO message_words (message_id, room_id, author_id, posted_at, words)
    VALUES (:message_id, :room_id, :author_id, :posted_at, CAST(:words AS tsvector))
    ON CONFLICT (message_id) DO UPDATE SET words = EXCLUDED.words
"""
_KNOWN_SQLITE = "SELECT message_id, rowid FROM message_words WHERE message_words MATCH :ids"
_PUT_SQLITE = "INSERT INTO message_words (words, message_id, room_id) VALUES (:words, :message_id, :room_id)"
_CHANGE_SQLITE = "UPDATE message_words SET words = :words WHERE rowid = :rowid"

_FIND_POSTGRES = """
    SELECT message_id, posted_at FROM message_words
    WHERE words @@ (CAST(:words AS tsquery) && CAST(:rooms AS tsquery))
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
class SearchHit:
    """A message that contains the words, its room's name, and the part of it around the first match."""

    message: MessageView
    room_name: str
    excerpt: tuple[ExcerptPart, ...] = ()


def index_messages(session: Session, *, message_ids: Collection[UUID]) -> None:
    """Index the present text of these messages. Idempotent."""
    _index(session, Message.id.in_(message_ids))


def index_range(uow: UnitOfWork, *, room_id: UUID, first_seq: int, last_seq: int) -> None:
    """Index a range of a room's log. Idempotent."""
    _index(uow.session, and_(Message.room_id == room_id, Message.seq.between(first_seq, last_seq)))


def remove_messages(uow: UnitOfWork, *, message_ids: Sequence[UUID]) -> None:
    """Remove these messages from the index."""
    uow.session.flush()
    if _is_sqlite(uow.session):
        for message_id in message_ids:
            tokens = {"words": f"message_id : {message_id.hex}"}
            uow.session.execute(text("DELETE FROM message_words WHERE message_words MATCH :words"), tokens)
    elif message_ids:
        gone = text("DELETE FROM message_words WHERE message_id = ANY (:ids)")
        uow.session.execute(gone, {"ids": list(message_ids)})


def search(
    ctx: ReadContext, *, query_text: str, rooms: dict[UUID, str], cursor: str | None = None, limit: int = 20
) -> Page[SearchHit]:
    """Return messages that contain all of these words, newest first. `rooms` are the rooms the actor may read now, by
    id.

    Words in quotes are a phrase, and so are words typed without a space between. Raises BadRequest for an unknown
    cursor.
    """
    wanted = terms(query_text)
    if not rooms or not wanted:
        return Page([], None)
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    seek = _find_in_sqlite if _is_sqlite(ctx.session) else _find_in_postgres
    ids, next_cursor = seek(ctx.session, wanted, list(rooms), hidden, cursor, limit)
    views = to_view(ctx, load_messages(ctx.session, Message.id.in_(ids), order=Message.seq, limit=limit)) if ids else []
    by_id = {view.id: view for view in views if not view.removed}
    found = [by_id[one] for one in ids if one in by_id]
    hits = [SearchHit(view, rooms[view.room_id], excerpt(view.body or "", wanted)) for view in found]
    return Page(hits, next_cursor)


def _find_in_postgres(
    session: Session,
    wanted: Sequence[Term],
    rooms: Sequence[UUID],
    hidden: frozenset[UUID],
    cursor: str | None,
    limit: int,
) -> tuple[list[UUID], str | None]:
    before, before_id = _moment(cursor)
    # The plan depends on how common the words are: one made for all words would be wrong for most.
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    rows = session.execute(
        text(_FIND_POSTGRES),
        {
            "words": " & ".join(_as_tsquery(term) for term in wanted),
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
    session: Session,
    wanted: Sequence[Term],
    rooms: Sequence[UUID],
    hidden: frozenset[UUID],
    cursor: str | None,
    limit: int,
) -> tuple[list[UUID], str | None]:
    together = " AND ".join(_as_phrase(term) for term in wanted)
    here = " OR ".join(room_id.hex for room_id in rooms)
    rows = session.execute(
        text(_FIND_SQLITE),
        {
            "words": f"words : ({together}) AND room_id : ({here})",
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
        raise BadRequest("This cursor isn't valid. Start again from the first page.") from error


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 2**62
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise BadRequest("This cursor isn't valid. Start again from the first page.")
    return int(cursor)


def _index(session: Session, which: ColumnElement[bool]) -> None:
    """Index the messages that meet this condition and are not removed.

    FOR SHARE: an edit of one of them waits, and indexes its message anew.
    """
    session.flush()
    query = select(Message.id, Message.room_id, Message.author_id, Message.created_at, Message.body)
    query = query.where(which, Message.removed_at.is_(None)).order_by(Message.seq)
    rows = session.execute(query.with_for_update(read=True)).all()
    if rows:
        put = _put_in_sqlite if _is_sqlite(session) else _put_in_postgres
        put(session, [(row.id, row.room_id, row.author_id, row.created_at, tokens(row.body)) for row in rows])


Row = tuple[UUID, UUID, UUID, datetime, list[str]]


def _put_in_postgres(session: Session, rows: Sequence[Row]) -> None:
    values = [
        {
            "message_id": message_id,
            "room_id": room_id,
            "author_id": author_id,
            "posted_at": posted_at,
            "words": _as_tsvector(room_id, indexed),
        }
        for message_id, room_id, author_id, posted_at, indexed in rows
    ]
    session.execute(text(_PUT_POSTGRES), values)


def _put_in_sqlite(session: Session, rows: Sequence[Row]) -> None:
    """Insert or update rows. An indexed message keeps its row, and so its place in the order of hits."""
    ids = {"ids": f"message_id : ({' OR '.join(row[0].hex for row in rows)})"}
    known: dict[str, int] = dict(session.execute(text(_KNOWN_SQLITE), ids).all())
    new, old = [], []
    for message_id, room_id, _, _, indexed in rows:
        if message_id.hex in known:
            old.append({"words": " ".join(indexed), "rowid": known[message_id.hex]})
        else:
            new.append({"words": " ".join(indexed), "message_id": message_id.hex, "room_id": room_id.hex})
    if old:
        session.execute(text(_CHANGE_SQLITE), old)
    if new:
        session.execute(text(_PUT_SQLITE), new)


def _as_tsvector(room_id: UUID, tokens: Sequence[str]) -> str:
    """Return a tsvector literal. Words hold letters, digits and emoji only: none has to be quoted."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(tokens, 1):
        places[word].append(str(place))
    return " ".join([f"'room:{room_id}'", *(f"'{word}':{','.join(at)}" for word, at in places.items())])


def _as_tsquery(term: Term) -> str:
    phrase = " <-> ".join(f"'{word}'" for word in term.tokens)
    return f"({phrase}:*)" if term.is_prefix else f"({phrase})"


def _as_phrase(term: Term) -> str:
    return f'"{" ".join(term.tokens)}"{" *" if term.is_prefix else ""}'


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
