"""A room to talk in, without sockets: posts go through the writer, and are indexed as a worker would."""

from uuid import UUID, uuid4

from community.core.unit_of_work import Actor
from community.rooms.actions import create
from community.rooms.engine import search_index
from community.rooms.engine.message_writer import MessageWriter
from community.rooms.models import Message
from tests.conftest import Act
from tests.factories import Cast


class Chat:
    """Ada's open room with Ben, Cleo and Dov in it."""

    def __init__(self, act: Act, cast: Cast) -> None:
        self.act = act
        self.writer = MessageWriter(act.store)
        self.room_id = self.another_room(cast.ada, cast.ben, cast.cleo, cast.dov)

    def another_room(self, host: Actor, *members: Actor, kind: str = "open") -> UUID:
        """One more room."""
        ids = [member.id for member in members]
        return self.act(host, create.create_room, kind=kind, name="Evenings", members=ids).id

    def say(self, actor: Actor, body: str, *, room_id: UUID | None = None, reply_to: UUID | None = None) -> UUID:
        """Post, at the test's present; returns the message's id."""
        room_id = room_id or self.room_id
        posted = self.writer.post(actor, room_id=room_id, client_msg_id=str(uuid4()), body=body, reply_to=reply_to)
        return self.stored(posted.message.id, room_id, posted.message.seq)

    def stored(self, message_id: UUID, room_id: UUID, seq: int) -> UUID:
        """Put the test's present into what was posted, and index it."""
        with self.act.store.unit_of_work(now=self.act.now) as uow:
            uow.session.get_one(Message, message_id).created_at = self.act.now
            uow.session.flush()
            search_index.index_range(uow, room_id=room_id, first_seq=seq, last_seq=seq)
        return message_id
