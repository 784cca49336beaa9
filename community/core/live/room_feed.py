"""Room feed of one process: sends what happens in rooms to the sockets that have them open, and members' news to
theirs.

For every room that is open here the feed keeps a cursor: the last `seq` and `rev` it has sent, and the
`audience_version` under which it last knew that every socket in the room may see it. It advances in two ways.

- **From memory.** What this process has just committed comes as ready frames (`publish_local`). It is sent if it
  directly follows the cursor, under the same audience version, and no read is running: nothing can have come between.
- **From the database.** In every other case (a commit of another process, a Redis message, an edit, the sweep) the
  room is marked (`refresh`), and what follows the cursor is read and sent, page by page, while memory waits. A message
  of another process is therefore never overtaken, nothing is sent twice, and a lost Redis message costs seconds only.

The audience is decided at each push. The version is read with the rows, in one snapshot. When it has changed, the
audience is read, too, and sockets whose member left it are removed from the room before anything is sent. For
members who block each other a message is the tombstone of a removed one (`instead`). Its time must not tell when the
other writes: it waits (`Held`) for the next frame that the member is sent, at most until the next sweep. A socket
that opens a room is let in under the version its right was read with, and asked again when that is older than the
cursor's.

Once in five seconds, and on every (re)subscription, the sweep compares every open room with the database and checks
for every socket that its session is valid and its rooms may still be seen. A Redis message for a member makes the
same check at once. The sweep holds when Redis is away, and when a change did not raise a version. Heads are repeated
every twenty seconds: a client notices that it missed the last frames.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog

from community.core.batching import Batcher
from community.core.live.interfaces import Cursor, Frame, Held, Source
from community.core.live.socket_manager import event_frame
from community.core.live.socket_server import Connection, SocketServer

log = structlog.get_logger()

SWEEP_SECONDS = 5.0
SWEEPS_A_HEAD = 4
MEMBERS_AT_ONCE = 25
PAUSE_SECONDS = 0.002


class RoomFeed:
    """Sender of one process's open rooms."""

    def __init__(self, live: SocketServer, source: Source) -> None:
        self._server = live
        self._source = source
        self._places: dict[UUID, Cursor] = {}
        self._held: dict[UUID, dict[UUID, bytes]] = {}
        self._rooms_to_read: Batcher[UUID] = Batcher(self._read_rooms)
        self._members_to_check: Batcher[UUID] = Batcher(self._check_members, most=MEMBERS_AT_ONCE)
        self._members_to_sweep: Batcher[UUID] = Batcher(self._check_members_slowly, most=MEMBERS_AT_ONCE)
        self._stop = threading.Event()
        # Receiver of messages for an open room that are stored nowhere, by (room, payload).
        self.on_ephemeral: Callable[[UUID, dict[str, Any]], None] = lambda room_id, payload: None
        live.on_first_socket = self.start

    def start(self) -> None:
        """Start in this process, when its first socket connects and therefore after every fork."""
        threading.Thread(target=self._sweep, daemon=True).start()
        threading.Thread(
            target=self._server.web.store.pubsub.listen,
            args=("community.room.*", "community.member.*"),
            kwargs={"on_message": self._on_message, "on_subscribed": self._check_everything, "stop": self._stop},
            daemon=True,
        ).start()

    def open(self, connection: Connection, room_id: UUID, head: Cursor) -> bool:
        """Send a room to a socket from now on. Returns False when `head`, read with the socket's right, is too old.

        Open first, then read: between the two nothing is missed.
        """
        place = self._places.get(room_id)
        if place is not None and head.audience_version < place.audience_version:
            return False
        if room_id not in self._server.manager.open_rooms:
            self._places[room_id] = head
        elif place is not None and head.audience_version > place.audience_version:
            self.refresh([room_id])
        self._server.manager.enter_room(connection.socket.sid, None, room_id)
        return True

    def close(self, connection: Connection, room_id: UUID) -> None:
        """Stop sending a room to a socket."""
        self._server.manager.leave_room(connection.socket.sid, None, room_id)

    def publish_local(
        self,
        room_id: UUID,
        *,
        first: tuple[int, int],
        last: tuple[int, int],
        audience_version: int,
        frames: Callable[[], Iterable[Frame]],
    ) -> None:
        """Send what was just committed here, from `first` to `last` (seq, rev), if nothing can have come between."""
        if room_id not in self._server.manager.open_rooms:
            return
        place = self._places[room_id]
        follows = (place.seq + 1, place.rev + 1, place.audience_version) == (*first, audience_version)
        if not follows or place.is_reading:
            self.refresh([room_id])
            return
        ready = list(frames())
        place.seq, place.rev = last
        self._send(room_id, ready)

    def _send(self, room_id: UUID, frames: Iterable[Frame]) -> None:
        """Send frames to the sockets in a room, each member's held frames before the next frame they see."""
        for data, instead in frames:
            if not instead and room_id not in self._held:
                self._server.manager.broadcast(room_id, data)
                continue
            held = self._held.pop(room_id, {})
            theirs: dict[UUID, bytes] = {}
            here = [one for one in (instead or {}).keys() | held.keys() if self._is_watching(one, room_id)]
            for member_id in here:
                shown = (instead or {}).get(member_id, data)
                if isinstance(shown, Held):
                    held[member_id] = held.get(member_id, b"") + shown
                    theirs[member_id] = b""
                else:
                    theirs[member_id] = held.pop(member_id, b"") + shown
            held = {member_id: held[member_id] for member_id in here if held.get(member_id)}
            if held:
                self._held[room_id] = held
            self._server.manager.broadcast(room_id, data, instead=theirs)

    def _send_held(self) -> None:
        """Send every held frame."""
        held, self._held = self._held, {}
        for room_id, frames in held.items():
            self._server.manager.broadcast(room_id, b"", instead=frames)

    def refresh(self, room_ids: Iterable[UUID]) -> None:
        """Read these rooms again: they may have something new."""
        for room_id in room_ids:
            if room_id in self._server.manager.open_rooms:
                self._rooms_to_read.add(room_id)

    def broadcast_ephemeral(self, room_id: UUID, event: str, payload: dict[str, Any], *, but: Collection[UUID]) -> None:
        """Send something that is not stored to every socket in a room, except to these members."""
        self._server.manager.broadcast(room_id, event_frame(event, payload), instead=dict.fromkeys(but, b""))

    def viewers(self, room_id: UUID) -> set[UUID]:
        """Return the members who have the room open here."""
        room = self._server.manager.open_rooms.get(room_id)
        return {socket.owner.member_id for socket in tuple(room.sockets)} if room else set()

    def _is_watching(self, member_id: UUID, room_id: UUID) -> bool:
        return any(room_id in one.socket.rooms for one in self._server.by_member.get(member_id, ()))

    def _on_message(self, channel: str, payload: dict[str, Any]) -> None:
        kind, _, text = channel.removeprefix("community.").partition(".")
        try:
            subject = UUID(text)
        except ValueError:
            return
        if kind == "room" and subject in self._server.manager.open_rooms:
            head_rev = payload.get("head_rev")
            if isinstance(head_rev, int) and head_rev > self._places[subject].rev:
                self.refresh([subject])
            elif head_rev is None:
                with _log_errors("tail.sign_failed"):
                    self.on_ephemeral(subject, payload)
        elif kind == "member" and subject in self._server.by_member:
            self._members_to_check.add(subject)

    def _check_everything(self) -> dict[UUID, Cursor]:
        """Compare every open room with the database, and check every member here. Returns how far the rooms go."""
        heads: dict[UUID, Cursor] = {}
        with _log_errors("tail.rooms_failed"):
            heads = self._source.heads(tuple(self._server.manager.open_rooms))
            self.refresh(room_id for room_id, head in heads.items() if self._is_behind(room_id, head))
        for member_id in tuple(self._server.by_member):
            self._members_to_sweep.add(member_id)
        return heads

    def _is_behind(self, room_id: UUID, head: Cursor) -> bool:
        place = self._places[room_id]
        return head.rev > place.rev or head.audience_version > place.audience_version

    def _sweep(self) -> None:
        sweeps = 0
        while not self._stop.wait(SWEEP_SECONDS):
            self._send_held()
            heads = self._check_everything()
            sweeps += 1
            if sweeps % SWEEPS_A_HEAD == 0:
                self._server.counts.refresh(self._server.open_sockets)
                for room_id, head in heads.items():
                    payload = {"room_id": str(room_id), "head_seq": head.seq, "head_rev": head.rev}
                    self._server.manager.broadcast(room_id, event_frame("room.head", payload))

    def _read_rooms(self, room_ids: Sequence[UUID]) -> None:
        for room_id in dict.fromkeys(room_ids):
            place = self._places.get(room_id)
            if place is None:
                continue
            place.is_reading = True
            with _log_errors("tail.room_failed"):
                while self._send_next_page(room_id, place):
                    pass
            place.is_reading = False

    def _send_next_page(self, room_id: UUID, place: Cursor) -> bool:
        """Send a page of what follows the cursor. Returns whether there is more."""
        push = self._source.push(room_id, place)
        if push is None or room_id not in self._server.manager.open_rooms or self._places.get(room_id) is not place:
            return False
        if push.audience is not None:
            for socket in tuple(self._server.manager.open_rooms[room_id].sockets):
                if socket.owner.member_id not in push.audience:
                    self._server.manager.leave_room(socket.sid, None, room_id)
        self._send(room_id, push.frames)
        place.seq, place.rev, place.audience_version = push.seq, push.rev, push.audience_version
        return push.more

    def _check_members(self, members: Sequence[UUID]) -> None:
        with _log_errors("tail.members_failed"):
            here = [member_id for member_id in dict.fromkeys(members) if member_id in self._server.by_member]
            ended, revoked_rooms = self._source.revoked(
                [one for member_id in here for one in self._server.by_member[member_id]]
            )
            for connection, room_id in revoked_rooms:
                self.close(connection, room_id)
            for connection in ended:
                self._server.end(connection, "session_ended")
            for member_id, event, payload in self._source.news(here) if here else ():
                self._server.emit_to_member(event, payload, member_id)

    def _check_members_slowly(self, members: Sequence[UUID]) -> None:
        """Check members for the sweep, with a pause after each few: messages must not wait for thousands of members."""
        self._check_members(members)
        time.sleep(PAUSE_SECONDS)


@contextmanager
def _log_errors(said: str) -> Iterator[None]:
    """Log an error and go on: a database that is away delays what is sent, and the next sweep makes up for it."""
    try:
        yield
    except Exception as error:  # the feed must outlive an error of one room or member
        log.warning(said, error=type(error).__name__, exc_info=error)
