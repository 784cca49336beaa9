"""What happens in rooms, shown to the sockets that have them open; what is new for a member, told to theirs.

One path for everything: a room is marked dirty (by a commit of this process, by the bell, by the sweep), and a pump
reads from the database what follows the last revision that this process has shown, and sends it. So a message of
another process is never overtaken, and a ring that was lost costs seconds only. Who may see it is decided at each
push: the audience is read with the rows, blocks turn a message into the tombstone of a removed one for those kept
apart, and a socket whose member is no longer in the audience is taken out of the room.

The sweep marks every open room dirty and checks every session once in five seconds, and on every (re)subscription;
that is what holds when Redis is away. Heads are repeated every twenty seconds, so that a client sees a lost tail.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import structlog

from community.core.live.server import Connection, Live

log = structlog.get_logger()

SWEEP_SECONDS = 5.0
HEAD_SECONDS = 20.0


@dataclass(frozen=True)
class Push:
    """What follows a place in a room's log, ready to be sent: (event, seq, rev, {viewer: payload}, payload)."""

    upto_seq: int
    upto_rev: int
    more: bool
    frames: tuple[tuple[str, dict[str, Any], Mapping[UUID, dict[str, Any]]], ...]
    audience: frozenset[UUID]


class Source(Protocol):
    """What the tail needs of the rooms and of what members are told."""

    def push(self, room_id: UUID, *, seq: int, rev: int) -> Push | None:
        """What follows a place, for whom."""

    def heads(self, room_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
        """How far the logs go: (seq, rev)."""

    def news(self, member_ids: Collection[UUID]) -> list[tuple[UUID, str, dict[str, Any]]]:
        """(member, event, payload) of what they have not been sent yet."""

    def live_sessions(self, session_ids: set[UUID]) -> set[UUID]:
        """Which of these sessions still hold."""


class Tail:
    """The pump of one process."""

    def __init__(self, live: Live, source: Source) -> None:
        self._live = live
        self._source = source
        self._open: dict[UUID, set[str]] = defaultdict(set)
        self._places: dict[UUID, tuple[int, int]] = {}
        self._dirty: set[UUID] = set()
        self._members: set[UUID] = set()
        self._wake = threading.Event()
        self._stop = threading.Event()
        live.on_gone = self._gone
        live.on_first = self.start

    def start(self) -> None:
        """Begin, in this process: once its first socket is there, so after every fork."""
        bell = self._live.web.store.bell
        for work in (self._pump, self._sweep):
            threading.Thread(target=work, daemon=True).start()
        threading.Thread(
            target=bell.listen,
            args=("community.room.*", "community.member.*"),
            kwargs={"on_ring": self._rung, "on_subscribed": self._look_everywhere, "stop": self._stop},
            daemon=True,
        ).start()

    def open(self, connection: Connection, room_id: UUID) -> None:
        """Show a room to a socket from now on. Open first, then read: between the two nothing is missed."""
        if room_id not in self._places:
            self._places[room_id] = self._source.heads([room_id]).get(room_id, (0, 0))
        self._open[room_id].add(connection.sid)
        connection.rooms.add(room_id)

    def close(self, connection: Connection, room_id: UUID) -> None:
        """Show it no longer."""
        connection.rooms.discard(room_id)
        sids = self._open.get(room_id)
        if sids is None:
            return
        sids.discard(connection.sid)
        if not sids:
            del self._open[room_id]
            self._places.pop(room_id, None)

    def look(self, room_ids: Collection[UUID]) -> None:
        """Something may be new in these rooms."""
        self._dirty |= {room_id for room_id in room_ids if room_id in self._open}
        self._wake.set()

    def relay(self, room_id: UUID, event: str, payload: dict[str, Any], *, but: UUID) -> None:
        """Send something that is stored nowhere to everybody who has the room open, but for one member."""
        for sid in tuple(self._open.get(room_id, ())):
            connection = self._live.by_sid.get(sid)
            if connection is not None and connection.actor.id != but:
                self._live.emit(event, payload, sid)

    def _gone(self, connection: Connection) -> None:
        for room_id in tuple(connection.rooms):
            self.close(connection, room_id)

    def _rung(self, channel: str, payload: dict[str, Any]) -> None:
        kind, _, text = channel.removeprefix("community.").partition(".")
        try:
            subject = UUID(text)
        except ValueError:
            return
        if kind == "room" and "head_rev" in payload:
            self.look([subject])
        elif kind == "member" and subject in self._live.by_member:
            self._members.add(subject)
            self._wake.set()

    def _look_everywhere(self) -> None:
        self._members |= set(self._live.by_member)
        self.look(tuple(self._open))

    def _sweep(self) -> None:
        heads_at = time.monotonic() + HEAD_SECONDS
        while not self._stop.wait(SWEEP_SECONDS):
            self._look_everywhere()
            if time.monotonic() >= heads_at:
                heads_at = time.monotonic() + HEAD_SECONDS
                self._guarded(self._send_heads)

    def _pump(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            members, self._members = self._members, set()
            rooms, self._dirty = self._dirty, set()
            for room_id in rooms:
                self._guarded(lambda room_id=room_id: self._show(room_id))  # type: ignore[misc]
            if members:
                self._guarded(lambda members=members: self._tell(members))  # type: ignore[misc]

    def _guarded(self, work: Callable[[], None]) -> None:
        """A database that is away delays what is shown; the next sweep makes up for it."""
        try:
            work()
        except Exception as error:  # the pump has to outlive whatever one room or member runs into
            log.warning("tail.failed", error=type(error).__name__, exc_info=error)

    def _show(self, room_id: UUID) -> None:
        more = True
        while more and room_id in self._open:
            seq, rev = self._places[room_id]
            push = self._source.push(room_id, seq=seq, rev=rev)
            if push is None or room_id not in self._open:
                return
            self._remove_strangers(room_id, push.audience)
            for event, payload, seen_by in push.frames:
                for sid in tuple(self._open.get(room_id, ())):
                    connection = self._live.by_sid.get(sid)
                    if connection is not None:
                        self._live.emit(event, seen_by.get(connection.actor.id, payload), sid)
            if room_id in self._places:
                self._places[room_id] = (max(seq, push.upto_seq), max(rev, push.upto_rev))
            more = push.more

    def _remove_strangers(self, room_id: UUID, audience: frozenset[UUID]) -> None:
        for sid in tuple(self._open.get(room_id, ())):
            connection = self._live.by_sid.get(sid)
            if connection is None or connection.actor.id not in audience:
                if connection is not None:
                    self.close(connection, room_id)
                else:
                    self._open[room_id].discard(sid)

    def _tell(self, members: set[UUID]) -> None:
        for member_id in members:
            self._live.drop_ended(self._source.live_sessions, member_id=member_id)
        here = [member_id for member_id in members if member_id in self._live.by_member]
        if here:
            for member_id, event, payload in self._source.news(here):
                self._live.emit_to_member(event, payload, member_id)

    def _send_heads(self) -> None:
        for room_id, (head_seq, head_rev) in self._source.heads(tuple(self._open)).items():
            payload = {"room_id": str(room_id), "head_seq": head_seq, "head_rev": head_rev}
            for sid in tuple(self._open.get(room_id, ())):
                self._live.emit("room.head", payload, sid)
