"""A room's log: history, what a socket missed, and each message as its viewer may see it.

`read_after` is the one way to read on from a place in the log: history by scripts, the answer to `room.open` and the
pushes to open rooms all use it. A place is two numbers: the last post a client has (`seq`) and the last change it knows
(`rev`). After it come the changes to posts the client has, by `rev`, and the posts it lacks, by `seq`. When the changes
alone fill a page, only they are returned: a client that goes on from the largest `rev` it got has then missed nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, select
from sqlalchemy.orm import Session

from community.core.unit_of_work import ReadContext
from community.members.models import Member
from community.members.queries.blocks import blocked_ids
from community.rooms import access
from community.rooms.engine import mentions
from community.rooms.models import Message, MessageReaction, Room
from community.rooms.rules import messages as messages_rules
from community.rooms.views import MessageView, Reaction, view_of

NO_ONE: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class LogSlice:
    """A part of a room's log after a place, and how far the log goes.

    `upto_seq` and `upto_rev` are the place after it.
    """

    head_seq: int
    head_rev: int
    audience_version: int
    oldest_seq: int
    messages: tuple[MessageView, ...]
    changes: tuple[MessageView, ...]
    more: bool
    upto_seq: int
    upto_rev: int

    @property
    def people(self) -> frozenset[UUID]:
        """Return the members who appear in it."""
        return frozenset(person for view in (*self.messages, *self.changes) for person in view.people)

    def in_order(self) -> Iterator[MessageView]:
        """Yield posts by `seq`, each after the changes that came before it. A reader may stop anywhere."""
        waiting = list(reversed(self.changes))
        for message in self.messages:
            while waiting and waiting[-1].rev < message.rev:
                yield waiting.pop()
            yield message
        yield from reversed(waiting)


def read_after(
    session: Session, room_id: UUID, *, seq: int | None, rev: int | None, limit: int = messages_rules.MAX_PAGE_SIZE
) -> LogSlice | None:
    """Return what follows a place in a room's log, not yet filtered for a viewer. None for an unknown room.

    Without `seq` it is the newest `limit` posts; without `rev` no changes. All of it is one snapshot.
    """
    one_snapshot(session)
    row = session.execute(
        select(Room.head_seq, Room.head_rev, Room.audience_version, Room.purged_through_seq).where(Room.id == room_id)
    ).one_or_none()
    if row is None:
        return None
    changes: list[MessageView] = []
    here = and_(Message.room_id == room_id, Message.seq > row.purged_through_seq)
    if seq is not None and rev is not None and rev < row.head_rev:
        changes = load_messages(
            session, and_(here, Message.rev > rev, Message.seq <= seq), order=Message.rev, limit=limit + 1
        )
    if seq is not None and rev is not None and len(changes) > limit:
        changes = changes[:limit]
        return _stretch(row, (), changes, more=True, upto=(seq, changes[-1].rev))
    start = max(row.head_seq - limit if seq is None else seq, row.purged_through_seq)
    posts: list[MessageView] = []
    if start < row.head_seq:
        posts = load_messages(session, and_(here, Message.seq > start), order=Message.seq, limit=limit)
    upto_seq = posts[-1].seq if posts else start
    return _stretch(row, posts, changes, more=upto_seq < row.head_seq, upto=(upto_seq, row.head_rev))


def history(
    ctx: ReadContext, *, room_id: UUID, after_seq: int | None = None, before_seq: int | None = None, limit: int = 50
) -> tuple[list[MessageView], int, int]:
    """Return messages of a room the actor is in, ascending, with the newest and the oldest `seq` of the room.

    Bounds are exclusive. Without a lower one, the newest messages. Raises NotFound.
    """
    room = access.room_to_see(ctx, room_id)
    bounds: list[ColumnElement[bool]] = [Message.room_id == room_id, Message.seq > room.purged_through_seq]
    bounds += [Message.seq > after_seq] if after_seq is not None else []
    bounds += [Message.seq < before_seq] if before_seq is not None else []
    upwards = after_seq is not None
    found = load_messages(ctx.session, and_(*bounds), order=Message.seq if upwards else Message.seq.desc(), limit=limit)
    views = to_view(ctx, found if upwards else found[::-1])
    return views, room.head_seq, oldest_seq(room.head_seq, room.purged_through_seq)


def load_messages(
    session: Session, condition: ColumnElement[bool], *, order: ColumnElement[int] | object, limit: int
) -> list[MessageView]:
    """Return messages with their authors and reactions, removed ones as tombstones. Not yet filtered for a viewer."""
    rows = session.execute(
        select(Message, Member.handle)
        .join(Member, Member.id == Message.author_id)
        .where(condition)
        .order_by(order)  # type: ignore[arg-type]  # a column or its descending order
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    standing = [row for row, _ in rows if row.removed_at is None]
    signs = _signs(session, [row.id for row in standing])
    named = mentions.mentions_of(session, [row.id for row in standing if "@" in row.body])
    return [view_of(row, handle, signs.get(row.id, ()), named.get(row.id, ())) for row, handle in rows]


def to_view(ctx: ReadContext, views: Sequence[MessageView]) -> list[MessageView]:
    """Return messages as the actor may see them."""
    hidden = blocked_ids(ctx.session, ctx.actor.id)
    return [view.without(hidden) for view in views]


def log_heads(session: Session, rooms: Iterable[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """Return how far the logs of these rooms go, and under which audience: (seq, rev, audience_version)."""
    columns = (Room.id, Room.head_seq, Room.head_rev, Room.audience_version)
    return {
        row[0]: (row[1], row[2], row[3]) for row in session.execute(select(*columns).where(Room.id.in_(set(rooms))))
    }


def oldest_seq(head_seq: int, purged_through_seq: int) -> int:
    """Return the `seq` of the oldest post that retention left; 0 in an empty room."""
    return purged_through_seq + 1 if head_seq > purged_through_seq else 0


def one_snapshot(session: Session) -> None:
    """Make all reads of this session see one moment. Call it before the first read. SQLite does so by itself."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _signs(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, tuple[Reaction, ...]]:
    if not message_ids:
        return {}
    rows = session.execute(
        select(MessageReaction.message_id, MessageReaction.emoji, MessageReaction.member_id)
        .where(MessageReaction.message_id.in_(message_ids))
        .order_by(MessageReaction.created_at, MessageReaction.emoji, MessageReaction.member_id)
    )
    by_message: dict[UUID, dict[str, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for message_id, emoji, member_id in rows:
        by_message[message_id][emoji].append(member_id)
    return {
        message_id: tuple(Reaction(emoji, len(members), tuple(members)) for emoji, members in signs.items())
        for message_id, signs in by_message.items()
    }


def _stretch(
    row: Row[int, int, int, int],
    posts: Sequence[MessageView],
    changes: Sequence[MessageView],
    *,
    more: bool,
    upto: tuple[int, int],
) -> LogSlice:
    head_seq, head_rev, audience_version, purged_through_seq = row
    return LogSlice(
        head_seq=head_seq,
        head_rev=head_rev,
        audience_version=audience_version,
        oldest_seq=oldest_seq(head_seq, purged_through_seq),
        messages=tuple(posts),
        changes=tuple(changes),
        more=more,
        upto_seq=upto[0],
        upto_rev=upto[1],
    )
