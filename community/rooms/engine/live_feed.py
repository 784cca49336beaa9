"""Live feed of rooms: commits broadcast as frames from memory, and the reads of what sockets and members missed."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from community.core.live.interfaces import Cursor, Delta, Frame, Held
from community.core.live.room_feed import RoomFeed
from community.core.live.socket_server import Connection, SocketServer
from community.core.live.ws_frames import frame
from community.core.schemas import rfc3339
from community.core.unit_of_work import Actor, ReadContext, UnitOfWorkFactory
from community.members.queries.blocks import blocked_ids
from community.notifications.queries.inbox import count_unread_of, shown_since
from community.rooms import access
from community.rooms.engine.member_status import known_rooms, member_statuses_in
from community.rooms.engine.message_batch import CommittedMessages
from community.rooms.engine.post_checks import visibility_refusal
from community.rooms.queries import history, visibility
from community.rooms.queries.unread_counts import count_unread, read_positions
from community.rooms.views import MessageView, message_json

NOTIFICATION_LOOKBACK = timedelta(seconds=30)
MAX_REMEMBERED = 10_000
PRESENCE_KEYS = ("typing", "present", "absent")


def broadcast_committed(tail: RoomFeed, grown: Sequence[CommittedMessages]) -> None:
    """Broadcast the messages that a commit of this process added."""
    for one in grown:
        first, last = one.messages[0], one.messages[-1]
        tail.publish_local(
            one.room_id,
            first=(first.seq, first.rev),
            last=(last.seq, last.rev),
            audience_version=one.audience_version,
            frames=lambda one=one: _frames(one.messages, one.hidden, after_seq=0),  # type: ignore[misc]
        )


def relay_presence(tail: RoomFeed, store: UnitOfWorkFactory, room_id: UUID, payload: Mapping[str, Any]) -> None:
    """Show members who have the room open that someone is typing or present, except to themselves and to blocked
    members.

    Presence is shown only to members who show theirs.
    """
    kind, text = next(((one, payload[one]) for one in PRESENCE_KEYS if one in payload), ("", ""))
    try:
        member_id = UUID(str(text))
    except ValueError:
        return
    sign: dict[str, Any] = {"room_id": str(room_id), "member_id": str(member_id)}
    with store.read_context() as ctx:
        but = {member_id, *blocked_ids(ctx.session, member_id)}
        if kind != "typing":
            showing = access.visible_presence(ctx, room_id)
            but |= tail.viewers(room_id) - showing.keys()
            sign |= {
                "handle": showing.get(member_id, ""),
                "present": kind == "present",
                "asks": bool(payload.get("asks")),
            }
            if member_id not in showing:  # they changed their mind a moment ago
                return
    tail.broadcast_ephemeral(room_id, "room.typing" if kind == "typing" else "room.presence", sign, but=but)


def _frames(views: Iterable[MessageView], hidden: Mapping[UUID, frozenset[UUID]], *, after_seq: int) -> Iterator[Frame]:
    """Yield messages as frames, with other frames for viewers from whom people in them are hidden.

    A message by a hidden author is held back. A post by them took two numbers of `rev`, and is shown to everyone as a
    post and a change. A client therefore never waits for the number between.
    """
    shy = frozenset[UUID]().union(*hidden.values())
    for view in views:
        is_new = view.seq > after_seq
        if is_new and view.author is not None and view.author.id in shy:
            yield _frame_of("message.posted", replace(view, rev=view.rev - 1), hidden)
            is_new = False
        yield _frame_of("message.posted" if is_new else "message.changed", view, hidden)


def _frame_of(event: str, view: MessageView, hidden: Mapping[UUID, frozenset[UUID]]) -> Frame:
    instead = {viewer: _frame_for(event, view, people) for viewer, people in hidden.items() if people & view.people}
    return _frame(event, view), instead or None


def _frame_for(event: str, view: MessageView, hidden: frozenset[UUID]) -> bytes:
    if view.author is None or view.author.id not in hidden:
        return _frame(event, view.without(hidden))
    return Held(_frame(event, view.tombstone()))


def _frame(event: str, view: MessageView) -> bytes:
    return frame(f'42["{event}",{message_json(view)}]')


@dataclass(frozen=True)
class Viewer:
    """A member who has a room open."""

    actor: Actor
    room_id: UUID


class RoomFeedSource:
    """Reads for the room feed, each in a session of its own."""

    def __init__(self, store: UnitOfWorkFactory, live: SocketServer) -> None:
        self._store = store
        self._live = live
        self._recent_notifications: OrderedDict[UUID, None] = OrderedDict()
        self._states: dict[tuple[UUID, UUID], object] = {}
        self._markers: dict[tuple[UUID, UUID], dict[str, Any]] = {}
        self._unread: OrderedDict[UUID, int] = OrderedDict()
        self._since: datetime = store.clock()

    def push(self, room_id: UUID, place: Cursor) -> Delta | None:
        """Return what follows a place in a room's log, with the audience when it may have changed. None for an unknown
        room.
        """
        with self._store.read_context() as ctx:
            stretch = history.read_after(ctx.session, room_id, seq=place.seq, rev=place.rev)
            if stretch is None:
                return None
            views = list(stretch.in_order())
            hidden = visibility.viewers_blocked_from(ctx.session, {person for view in views for person in view.people})
            moved = stretch.audience_version != place.audience_version
            audience = visibility.audience(ctx, room_id) if moved else None
        return Delta(
            max(place.seq, stretch.upto_seq),
            max(place.rev, stretch.upto_rev),
            stretch.more,
            stretch.audience_version,
            tuple(_frames(views, hidden, after_seq=place.seq)),
            audience,
        )

    def heads(self, room_ids: Collection[UUID]) -> dict[UUID, Cursor]:
        """Return how far the logs of these rooms go."""
        with self._store.read_context() as ctx:
            return {room_id: Cursor(*head) for room_id, head in history.log_heads(ctx.session, room_ids).items()}

    def news(self, member_ids: Collection[UUID]) -> list[tuple[UUID, str, dict[str, Any]]]:
        """Return new notifications, unread counts and moved read markers of these members, each once."""
        found: list[tuple[UUID, str, dict[str, Any]]] = []
        with self._store.read_context() as ctx:
            for notification in shown_since(
                ctx, member_ids=member_ids, after=max(self._since, ctx.now - NOTIFICATION_LOOKBACK)
            ):
                if notification.id in self._recent_notifications:
                    continue
                self._recent_notifications[notification.id] = None
                created_at = rfc3339(notification.created_at)
                payload = {"id": str(notification.id), "kind": notification.kind, "created_at": created_at}
                found.append((notification.member_id, "notification.created", payload))
            found += self._counted(ctx, member_ids)
            found += self._moved(ctx, member_ids)
        while len(self._recent_notifications) > MAX_REMEMBERED:
            self._recent_notifications.popitem(last=False)
        while len(self._unread) > MAX_REMEMBERED:
            self._unread.popitem(last=False)
        return found

    def revoked(self, connections: Collection[Connection]) -> tuple[list[Connection], list[tuple[Connection, UUID]]]:
        """Return the connections whose sessions have ended, and the open rooms that their members may no longer see."""
        # as it is before the database is asked: a room that is opened meanwhile was allowed by somebody who knew more
        shown = [(one, room_id) for one in connections for room_id in one.socket.rooms]
        room_ids = {room_id for _, room_id in shown}
        with self._store.read_context() as ctx:
            rooms = known_rooms(ctx, room_ids)
            known = member_statuses_in(ctx, room_ids, [one.actor for one in connections])
            ended = [one for one in connections if one.actor.session_id not in known.sessions]
            shut = [
                (one, room_id)
                for one, room_id in shown
                if visibility_refusal(ctx, Viewer(one.actor, room_id), rooms.get(room_id), known)
            ]
        return ended, shut

    def _counted(self, ctx: ReadContext, member_ids: Collection[UUID]) -> list[tuple[UUID, str, dict[str, Any]]]:
        """Return the unread notification counts that changed since the last call, also by reading elsewhere."""
        unread = count_unread_of(ctx, member_ids)
        counts = {member_id: unread.get(member_id, 0) for member_id in member_ids}
        changed = {one: count for one, count in counts.items() if self._unread.get(one) != count}
        self._unread |= changed
        return [(one, "notification.unread", {"unread": count}) for one, count in changed.items()]

    def _moved(self, ctx: ReadContext, member_ids: Collection[UUID]) -> Iterator[tuple[UUID, str, dict[str, Any]]]:
        """Yield the read markers that moved, or whose unread count changed, since these members were last told."""
        hidden = visibility.blocked_by_viewer(ctx.session, member_ids)
        moved = []
        for place in read_positions(ctx.session, member_ids):
            key = (place.member_id, place.room_id)
            state = (place.last_read_seq, place.head_rev, hidden.get(place.member_id))
            if self._states.get(key) != state:
                self._states[key] = state
                moved.append(place)
        counts = count_unread(ctx.session, moved, hidden)
        for place in moved:
            key = (place.member_id, place.room_id)
            payload = {
                "room_id": str(place.room_id),
                "unread": counts[key],
                "last_read_seq": place.last_read_seq,
            }
            if self._markers.get(key) != payload:
                self._markers[key] = payload
                yield place.member_id, "room.unread", payload
