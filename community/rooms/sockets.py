"""Rooms' doors for sockets, and what the tail shows on them."""

from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from community.core.errors import Conflict, Malformed, SignInNeeded
from community.core.limits import Rate
from community.core.live.server import Connection, Live
from community.core.live.tail import Push, Tail
from community.core.schemas import rfc3339
from community.core.unit_of_work import Reading, Store, utc_now
from community.core.web import Web
from community.members.access import live_sessions
from community.notifications.queries import shown_since
from community.rooms import access, actions, log, queries, rules
from community.rooms import schemas as shapes

OPENS = (60, 60.0)
TYPING = (1, 3.0)
LOOK_BACK = timedelta(seconds=30)
_message = shapes.MessageSchema()


class RoomsSource:
    """Reads for the tail, each in a session of its own."""

    def __init__(self, store: Store, live: Live) -> None:
        self._store = store
        self._live = live
        self._told: OrderedDict[UUID, None] = OrderedDict()
        self._markers: dict[tuple[UUID, UUID], tuple[int, int]] = {}
        self._since: datetime = utc_now()

    def push(self, room_id: UUID, *, seq: int, rev: int) -> Push | None:
        """What follows a place in a room's log, with what those who are kept apart see instead."""
        with self._store.reading() as look:
            stretch = log.after(look.session, room_id, seq=seq, rev=rev)
            if stretch is None:
                return None
            views = list(stretch.in_order())
            audience = log.audience(look.session, room_id, now=look.now)
            apart = log.apart(look.session, {person for view in views for person in view.people})
        frames = []
        for view in views:
            event = "message.posted" if view.seq > seq else "message.changed"
            seen_by = {
                viewer: _message.dump(view.without(hidden))
                for viewer, hidden in apart.items()
                if hidden & view.people and viewer in audience
            }
            frames.append((event, _message.dump(view), seen_by))
        return Push(stretch.upto_seq, stretch.upto_rev, stretch.more, tuple(frames), audience)

    def heads(self, room_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
        """How far the logs go."""
        with self._store.reading() as look:
            return log.heads(look.session, rooms=room_ids)

    def news(self, member_ids: Collection[UUID]) -> list[tuple[UUID, str, dict[str, Any]]]:
        """New notifications and moved markers of these members, each once."""
        found: list[tuple[UUID, str, dict[str, Any]]] = []
        with self._store.reading() as look:
            for told in shown_since(look, member_ids=member_ids, after=max(self._since, look.now - LOOK_BACK)):
                if told.id in self._told:
                    continue
                self._told[told.id] = None
                created_at = rfc3339(told.created_at)
                payload = {"id": str(told.id), "kind": told.kind, "created_at": created_at}
                found.append((told.member_id, "notification.created", payload))
            for member_id in member_ids:
                found += [(member_id, "room.unread", payload) for payload in self._moved(look, member_id)]
        while len(self._told) > 10_000:
            self._told.popitem(last=False)
        return found

    def live_sessions(self, session_ids: set[UUID]) -> set[UUID]:
        """Which of these sessions still hold."""
        with self._store.reading() as look:
            return live_sessions(look.session, session_ids, now=look.now)

    def _moved(self, look: Reading, member_id: UUID) -> list[dict[str, Any]]:
        payloads = []
        for marker in queries.markers(look, member_id):
            state = (marker.unread, marker.last_read_seq)
            if self._markers.get((member_id, marker.room_id)) != state:
                self._markers[member_id, marker.room_id] = state
                payloads.append(
                    {
                        "room_id": str(marker.room_id),
                        "unread": marker.unread,
                        "last_read_seq": marker.last_read_seq,
                    }
                )
        return payloads


class RoomDoors:
    """What a client may ask over its socket."""

    def __init__(self, web: Web, live: Live, tail: Tail) -> None:
        self._web = web
        self._tail = tail
        self._opens = Rate(*OPENS) if web.send_rate is not None else None
        self._typing = Rate(*TYPING)
        live.on("room.open", shapes.OpenRoomSchema(), self.open)
        live.on("room.close", shapes.RoomIdSchema(), self.close)
        live.on("message.send", shapes.SendSchema(), self.send)
        live.on("room.read", shapes.ReadSchema(), self.read)
        live.on("room.typing", shapes.RoomIdSchema(), self.typing)

    def open(self, connection: Connection, asked: dict[str, Any]) -> dict[str, Any]:
        """Give what the client lacks, a page at a time; with the last page the room is live."""
        if self._opens is not None:
            self._opens.take(connection.actor.id)
        room_id, seq, rev = asked["room_id"], asked["since_seq"], asked["since_rev"]
        was_open = room_id in connection.rooms
        if not was_open and len(connection.rooms) >= rules.MOST_OPEN_ROOMS:
            raise Conflict("At most 50 rooms can be open at once.")
        self._check_session(connection)
        with self._web.store.reading(connection.actor) as look:
            access.membership(look, room_id)
        self._tail.open(connection, room_id)
        with self._web.store.reading(connection.actor) as look:
            limit = rules.FIRST_PAGE if seq is None else rules.LONGEST_PAGE
            stretch = log.after(look.session, room_id, seq=seq, rev=rev, limit=limit)
            if stretch is None:
                raise Malformed
            messages = log.as_seen(look, stretch.messages)
            changes = log.as_seen(look, stretch.changes)
        if stretch.more and not was_open:
            self._tail.close(connection, room_id)
        return {
            "head_seq": stretch.head_seq,
            "head_rev": stretch.head_rev,
            "oldest_seq": stretch.oldest_seq,
            "messages": _message.dump(messages, many=True),
            "changes": _message.dump(changes, many=True),
            "more": stretch.more,
        }

    def close(self, connection: Connection, asked: dict[str, Any]) -> dict[str, Any]:
        """Show the room no longer."""
        self._tail.close(connection, asked["room_id"])
        return {}

    def send(self, connection: Connection, said: dict[str, Any]) -> dict[str, Any]:
        """Post; acknowledged once it is stored."""
        if self._web.send_rate is not None:
            self._web.send_rate.take(connection.actor.id)
        posted = self._web.writer.post(connection.actor, **said)
        whole = _message.dump(posted.message)
        return {
            "message": {key: whole[key] for key in ("id", "seq", "rev", "created_at")},
            "duplicate": posted.duplicate,
        }

    def read(self, connection: Connection, mark: dict[str, Any]) -> dict[str, Any]:
        """Move the marker."""
        self._check_session(connection)
        with self._web.store.unit_of_work(connection.actor) as uow:
            actions.mark_read(uow, **mark)
            marker = queries.marker(uow, mark["room_id"])
        return {"last_read_seq": marker.last_read_seq, "unread": marker.unread}

    def typing(self, connection: Connection, asked: dict[str, Any]) -> dict[str, Any]:
        """Say that somebody writes. Stored nowhere; off until members can switch it on, so nobody is told yet."""
        self._check_session(connection)
        with self._web.store.reading(connection.actor) as look:
            access.membership(look, asked["room_id"])
        self._typing.take(connection.actor.id)  # after the look: a room that is not there answers the same every time
        return {}

    def _check_session(self, connection: Connection) -> None:
        """Raises SignInNeeded when the socket's session has ended since."""
        session_id = connection.actor.session_id
        if session_id is None:
            return
        with self._web.store.reading() as look:
            if not live_sessions(look.session, {session_id}, now=look.now):
                raise SignInNeeded


def init_rooms(web: Web, live: Live) -> None:
    """Connect the doors, the tail and the writer."""
    tail = Tail(live, RoomsSource(web.store, live))
    RoomDoors(web, live, tail)
    web.writer.on_commit = lambda grown: tail.look({one.room_id for one in grown})
