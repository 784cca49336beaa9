"""Socket events of rooms, and the wiring of rooms, message writer and room feed."""

from functools import partial
from typing import Any
from uuid import UUID

from community.core.crisis_keywords import asks_for_help
from community.core.errors import AppError, Unauthenticated
from community.core.live.room_feed import RoomFeed
from community.core.live.socket_server import Connection, Respond, SocketServer
from community.core.pubsub import room_channel
from community.core.rate_limits import TokenBucket
from community.core.schemas import rfc3339
from community.core.shared_rates import SharedRate
from community.core.web.request_context import Services
from community.members.actions.session_auth import live_sessions
from community.rooms import access
from community.rooms.actions import membership_settings
from community.rooms.engine.live_feed import RoomFeedSource, broadcast_committed, relay_presence
from community.rooms.engine.message_batch import PostRequest
from community.rooms.engine.subscribe import RoomSubscriptions
from community.rooms.queries import read_markers
from community.rooms.schemas.sockets import OpenRoomSchema, PresentSchema, ReadSchema, RoomIdSchema, load_post

OPENS = (60, 60)
TYPING = (1, 3.0)
PRESENT = (3, 15.0)


class RoomSocketHandlers:
    """Handlers of the events a client sends over its socket."""

    def __init__(self, web: Services, live: SocketServer, tail: RoomFeed) -> None:
        self._web = web
        self._tail = tail
        is_limited = web.send_rate is not None
        self._openings = RoomSubscriptions(web.store, tail, rate=SharedRate("opens", *OPENS) if is_limited else None)
        self._opens = (
            TokenBucket(*OPENS) if is_limited else None
        )  # refuses in the loop, before anything is asked elsewhere
        self._typing = TokenBucket(*TYPING)
        self._present = TokenBucket(*PRESENT)
        live.on_inline("room.open", OpenRoomSchema().load, self.open)
        live.on_inline("room.close", RoomIdSchema().load, self.close)
        live.on_inline("message.send", load_post, self.send)
        live.on("room.read", ReadSchema(), self.read)
        live.on("room.typing", RoomIdSchema(), self.typing)
        live.on("room.present", PresentSchema(), self.present)

    def open(self, connection: Connection, asked: dict[str, Any], answer: Respond) -> None:
        """Subscribe to a room: send what the client lacks, a page at a time. With the last page the room is live."""
        if self._opens is not None:
            self._opens.try_consume(connection.actor.id)
        place = {"seq": asked["since_seq"], "rev": asked["since_rev"]}
        self._openings.add(connection, room_id=asked["room_id"], **place, answer=answer)

    def close(self, connection: Connection, asked: dict[str, Any], answer: Respond) -> None:
        """Unsubscribe from a room."""
        self._tail.close(connection, asked["room_id"])
        answer({"ok": True})

    def send(self, connection: Connection, said: dict[str, Any], answer: Respond) -> None:
        """Post a message; acknowledged once it is stored."""
        if self._web.send_rate is not None and not asks_for_help(said["body"]):
            self._web.send_rate.try_consume(connection.actor.id)
        self._web.writer.submit(PostRequest(connection.actor, **said, done=partial(_acknowledge, answer)))

    def read(self, connection: Connection, mark: dict[str, Any]) -> dict[str, Any]:
        """Move the read marker."""
        self._check_session(connection)
        with self._web.store.unit_of_work(connection.actor) as uow:
            membership_settings.mark_read(uow, **mark)
            marker = read_markers.marker(uow, mark["room_id"])
        return {"last_read_seq": marker.last_read_seq, "unread": marker.unread}

    def typing(self, connection: Connection, asked: dict[str, Any]) -> dict[str, Any]:
        """Broadcast that the member is typing, if they show it. Stored nowhere."""
        return self._sign(connection, asked["room_id"], self._typing, {"typing": str(connection.actor.id)})

    def present(self, connection: Connection, asked: dict[str, Any]) -> dict[str, Any]:
        """Broadcast that the member is present or absent, if they show it. Stored nowhere."""
        sign: dict[str, Any] = {"present" if asked["present"] else "absent": str(connection.actor.id)}
        return self._sign(connection, asked["room_id"], self._present, sign | ({"asks": True} if asked["asks"] else {}))

    def _sign(self, connection: Connection, room_id: UUID, rate: TokenBucket, sign: dict[str, Any]) -> dict[str, Any]:
        self._check_session(connection)
        with self._web.store.read_context(connection.actor) as ctx:
            shows = access.membership(ctx, room_id).shows_presence
        # after the look: a room that is not there answers the same every time
        rate.try_consume(connection.actor.id if rate is self._typing else (connection.actor.id, room_id))
        if shows:
            self._web.store.pubsub.publish([(room_channel(room_id), sign)])
        return {}

    def _check_session(self, connection: Connection) -> None:
        """Raises Unauthenticated when the socket's session has ended."""
        session_id = connection.actor.session_id
        if session_id is None:
            return
        with self._web.store.read_context() as ctx:
            if not live_sessions(ctx.session, {session_id}, now=ctx.now):
                raise Unauthenticated


def _acknowledge(answer: Respond, post: PostRequest) -> None:
    if post.answer is None or isinstance(post.answer, AppError):
        answer(post.answer or AppError())
        return
    message, duplicate = post.answer.message, "true" if post.answer.duplicate else "false"
    answer(
        f'{{"ok":true,"message":{{"id":"{message.id}","seq":{message.seq},"rev":{message.rev},'
        f'"created_at":"{rfc3339(message.created_at)}"}},"duplicate":{duplicate}}}'
    )


def init_rooms(web: Services, live: SocketServer) -> None:
    """Connect the socket handlers, the room feed and the message writer."""
    tail = RoomFeed(live, RoomFeedSource(web.store, live))
    RoomSocketHandlers(web, live, tail)
    web.writer.on_commit = partial(broadcast_committed, tail)
    tail.on_ephemeral = partial(relay_presence, tail, web.store)
