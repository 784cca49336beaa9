"""The group commit: what arrives while one commit runs is committed together by the next.

There is no timer and no thread of its own. Whoever posts while nobody commits becomes the leader, commits all that has
gathered, and hands the lead to somebody who still waits. At low load a message costs exactly one commit; under load
one commit carries many. Refusals and repeats are decided for each message, so one cannot spoil another's.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.exc import IntegrityError

from community.core.errors import Conflict, Invalid, NotFound, Refusal, SignInNeeded
from community.core.ids import new_id
from community.core.metrics import MESSAGES
from community.core.unit_of_work import Actor, Store, UnitOfWork
from community.members.access import live_sessions
from community.members.models import Member
from community.members.queries import is_active
from community.rooms import access, rules
from community.rooms.actions import RoomClosed
from community.rooms.events import MessagePosted
from community.rooms.log import MessageView, view_of
from community.rooms.models import Message, Room, RoomMembership

MOST_AT_ONCE = 200
TRIES = 3


class IdempotencyConflict(Conflict):
    """This message id was already used for another message."""

    code = "idempotency_conflict"


class Muted(Refusal):
    """You cannot write here for now."""

    code = "muted"
    status = 403


@dataclass(frozen=True)
class Posted:
    """A message that stands in the room, and whether it stood there before."""

    message: MessageView
    duplicate: bool


@dataclass(eq=False)
class Post:
    """What somebody wants to say."""

    actor: Actor
    room_id: UUID
    client_msg_id: str
    body: str
    reply_to: UUID | None = None
    answer: Posted | Refusal | None = None
    turn: threading.Event = field(default_factory=threading.Event)

    @property
    def request_hash(self) -> str:
        """What is asked for, digested."""
        return rules.request_hash(room_id=self.room_id, body=self.body, reply_to=self.reply_to)


class Writer:
    """The one way for posts into the rooms of a store; `on_commit` hears which rooms have something new."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._waiting: list[Post] = []
        self._is_led = False
        self.on_commit: Callable[[set[UUID]], None] = lambda rooms: None

    def post(
        self, actor: Actor, *, room_id: UUID, client_msg_id: str, body: str, reply_to: UUID | None = None
    ) -> Posted:
        """Say something; returns once it is committed.

        Raises NotFound for a room or reply that is not the actor's to see, IdempotencyConflict, RoomClosed, Muted.
        """
        post = Post(actor, room_id, client_msg_id, body, reply_to)
        with self._lock:
            self._waiting.append(post)
            leads = not self._is_led
            self._is_led = True
        if not leads:
            post.turn.wait()
        if post.answer is None:
            self._lead()
        if isinstance(post.answer, Refusal):
            raise post.answer
        assert post.answer is not None
        return post.answer

    def _lead(self) -> None:
        """Commit what has gathered, wake its posters, and pass the lead on."""
        with self._lock:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        try:
            self._commit(batch)
        except Exception as error:
            from community.core.answers import refusal_of

            refusal = refusal_of(error)
            for post in batch:
                post.answer = post.answer if isinstance(post.answer, Refusal) else refusal
        finally:
            with self._lock:
                heir = self._waiting[0] if self._waiting else None
                self._is_led = heir is not None
            for post in batch:
                post.turn.set()
            if heir is not None:
                heir.turn.set()

    def _commit(self, batch: Sequence[Post]) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                with self._store.unit_of_work() as uow:
                    changed = write(uow, batch)
            except IntegrityError:  # the same id at the same moment in another process: now it can be seen
                if attempt == TRIES:
                    raise
                continue
            for post in batch:
                MESSAGES.labels(_result(post.answer)).inc()
            if changed:
                self.on_commit(changed)
            return


