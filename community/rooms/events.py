"""Events of rooms."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Event, name="message.posted"):
    """Messages were posted to a room in one commit: those from `first_seq` to `last_seq`, both included."""

    room_id: UUID
    first_seq: int
    last_seq: int


@dataclass(frozen=True, kw_only=True)
class MessageRemoved(Event, name="message.removed"):
    """A message was removed by its author or a coordinator."""

    room_id: UUID
    message_id: UUID
    removed_by: UUID
