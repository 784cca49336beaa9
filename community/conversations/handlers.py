"""Event handlers of conversations."""

from community.conversations import actions
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.rooms.events import MessagePosted


@handlers.on(MessagePosted, shared=True)
def follow_conversation(uow: UnitOfWork, event: MessagePosted) -> None:
    """Note in a conversation who waits for an answer, and who has got one."""
    actions.follow_posts(uow, room_id=event.room_id, first_seq=event.first_seq, last_seq=event.last_seq)
