"""A room's log as it is read: history, what a socket missed, what is new, each message as this viewer may see it.

There is one way to read on from a place in the log (`after`), and history by scripts, the answer to `room.open` and
the pushes to open rooms all come from here. A place is two numbers: the last post somebody has (`seq`) and the last
change they know of (`rev`). What follows it are the changes to posts they have, by `rev`, and the posts they have
not, by `seq`. When the changes alone fill a page, only they are given: whoever goes on from the largest `rev` they
got has then missed nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, or_, select, union
from sqlalchemy.orm import Session

from community.core.schemas import rfc3339
from community.core.text import as_json
from community.core.unit_of_work import Reading
from community.members.models import Block, Member, NoContact
from community.members.queries import is_active, kept_apart
from community.rooms import access, rules
from community.rooms.models import Message, MessageReaction, Room, RoomMembership

NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Author:
    """Who wrote something."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class Sign:
    """One emoji under a message and who put it there."""

    emoji: str
    count: int
    member_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class MessageView:
    """A message as it is now; a tombstone has no author, no words, and nothing that tells why."""

    id: UUID
    room_id: UUID
    seq: int
    rev: int
    client_msg_id: str | None
    author: Author | None
    body: str | None
    reply_to: UUID | None
    created_at: datetime
    edited_at: datetime | None
    removed: bool
    reactions: tuple[Sign, ...] = ()
    pinned: bool = False

    @property
    def people(self) -> frozenset[UUID]:
        """Everybody who shows in it."""
        shown = {member_id for sign in self.reactions for member_id in sign.member_ids}
        return frozenset(shown | {self.author.id}) if self.author else frozenset(shown)

    def without(self, hidden: frozenset[UUID]) -> "MessageView":
        """The message for somebody who is kept apart from these: by one of them it is as good as removed."""
        if self.author is not None and self.author.id in hidden:
            return self.tombstone()
        if not hidden & self.people:
            return self
        signs = []
        for sign in self.reactions:
            left = tuple(member_id for member_id in sign.member_ids if member_id not in hidden)
            if left:
                signs.append(Sign(sign.emoji, len(left), left))
        return replace(self, reactions=tuple(signs))

    def tombstone(self) -> "MessageView":
        """What is left of it."""
        return replace(
            self,
            client_msg_id=None,
            author=None,
            body=None,
            reply_to=None,
            edited_at=None,
            removed=True,
            reactions=(),
            pinned=False,
        )


@dataclass(frozen=True)
class Stretch:
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
        """Everybody who shows in it."""
        return frozenset(person for view in (*self.messages, *self.changes) for person in view.people)

    def in_order(self) -> Iterator[MessageView]:
        """Posts by `seq`, each after the changes that came before it: safe to lose the tail of, wherever it tears."""
        waiting = list(reversed(self.changes))
        for message in self.messages:
            while waiting and waiting[-1].rev < message.rev:
                yield waiting.pop()
            yield message
        yield from reversed(waiting)


def after(
    session: Session, room_id: UUID, *, seq: int | None, rev: int | None, limit: int = rules.LONGEST_PAGE
) -> Stretch | None:
    """What follows a place in a room's log, as nobody in particular sees it; nothing for a room that is not there.

    Without `seq` it is the newest `limit` posts; without `rev` no changes. All of it is one snapshot.
    """
    one_snapshot(session)
    row = session.execute(
        select(Room.head_seq, Room.head_rev, Room.audience_version, Room.cut_seq).where(Room.id == room_id)
    ).one_or_none()
    if row is None:
        return None
    changes: list[MessageView] = []
    here = and_(Message.room_id == room_id, Message.seq > row.cut_seq)
    if seq is not None and rev is not None and rev < row.head_rev:
        changes = messages(
            session, and_(here, Message.rev > rev, Message.seq <= seq), order=Message.rev, limit=limit + 1
        )
    if seq is not None and rev is not None and len(changes) > limit:
        changes = changes[:limit]
        return _stretch(row, (), changes, more=True, upto=(seq, changes[-1].rev))
    start = max(row.head_seq - limit if seq is None else seq, row.cut_seq)
    posts: list[MessageView] = []
    if start < row.head_seq:
        posts = messages(session, and_(here, Message.seq > start), order=Message.seq, limit=limit)
    upto_seq = posts[-1].seq if posts else start
    return _stretch(row, posts, changes, more=upto_seq < row.head_seq, upto=(upto_seq, row.head_rev))


def history(
    look: Reading, *, room_id: UUID, after_seq: int | None = None, before_seq: int | None = None, limit: int = 50
) -> tuple[list[MessageView], int, int]:
    """Messages of a room the actor is in, ascending, with the newest and the oldest `seq` there is.

    Bounds are exclusive; the newest when there is no lower one. Raises NotFound.
    """
    room = access.room_to_see(look, room_id)
    bounds: list[ColumnElement[bool]] = [Message.room_id == room_id, Message.seq > room.cut_seq]
    bounds += [Message.seq > after_seq] if after_seq is not None else []
    bounds += [Message.seq < before_seq] if before_seq is not None else []
    upwards = after_seq is not None
    found = messages(look.session, and_(*bounds), order=Message.seq if upwards else Message.seq.desc(), limit=limit)
    views = as_seen(look, found if upwards else found[::-1])
    return views, room.head_seq, oldest_seq(room.head_seq, room.cut_seq)


