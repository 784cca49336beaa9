"""Batches of posts, as one group commit processes them inside its transaction.

Everything is read once for the batch, decided post by post, and inserted with as few statements as there are tables.
The reasons to refuse a post are in `post_checks.py`. `message_writer.py` collects and commits the batches.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from community.core.errors import AppError, Conflict, ValidationFailed
from community.core.ids import day_id
from community.core.unit_of_work import Actor, UnitOfWork
from community.members.queries.blocks import blocked_ids
from community.rooms.engine import mentions
from community.rooms.engine.earlier_messages import reply_targets, stored_messages
from community.rooms.engine.member_status import (
    KnownRoom,
    MemberStatus,
    MemberStatuses,
    load_last_post_times,
    locked_rooms,
    member_statuses,
    note_posts,
)
from community.rooms.engine.message_rate import Limit, recent_messages
from community.rooms.engine.post_checks import danger_quota_refusal, lock_quotas, posting_refusal, visibility_refusal
from community.rooms.events import MessagePosted
from community.rooms.models import Message, MessageMention, Room
from community.rooms.queries import visibility
from community.rooms.rules import messages as messages_rules
from community.rooms.views import Author, MessageView

_EARLIER = aliased(Message)
# Under the room's lock: no other message of this author comes between.
INSERT_MESSAGES = insert(Message).values(
    author_seq=func.coalesce(
        select(_EARLIER.author_seq)
        .where(_EARLIER.room_id == bindparam("of_room"), _EARLIER.author_id == bindparam("of_author"))
        .order_by(_EARLIER.seq.desc())
        .limit(1)
        .scalar_subquery(),
        0,
    )
    + 1
)
MOVE_HEADS = (
    update(Room).where(Room.id == bindparam("this")).values(head_seq=bindparam("seq"), head_rev=bindparam("rev"))
)


class IdempotencyConflict(Conflict):
    """A client used a message id again for another message."""

    code = "idempotency_conflict"
    message = "This message id was already used for another message."


@dataclass(frozen=True)
class Posted:
    """A stored message. `duplicate`: the request repeats an earlier one."""

    message: MessageView
    duplicate: bool


class Place(NamedTuple):
    """A message's place in its room's log."""

    seq: int
    rev: int


@dataclass(frozen=True)
class CommittedMessages:
    """Messages that one commit added to a room, in order, and by viewer the authors who are hidden from them."""

    room_id: UUID
    audience_version: int
    first_rev: int
    messages: tuple[MessageView, ...]
    hidden: Mapping[UUID, frozenset[UUID]]


@dataclass(eq=False)
class PostRequest:
    """A request to post a message. `done` is called once `answer` is set; it must not block."""

    actor: Actor
    room_id: UUID
    client_msg_id: str
    body: str
    reply_to: UUID | None = None
    done: Callable[["PostRequest"], None] = lambda post: None
    answer: Posted | AppError | None = None
    request_hash: str = field(init=False)
    wanted: mentions.MentionCandidates = field(init=False)
    named: mentions.ResolvedMentions | None = None

    def __post_init__(self) -> None:
        self.request_hash = messages_rules.request_hash(room_id=self.room_id, body=self.body, reply_to=self.reply_to)
        self.wanted = mentions.find_candidates(self.body)


def resolve_mentions(session: Session, batch: Sequence[PostRequest]) -> None:
    """Set the members whom each post names. Only reads: call it before the write transaction, in its own session."""
    found = mentions.resolve(session, [(post.room_id, post.wanted) for post in batch])
    for post, named in zip(batch, found, strict=True):
        post.named = named


def write_batch(
    uow: UnitOfWork, batch: Sequence[PostRequest], *, limit: Limit | None = None
) -> list[CommittedMessages]:
    """Decide each post, insert the new messages, and return what was added to each room. Sets every post's `answer`.

    `limit` is the message rate of each member, if there is one. Locks the rooms, then quotas, then message rates.
    """
    if any(post.named is None for post in batch):  # the writer has done it, outside this transaction
        resolve_mentions(uow.session, batch)
    rooms = locked_rooms(uow, {post.room_id for post in batch})
    known = member_statuses(uow, batch)
    load_last_post_times(uow, rooms, known)
    lock_quotas(uow, batch)
    stored = stored_messages(uow, batch)
    places = reply_targets(uow, {post.reply_to for post in batch if post.reply_to})
    recent = recent_messages(uow, batch, limit=limit)  # locks last
    fresh: dict[UUID, list[tuple[PostRequest, MessageView]]] = defaultdict(list)
    head_revs = {room.id: room.head_rev for room in rooms.values()}
    for post in batch:
        room, status = rooms.get(post.room_id), known.of(post)
        refusal = visibility_refusal(uow, post, room, known)
        if refusal is not None or room is None or status is None:
            post.answer = refusal
            continue
        if (before := stored.get((post.actor.id, post.client_msg_id))) is not None:
            is_same = before[0] == post.request_hash
            post.answer = Posted(before[1], True) if is_same else IdempotencyConflict()
            continue
        post.answer = (
            posting_refusal(room, status, post, now=uow.now)
            or _unanswerable(uow, post, status, places)
            or recent.refusal(post, now=uow.now)
            or danger_quota_refusal(uow, post)
        )
        if post.answer is not None:
            continue
        # To a viewer from whom it is hidden it must look removed: posting and removing take two numbers.
        head_revs[room.id] += 2 if status.has_blocks else 1
        place = Place(room.head_seq + len(fresh[room.id]) + 1, head_revs[room.id])
        message = _message(uow, post, status.handle, place)
        status.note_accepted(uow.now)
        recent.note_accepted(post, now=uow.now)
        stored[post.actor.id, post.client_msg_id] = (post.request_hash, message)
        fresh[room.id].append((post, message))
        post.answer = Posted(message, False)
    added = {room_id: pairs for room_id, pairs in fresh.items() if pairs}
    if not added:
        return []
    _insert(uow, rooms, added)
    note_posts(uow, known, (post.actor for pairs in added.values() for post, _ in pairs))
    with_blocks = {post.actor.id for pairs in added.values() for post, _ in pairs if _has_blocks(known, post)}
    with_blocks.update(*(post.named.with_blocks for pairs in added.values() for post, _ in pairs if post.named))
    hidden = visibility.viewers_blocked_from(uow.session, with_blocks)
    return [
        CommittedMessages(
            room_id,
            rooms[room_id].audience_version,
            rooms[room_id].head_rev + 1,
            tuple(message for _, message in pairs),
            hidden,
        )
        for room_id, pairs in added.items()
    ]


def _unanswerable(
    uow: UnitOfWork, post: PostRequest, status: MemberStatus, places: Mapping[UUID, tuple[UUID, UUID]]
) -> AppError | None:
    """Return the refusal of a reply to a message that its author cannot see: the same as for a removed message."""
    if post.reply_to is None:
        return None
    room_id, author_id = places.get(post.reply_to, (None, None))
    is_blocked = status.has_blocks and author_id in blocked_ids(uow.session, post.actor.id)
    if room_id == post.room_id and not is_blocked:
        return None
    return ValidationFailed(errors={"reply_to": ["There is no such message in this room."]})


def _has_blocks(known: MemberStatuses, post: PostRequest) -> bool:
    return known.by_place[post.room_id, post.actor.id].has_blocks


def _message(uow: UnitOfWork, post: PostRequest, handle: str, place: Place) -> MessageView:
    return MessageView(
        id=day_id(uow.now, place=place.seq),
        room_id=post.room_id,
        seq=place.seq,
        rev=place.rev,
        client_msg_id=post.client_msg_id,
        author=Author(post.actor.id, handle),
        body=post.body,
        reply_to=post.reply_to,
        created_at=uow.now,
        edited_at=None,
        removed=False,
        mentions=post.named.members if post.named else (),
    )


def _insert(
    uow: UnitOfWork, rooms: Mapping[UUID, KnownRoom], added: Mapping[UUID, list[tuple[PostRequest, MessageView]]]
) -> None:
    """Insert the messages, move the rooms' heads and record one event per room, in as few statements as there are
    tables.
    """
    connection = uow.session.connection()
    rows = [
        {
            "id": message.id,
            "room_id": room_id,
            "author_id": post.actor.id,
            "of_room": room_id,
            "of_author": post.actor.id,
            "seq": message.seq,
            "rev": message.rev,
            "client_msg_id": post.client_msg_id,
            "body": post.body,
            "request_hash": post.request_hash,
            "reply_to": post.reply_to,
            "created_at": uow.now,
        }
        for room_id, pairs in added.items()
        for post, message in pairs
    ]
    connection.execute(INSERT_MESSAGES, rows)
    posted = [message for pairs in added.values() for _, message in pairs]
    named = [row for message in posted for row in mentions.mention_rows(message.id, message.mentions)]
    if named:
        connection.execute(insert(MessageMention), named)
    heads = []
    for room_id, pairs in added.items():
        first, last = pairs[0][1], pairs[-1][1]
        heads.append({"this": room_id, "seq": last.seq, "rev": last.rev})
        uow.record(MessagePosted(room_id=room_id, first_seq=first.seq, last_seq=last.seq))
        uow.notify_room(room_id, head_seq=last.seq, head_rev=last.rev)
    connection.execute(MOVE_HEADS, heads)