def write(uow: UnitOfWork, batch: Sequence[Post]) -> set[UUID]:
    """Decide each post and insert what is new; returns the rooms that grew. Sets every post's `answer`."""
    locked = _locked_rooms(uow, {post.room_id for post in batch})
    allowed = _allowed(uow, batch)
    standing = _standing(uow, batch)
    replies = _messages_by_id(uow, {post.reply_to for post in batch if post.reply_to})
    posted: dict[UUID, list[Message]] = defaultdict(list)
    for post in batch:
        room = locked.get(post.room_id)
        refusal = allowed.get(id(post)) or (NotFound() if room is None else None)
        if refusal is not None or room is None:
            post.answer = refusal
            continue
        known = standing.get((post.actor.id, post.client_msg_id))
        if known is not None:
            is_same = known.request_hash == post.request_hash
            post.answer = Posted(view_of(known, post.actor.handle), True) if is_same else IdempotencyConflict()
            continue
        if room.archived_at is not None:
            post.answer = RoomClosed()
            continue
        if post.reply_to is not None and replies.get(post.reply_to) != post.room_id:
            post.answer = Invalid(errors={"reply_to": ["There is no such message in this room."]})
            continue
        message = _next_message(uow, room, post)
        standing[post.actor.id, post.client_msg_id] = message
        posted[room.id].append(message)
        post.answer = Posted(view_of(message, post.actor.handle), False)
    for room_id, fresh in posted.items():
        uow.session.add_all(fresh)
        uow.record(MessagePosted(room_id=room_id, first_seq=fresh[0].seq, last_seq=fresh[-1].seq))
        uow.ring_room(room_id, head_seq=locked[room_id].head_seq, head_rev=locked[room_id].head_rev)
    uow.session.flush()
    return set(posted)


def _next_message(uow: UnitOfWork, room: Room, post: Post) -> Message:
    room.head_seq += 1
    room.head_rev += 1
    return Message(
        id=new_id(),
        room_id=room.id,
        author_id=post.actor.id,
        seq=room.head_seq,
        rev=room.head_rev,
        client_msg_id=post.client_msg_id,
        body=post.body,
        request_hash=post.request_hash,
        reply_to=post.reply_to,
        created_at=uow.now,
    )


def _locked_rooms(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, Room]:
    """The rooms, locked in the order of their ids so that two processes never wait for each other."""
    query = select(Room).where(Room.id.in_(ids)).order_by(Room.id).with_for_update()
    return {room.id: room for room in uow.session.scalars(query.execution_options(populate_existing=True))}


def _allowed(uow: UnitOfWork, batch: Sequence[Post]) -> dict[int, Refusal | None]:
    """For each post (by identity) the refusal that its author's session, membership or sanctions amount to."""
    pairs = {(post.room_id, post.actor.id) for post in batch}
    is_muted = access.is_sanctioned(uow, "mute", RoomMembership.member_id, RoomMembership.room_id)
    is_banned = access.is_sanctioned(uow, "room_ban", RoomMembership.member_id, RoomMembership.room_id)
    rows = uow.session.execute(
        select(RoomMembership.room_id, RoomMembership.member_id, is_muted, is_banned)
        .join(Member, Member.id == RoomMembership.member_id)
        .where(tuple_(RoomMembership.room_id, RoomMembership.member_id).in_(pairs), is_active(uow.now))
    )
    inside = {(room_id, member_id): muted for room_id, member_id, muted, banned in rows if not banned}
    sessions = {post.actor.session_id for post in batch if post.actor.session_id}
    live = live_sessions(uow.session, sessions, now=uow.now) if sessions else set()
    refusals: dict[int, Refusal | None] = {}
    for post in batch:
        muted = inside.get((post.room_id, post.actor.id))
        if post.actor.session_id is not None and post.actor.session_id not in live:
            refusals[id(post)] = SignInNeeded()
        elif muted is None:
            refusals[id(post)] = NotFound()
        else:
            refusals[id(post)] = Muted() if muted else None
    return refusals


def _standing(uow: UnitOfWork, batch: Sequence[Post]) -> dict[tuple[UUID, str], Message]:
    """Messages that were posted before under the same ids by the same authors."""
    keys = [and_(Message.author_id == post.actor.id, Message.client_msg_id == post.client_msg_id) for post in batch]
    found = uow.session.scalars(select(Message).where(or_(*keys)).execution_options(populate_existing=True))
    return {(message.author_id, message.client_msg_id): message for message in found}


def _messages_by_id(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, UUID]:
    """In which room each of these messages stands, if it stands."""
    if not ids:
        return {}
    rows = uow.session.execute(
        select(Message.id, Message.room_id).where(Message.id.in_(ids), Message.removed_at.is_(None))
    )
    return dict(rows.all())


def _result(answer: Posted | Refusal | None) -> str:
    if isinstance(answer, Posted):
        return "repeated" if answer.duplicate else "posted"
    return "refused"