def messages(
    session: Session, condition: ColumnElement[bool], *, order: ColumnElement[int] | object, limit: int
) -> list[MessageView]:
    """Messages with their authors and signs, removed ones as tombstones."""
    rows = session.execute(
        select(Message, Member.handle)
        .join(Member, Member.id == Message.author_id)
        .where(condition)
        .order_by(order)  # type: ignore[arg-type]  # a column or its descending order
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    signs = _signs(session, [row.id for row, _ in rows if row.removed_at is None])
    return [view_of(row, handle, signs.get(row.id, ())) for row, handle in rows]


def view_of(row: Message, handle: str, reactions: tuple[Sign, ...] = ()) -> MessageView:
    """A row as a view; a removed one as a tombstone."""
    view = MessageView(
        id=row.id,
        room_id=row.room_id,
        seq=row.seq,
        rev=row.rev,
        client_msg_id=row.client_msg_id,
        author=Author(row.author_id, handle),
        body=row.body,
        reply_to=row.reply_to,
        created_at=row.created_at,
        edited_at=row.edited_at,
        removed=row.removed_at is not None,
        reactions=reactions,
        pinned=row.pinned_at is not None,
    )
    return view.tombstone() if view.removed else view


def as_seen(look: Reading, views: Sequence[MessageView]) -> list[MessageView]:
    """Messages as the actor may see them."""
    hidden = kept_apart(look.session, look.actor.id)
    return [view.without(hidden) for view in views]


def audience(look: Reading, room_id: UUID) -> frozenset[UUID]:
    """Everybody who may be shown this room now."""
    return frozenset(
        look.session.scalars(
            select(RoomMembership.member_id)
            .join(Member, Member.id == RoomMembership.member_id)
            .where(
                RoomMembership.room_id == room_id,
                is_active(look.now),
                ~access.is_sanctioned(look, "room_ban", RoomMembership.member_id, RoomMembership.room_id),
            )
        )
    )


def apart(session: Session, people: Iterable[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """For every member who must not meet some of these people: which of them."""
    ids = set(people)
    if not ids:
        return {}
    hidden: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other in session.connection().execute(APART, {"people": list(ids)}):
        if one in ids:
            hidden[other].add(one)
        if other in ids:
            hidden[one].add(other)
    return {viewer: frozenset(others) for viewer, others in hidden.items()}


_PEOPLE: BindParameter[UUID] = bindparam("people", expanding=True)
APART = union(
    select(Block.blocker_id, Block.blocked_id).where(or_(Block.blocker_id.in_(_PEOPLE), Block.blocked_id.in_(_PEOPLE))),
    select(NoContact.first_id, NoContact.second_id).where(
        or_(NoContact.first_id.in_(_PEOPLE), NoContact.second_id.in_(_PEOPLE)), NoContact.ended_at.is_(None)
    ),
)


def apart_from(session: Session, viewers: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For each of these members who must not meet somebody: whom."""
    ids = set(viewers)
    hidden: dict[UUID, set[UUID]] = defaultdict(set)
    for other, theirs in apart(session, ids).items():
        for viewer in theirs:
            hidden[viewer].add(other)
    return {viewer: frozenset(others) for viewer, others in hidden.items()}


def heads(session: Session, rooms: Iterable[UUID]) -> dict[UUID, tuple[int, int, int]]:
    """How far the logs of these rooms go, and under which audience: (seq, rev, audience_version)."""
    columns = (Room.id, Room.head_seq, Room.head_rev, Room.audience_version)
    return {
        row[0]: (row[1], row[2], row[3]) for row in session.execute(select(*columns).where(Room.id.in_(set(rooms))))
    }


def message_json(view: MessageView) -> str:
    """A message as `MessageSchema` dumps it, ready for a frame: this is written for every message that is shown."""
    return as_json(
        {
            "id": str(view.id),
            "room_id": str(view.room_id),
            "seq": view.seq,
            "rev": view.rev,
            "client_msg_id": view.client_msg_id,
            "author": {"id": str(view.author.id), "handle": view.author.handle} if view.author else None,
            "body": view.body,
            "reply_to": str(view.reply_to) if view.reply_to else None,
            "created_at": rfc3339(view.created_at),
            "edited_at": rfc3339(view.edited_at) if view.edited_at else None,
            "removed": view.removed,
            "reactions": [
                {"emoji": sign.emoji, "count": sign.count, "member_ids": [str(one) for one in sign.member_ids]}
                for sign in view.reactions
            ],
            "pinned": view.pinned,
        }
    )


def oldest_seq(head_seq: int, cut_seq: int) -> int:
    """The oldest post there is; 0 in an empty room. What stood before it, retention took."""
    return cut_seq + 1 if head_seq > cut_seq else 0


def one_snapshot(session: Session) -> None:
    """Let all reads of this session see the same moment. SQLite does so anyway; must come before the first read."""
    if session.get_bind().dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _signs(session: Session, message_ids: Sequence[UUID]) -> dict[UUID, tuple[Sign, ...]]:
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
        message_id: tuple(Sign(emoji, len(members), tuple(members)) for emoji, members in signs.items())
        for message_id, signs in by_message.items()
    }


def _stretch(
    row: Row[int, int, int, int],
    posts: Sequence[MessageView],
    changes: Sequence[MessageView],
    *,
    more: bool,
    upto: tuple[int, int],
) -> Stretch:
    head_seq, head_rev, audience_version, cut_seq = row
    return Stretch(
        head_seq=head_seq,
        head_rev=head_rev,
        audience_version=audience_version,
        oldest_seq=oldest_seq(head_seq, cut_seq),
        messages=tuple(posts),
        changes=tuple(changes),
        more=more,
        upto_seq=upto[0],
        upto_rev=upto[1],
    )


def message(look: Reading, message_id: UUID) -> MessageView:
    """One message as the actor sees it now. For after an action on it."""
    look.session.flush()
    found = messages(look.session, Message.id == message_id, order=Message.seq, limit=1)
    return as_seen(look, found)[0]
