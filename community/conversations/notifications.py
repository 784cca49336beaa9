"""Notifications of conversations. `message.posted` of rooms tells of each message."""

from collections.abc import Sequence
from uuid import UUID

from community.conversations.events import ConversationOpened
from community.core.events import Priority
from community.core.outbox.notification_kinds import Kind, declare_kind
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    texts_about,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.queries.blocks import visible_handles

URGENT_KIND = "conversation.urgent"

declare_kind(
    URGENT_KIND,
    Kind(
        label="A coordinator writes to me and it can’t wait",
        staff_label="A coordinator writes to a member and it can’t wait",
        preview="You have a message",
        why="It was written to you.",
        icon="rooms",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        is_personal=True,
        can_wait=False,
        position=46,
        section="messages",
        subject="You have a message",
    ),
)


@notify.on(
    ConversationOpened,
    kind=Kind(
        label="A coordinator opens a conversation with me",
        staff_label="A coordinator opens a conversation with a member",
        preview="You have a message",
        why="It was written to you.",
        icon="rooms",
        mails=True,
        pushes=True,
        is_personal=True,
        position=45,
        section="messages",
        subject="You have a message",
    ),
)
def notify_member(_ctx: ReadContext, event: ConversationOpened) -> NotificationSpec | None:
    """Notify the member of a new conversation. `message.posted` does it for one that begins with a message.

    An urgent one is sent in quiet hours too, whatever else tells of it.
    """
    if event.has_message and not event.is_urgent:
        return None
    return NotificationSpec(
        to=[event.member_id],
        title="You have a message",
        url=f"/rooms/{event.room_id}",
        subject=event.room_id,
        concerns=[event.by],
        kind=URGENT_KIND if event.is_urgent else None,
    )


@notification_texts.on(ConversationOpened.name, URGENT_KIND)
def opened_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who wrote."""
    names = visible_handles(ctx, fact_ids(stored, "by"))
    return texts_about(stored, "by", names, lambda _, name: NotificationText(f"{named(name)} wrote to you"))
