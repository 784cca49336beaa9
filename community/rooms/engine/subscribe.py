"""Opening rooms: who asks at the same time is let in together, and gets what they lack from the same few reads."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from community.core.batching import Gathering
from community.core.errors import Conflict, NotFound, TooMany
from community.core.live.interfaces import Place
from community.core.live.room_feed import Tail
from community.core.live.socket_server import Answer, Connection
from community.core.shared_rates import SharedRate
from community.core.unit_of_work import Actor, Store
from community.core.web.error_responses import refusal_of
from community.rooms.engine.member_status import known_rooms, standings
from community.rooms.engine.post_checks import hidden_from
from community.rooms.queries import history
from community.rooms.queries import visibility as whom
from community.rooms.queries.history import Stretch
from community.rooms.rules import messages as messages_rules
from community.rooms.views import message_json

NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True, eq=False)
class Opening:
    """Somebody opens a room, having it up to `seq` and `rev`."""

    connection: Connection
    room_id: UUID
    seq: int | None
    rev: int | None
    answer: Answer
    was_open: bool

    @property
    def actor(self) -> Actor:
        """Who opens it."""
        return self.connection.actor


class Openings:
    """The one way into rooms for sockets."""

    def __init__(self, store: Store, tail: Tail, *, rate: SharedRate | None = None) -> None:
        self._store = store
        self._tail = tail
        self._rate = rate
        self._gathered: Gathering[Opening] = Gathering(self._open_or_refuse, most=100)

    def add(self, connection: Connection, *, room_id: UUID, seq: int | None, rev: int | None, answer: Answer) -> None:
        """Give the client what it lacks, a page at a time; with the last page the room is live.

        Raises Conflict for too many rooms; everything else is answered.
        """
        was_open = room_id in connection.wire.rooms
        if not was_open and len(connection.wire.rooms) >= messages_rules.MOST_OPEN_ROOMS:
            raise Conflict("At most 50 rooms can be open at once.")
        self._gathered.add(Opening(connection, room_id, seq, rev, answer, was_open))

    def _open_or_refuse(self, batch: Sequence[Opening]) -> None:
        answered: set[Opening] = set()
        try:
            self._open(batch, answered)
        except Exception as error:  # whoever waits has to be answered, whatever went wrong
            for one in batch:
                if one not in answered:
                    one.answer(refusal_of(error))

    def _open(self, batch: Sequence[Opening], answered: set[Opening]) -> None:
        within = self._within_rate(batch, answered)
        inside = self._let_in([one for one in within if one.connection.wire.is_open], answered)
        alike: dict[tuple[UUID, int | None, int | None], list[Opening]] = defaultdict(list)
        for one in inside:
            alike[one.room_id, one.seq, one.rev].append(one)
        with self._store.reading() as ctx:
            stretches = {
                key: history.after(ctx.session, key[0], seq=key[1], rev=key[2], limit=_longest(key[1])) for key in alike
            }
            hidden = whom.apart_from(ctx.session, {one.actor.id for one in inside})
        for key, openings in alike.items():
            stretch = stretches[key]
            texts: dict[frozenset[UUID], str] = {}
            for one in openings:
                answered.add(one)
                if stretch is None:
                    one.answer(NotFound())
                    continue
                if stretch.more and not one.was_open:
                    self._tail.close(one.connection, one.room_id)
                apart = hidden.get(one.actor.id, NOBODY) & stretch.people
                if apart not in texts:
                    texts[apart] = answer_json(stretch, apart)
                one.answer(texts[apart])

    def _within_rate(self, batch: Sequence[Opening], answered: set[Opening]) -> list[Opening]:
        """Refuse members who open rooms too often, over all processes."""
        if self._rate is None:
            return list(batch)
        bell, secret = self._store.bell, self._store.secret
        free = self._rate.take_each([one.actor.id for one in batch], bell=bell, secret=secret)
        within = []
        for one, is_free in zip(batch, free, strict=True):
            if is_free:
                within.append(one)
                continue
            answered.add(one)
            one.answer(TooMany(retry_after=self._rate.wait(one.actor.id, bell=bell, secret=secret)))
        return within

    def _let_in(self, batch: Sequence[Opening], answered: set[Opening]) -> list[Opening]:
        """Refuse whoever may not see the room, and show it to the others from now on."""
        with self._store.reading() as ctx:
            history.one_snapshot(ctx.session)
            rooms = known_rooms(ctx, {one.room_id for one in batch})
            known = standings(ctx, batch)
            refusals = [hidden_from(ctx, one, rooms.get(one.room_id), known) for one in batch]
        inside = []
        for one, refusal in zip(batch, refusals, strict=True):
            if refusal is not None:
                answered.add(one)
                one.answer(refusal)
                continue
            room = rooms[one.room_id]
            head = Place(room.head_seq, room.head_rev, room.audience_version)
            if not one.connection.wire.is_open:
                answered.add(one)
            elif self._tail.open(one.connection, one.room_id, head):
                inside.append(one)
            else:  # somebody came or went meanwhile
                answered.add(one)
                self._gathered.add(one)
        return inside


def _longest(seq: int | None) -> int:
    return messages_rules.FIRST_PAGE if seq is None else messages_rules.LONGEST_PAGE


def answer_json(stretch: Stretch, apart: frozenset[UUID]) -> str:
    """Return the answer to `room.open` for somebody who is kept apart from these members."""
    messages = ",".join(message_json(view.without(apart)) for view in stretch.messages)
    changes = ",".join(message_json(view.without(apart)) for view in stretch.changes)
    return (
        f'{{"ok":true,"head_seq":{stretch.head_seq},"head_rev":{stretch.head_rev},"oldest_seq":{stretch.oldest_seq},'
        f'"messages":[{messages}],"changes":[{changes}],"more":{"true" if stretch.more else "false"}}}'
    )
