"""Subscriptions to rooms: `room.open` requests that arrive together share their few reads."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from community.core.batching import Batcher
from community.core.errors import Conflict, NotFound, RateLimited
from community.core.live.interfaces import Cursor
from community.core.live.room_feed import RoomFeed
from community.core.live.socket_server import Connection, Respond
from community.core.shared_rates import SharedRate
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.core.web.error_responses import error_for
from community.rooms.actions.conversations import audit_reading
from community.rooms.engine.member_status import known_rooms, member_statuses
from community.rooms.engine.post_checks import visibility_refusal
from community.rooms.queries import history, visibility
from community.rooms.queries.history import LogSlice
from community.rooms.rules import messages as messages_rules
from community.rooms.views import message_json

NO_MEMBERS: frozenset[UUID] = frozenset()


@dataclass(frozen=True, eq=False)
class SubscribeRequest:
    """A request to open a room from which the client has everything up to `seq` and `rev`."""

    connection: Connection
    room_id: UUID
    seq: int | None
    rev: int | None
    answer: Respond
    was_open: bool

    @property
    def actor(self) -> Actor:
        """Return the member who opens it."""
        return self.connection.actor


class RoomSubscriptions:
    """Batches of requests to open rooms. Every socket subscribes through it."""

    def __init__(self, store: UnitOfWorkFactory, tail: RoomFeed, *, rate: SharedRate | None = None) -> None:
        self._store = store
        self._tail = tail
        self._rate = rate
        self._requests: Batcher[SubscribeRequest] = Batcher(self._open_or_refuse, most=100)

    def add(self, connection: Connection, *, room_id: UUID, seq: int | None, rev: int | None, answer: Respond) -> None:
        """Send the client what it lacks, a page at a time. With the last page the room is live.

        Raises Conflict for too many rooms; every other refusal is the answer.
        """
        was_open = room_id in connection.socket.rooms
        if not was_open and len(connection.socket.rooms) >= messages_rules.MAX_OPEN_ROOMS:
            raise Conflict("At most 50 rooms can be open at once.")
        self._requests.add(SubscribeRequest(connection, room_id, seq, rev, answer, was_open))

    def _open_or_refuse(self, batch: Sequence[SubscribeRequest]) -> None:
        answered: set[SubscribeRequest] = set()
        try:
            self._open(batch, answered)
        except Exception as error:  # every request must be answered, whatever went wrong
            for one in batch:
                if one not in answered:
                    one.answer(error_for(error))

    def _open(self, batch: Sequence[SubscribeRequest], answered: set[SubscribeRequest]) -> None:
        within = self._within_rate(batch, answered)
        inside = self._let_in([one for one in within if one.connection.socket.is_open], answered)
        for one in inside:
            audit_reading(self._store, one.actor, one.room_id)
        alike: dict[tuple[UUID, int | None, int | None], list[SubscribeRequest]] = defaultdict(list)
        for one in inside:
            alike[one.room_id, one.seq, one.rev].append(one)
        with self._store.read_context() as ctx:
            slices = {
                key: history.read_after(ctx.session, key[0], seq=key[1], rev=key[2], limit=_page_limit(key[1]))
                for key in alike
            }
            hidden = visibility.blocked_by_viewer(ctx.session, {one.actor.id for one in inside})
        for key, openings in alike.items():
            log_slice = slices[key]
            texts: dict[frozenset[UUID], str] = {}
            for one in openings:
                answered.add(one)
                if log_slice is None:
                    one.answer(NotFound())
                    continue
                if log_slice.more and not one.was_open:
                    self._tail.close(one.connection, one.room_id)
                hidden_ids = hidden.get(one.actor.id, NO_MEMBERS) & log_slice.people
                if hidden_ids not in texts:
                    texts[hidden_ids] = answer_json(log_slice, hidden_ids)
                one.answer(texts[hidden_ids])

    def _within_rate(
        self, batch: Sequence[SubscribeRequest], answered: set[SubscribeRequest]
    ) -> list[SubscribeRequest]:
        """Refuse members who open rooms too often, over all processes."""
        if self._rate is None:
            return list(batch)
        pubsub, secret = self._store.pubsub, self._store.secret
        free = self._rate.take_each([one.actor.id for one in batch], pubsub=pubsub, secret=secret)
        within = []
        for one, is_free in zip(batch, free, strict=True):
            if is_free:
                within.append(one)
                continue
            answered.add(one)
            one.answer(RateLimited(retry_after=self._rate.wait(one.actor.id, pubsub=pubsub, secret=secret)))
        return within

    def _let_in(self, batch: Sequence[SubscribeRequest], answered: set[SubscribeRequest]) -> list[SubscribeRequest]:
        """Subscribe the requests whose member may see the room, and refuse the others."""
        with self._store.read_context() as ctx:
            history.one_snapshot(ctx.session)
            rooms = known_rooms(ctx, {one.room_id for one in batch})
            known = member_statuses(ctx, batch)
            refusals = [visibility_refusal(ctx, one, rooms.get(one.room_id), known) for one in batch]
        inside = []
        for one, refusal in zip(batch, refusals, strict=True):
            if refusal is not None:
                answered.add(one)
                one.answer(refusal)
                continue
            room = rooms[one.room_id]
            head = Cursor(room.head_seq, room.head_rev, room.audience_version)
            if not one.connection.socket.is_open:
                answered.add(one)
            elif self._tail.open(one.connection, one.room_id, head):
                inside.append(one)
            else:  # the audience changed meanwhile: try again
                answered.add(one)
                self._requests.add(one)
        return inside


def _page_limit(seq: int | None) -> int:
    return messages_rules.FIRST_PAGE if seq is None else messages_rules.MAX_PAGE_SIZE


def answer_json(log_slice: LogSlice, hidden_ids: frozenset[UUID]) -> str:
    """Return the answer to `room.open` for a member from whom these members are hidden."""
    messages = ",".join(message_json(view.without(hidden_ids)) for view in log_slice.messages)
    changes = ",".join(message_json(view.without(hidden_ids)) for view in log_slice.changes)
    return (
        f'{{"ok":true,"head_seq":{log_slice.head_seq},"head_rev":{log_slice.head_rev},"oldest_seq":{log_slice.oldest_seq},'
        f'"messages":[{messages}],"changes":[{changes}],"more":{"true" if log_slice.more else "false"}}}'
    )
