"""Views of messages: a row as one viewer may see it, and its JSON.

A removed message and one whose author is blocked from the viewer are the same tombstone. Its `created_at` tells the day
and no more, its id the day and the place in the log. A post by a member who is blocked from anyone takes two numbers of
`rev`, as one that is removed at once does, and is pushed as a post and a change. A viewer can still observe:

- that the place in the log is taken: `seq` has no holes, and `head_seq` and `head_rev` change with every post;
- on an open socket, that a message came which was never shown to them, with the next message they may see, or within
  five seconds; likewise that a hidden message changed, as its `rev` then is another.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from community.core.schemas import rfc3339
from community.core.text import as_json
from community.rooms.models import Message


@dataclass(frozen=True)
class Author:
    """A member by id and handle."""

    id: UUID
    handle: str


@dataclass(frozen=True)
class Reaction:
    """One emoji under a message, and the members who added it."""

    emoji: str
    count: int
    member_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class MessageView:
    """A message as it is now. A tombstone has no author, no text, and nothing that tells why."""

    id: UUID
    room_id: UUID
    seq: int
    rev: int
    client_msg_id: str | None
    author: Author | None
    body: str | None
    reply_to: UUID | None
    created_at: datetime
    edited_at: datetime | None
    removed: bool
    reactions: tuple[Reaction, ...] = ()
    pinned: bool = False
    mentions: tuple[Author, ...] = ()

    @property
    def mentions_json(self) -> str:
        """Return the members it names as JSON for scripts."""
        return as_json([{"id": str(one.id), "handle": one.handle} for one in self.mentions])

    @property
    def people(self) -> frozenset[UUID]:
        """Return the members who appear in it."""
        shown = {member_id for sign in self.reactions for member_id in sign.member_ids}
        shown |= {one.id for one in self.mentions}
        return frozenset(shown | {self.author.id}) if self.author else frozenset(shown)

    def without(self, hidden: frozenset[UUID]) -> "MessageView":
        """Return the message for a viewer from whom these members are hidden: a tombstone when one of them wrote it."""
        if self.author is not None and self.author.id in hidden:
            return self.tombstone()
        if not hidden & self.people:
            return self
        signs = []
        for sign in self.reactions:
            left = tuple(member_id for member_id in sign.member_ids if member_id not in hidden)
            if left:
                signs.append(Reaction(sign.emoji, len(left), left))
        mentions = tuple(one for one in self.mentions if one.id not in hidden)
        return replace(self, reactions=tuple(signs), mentions=mentions)

    def tombstone(self) -> "MessageView":
        """Return its tombstone: the same whether it was removed or is hidden from the viewer."""
        return replace(
            self,
            created_at=self.created_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0),
            client_msg_id=None,
            author=None,
            body=None,
            reply_to=None,
            edited_at=None,
            removed=True,
            reactions=(),
            pinned=False,
            mentions=(),
        )


def view_of(
    row: Message, handle: str, reactions: tuple[Reaction, ...] = (), mentions: tuple[Author, ...] = ()
) -> MessageView:
    """Return the view of a row, a tombstone when it was removed."""
    view = MessageView(
        id=row.id,
        room_id=row.room_id,
        seq=row.seq,
        rev=row.rev,
        client_msg_id=row.client_msg_id,
        author=Author(row.author_id, handle),
        body=row.body,
        reply_to=row.reply_to,
        created_at=row.created_at,
        edited_at=row.edited_at,
        removed=row.removed_at is not None,
        reactions=reactions,
        pinned=row.pinned_at is not None,
        mentions=mentions,
    )
    return view.tombstone() if view.removed else view


def message_json(view: MessageView) -> str:
    """Return a message as `MessageSchema` dumps it, ready for a frame. Runs for every message that is shown."""
    shown: dict[str, object] = {
        "id": str(view.id),
        "room_id": str(view.room_id),
        "seq": view.seq,
        "rev": view.rev,
        "client_msg_id": view.client_msg_id,
        "author": {"id": str(view.author.id), "handle": view.author.handle} if view.author else None,
        "body": view.body,
        "reply_to": str(view.reply_to) if view.reply_to else None,
        "created_at": rfc3339(view.created_at),
        "edited_at": rfc3339(view.edited_at) if view.edited_at else None,
        "removed": view.removed,
        "reactions": [
            {"emoji": sign.emoji, "count": sign.count, "member_ids": [str(one) for one in sign.member_ids]}
            for sign in view.reactions
        ],
        "pinned": view.pinned,
    }
    if view.mentions:
        shown["mentions"] = [{"id": str(one.id), "handle": one.handle} for one in view.mentions]
    return as_json(shown)
