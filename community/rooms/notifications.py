"""Notifications of rooms: to the other member of a pairing, the author replied to, those mentioned. Never the text."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from community.core.kind_registries import still_new
from community.core.outbox.notification_kinds import Kind
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    message_preview,
    named,
    notification_texts,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.notifications.preferences.delivery_preferences import muted_by
from community.notifications.queries.previews import previews
from community.rooms.events import MessagePosted
from community.rooms.queries import recipients
from community.rooms.queries.notified_messages import notified_messages
from community.rooms.queries.unread_mentions import count_unread_mentions
from community.rooms.rules.messages import DIRECT_KINDS

TITLES = {
    "pairing": "You have a new message",
    "conversation": "You have a message",
    "reply": "Someone replied to you",
    "mention": "Someone mentioned you",
}
WHY = {
    "pairing": "This room is for the two of you.",
    "conversation": "It was written to you.",
    "reply": "It’s a reply to your message.",
    "mention": "It mentions you.",
}
SENTENCES = {
    "pairing": "{author} wrote to you",
    "conversation": "{author} wrote to you",
    "reply": "{author} replied in {room}",
    "mention": "{author} mentioned you in {room}",
}


@notify.on(
    MessagePosted,
    kind=Kind(
        label="Someone writes to me, replies to me or mentions me",
        staff_label="A message, a reply or a mention",
        preview="You have a new message",
        why="Someone wrote it to you.",
        icon="rooms",
        mails=True,
        pushes=True,
        is_personal=True,
        is_batched=True,
        position=40,
        section="messages",
    ),
)
def message_posted(ctx: ReadContext, event: MessagePosted) -> Iterator[NotificationSpec]:
    """Notify the recipients of posts, with a link to the message."""
    together = defaultdict(list)
    for one in recipients.notification_recipients(
        ctx, event.room_id, first_seq=event.first_seq, last_seq=event.last_seq
    ):
        together[one.why, one.seq, one.author_id].append(one.member_id)
    for (why, seq, author_id), members in together.items():
        url = f"/rooms/{event.room_id}" if why in DIRECT_KINDS else f"/rooms/{event.room_id}?at={seq}#m-{seq}"
        yield NotificationSpec(
            to=sorted(members),
            title=TITLES[why],
            url=url,
            why=WHY[why],
            subject=event.room_id,
            subject_version=seq,
            concerns=[author_id],
            from_buddy=why == "pairing",
        )


@still_new.on("message.posted")
def count_still_unread(ctx: ReadContext, recipient_id: UUID, room_id: UUID | None) -> int:
    """Return the number of messages to mail: without those read or removed, or by an author who is muted or blocked."""
    if room_id is None:
        return 0
    return count_unread_mentions(
        ctx.session, recipient_id, room_id, but_by=muted_by(ctx.session, recipient_id, now=ctx.now)
    )


@notification_texts.on("message.posted")
def message_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who wrote, where, and the first words, of messages that the member may read now."""
    places = {
        one.id: (one.subject, one.subject_version) for one in stored if one.subject and one.subject_version is not None
    }
    messages, policy = notified_messages(ctx, set(places.values())), previews(ctx)
    texts = {}
    for notification_id, place in places.items():
        if message := messages.get(place):
            room, author = named(message.room_name), named(message.author)
            texts[notification_id] = NotificationText(
                SENTENCES[message.why].format(author=author, room=room),
                message_preview(message.body) if policy.shows(message.body) else "",
                group=f"message.posted:{message.room_id}",
                group_title=f"{{count}} messages from {author}"
                if message.why in DIRECT_KINDS
                else f"{{count}} messages for you in {room}",
            )
    return texts
