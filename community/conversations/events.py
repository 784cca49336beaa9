"""Events of conversations."""

from dataclasses import dataclass
from uuid import UUID

from community.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(Event, name="conversation.opened"):
    """A coordinator opened a conversation with a member, or opened it again.

    `has_message`: a first message follows at once. `is_urgent`: the coordinator says that it cannot wait for morning.
    """

    room_id: UUID
    member_id: UUID
    by: UUID
    has_message: bool = False
    is_urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class ConversationWaiting(Event, name="conversation.waiting"):
    """A member wrote in their conversation, and no coordinator has answered yet."""

    room_id: UUID
    member_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationAnswered(Event, name="conversation.answered"):
    """A coordinator wrote to a member in their conversation."""

    room_id: UUID
    member_id: UUID
    by: UUID


@dataclass(frozen=True, kw_only=True)
class ConversationClosed(Event, name="conversation.closed"):
    """A coordinator closed a conversation: nothing is left to answer."""

    room_id: UUID
    member_id: UUID
    by: UUID
