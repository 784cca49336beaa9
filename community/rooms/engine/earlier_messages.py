"""Stored messages that a batch of posts refers to: those that it repeats, and those that it replies to."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select

from community.core.unit_of_work import Actor, UnitOfWork
from community.rooms.models import Message
from community.rooms.queries import history
from community.rooms.views import MessageView

# Every author with every key; the caller picks the requested pairs. SQLite reads the whole table for
# `(author_id, client_msg_id) IN (VALUES …)`, and the unique index for this.
STORED = select(Message.id, Message.author_id, Message.client_msg_id, Message.request_hash).where(
    Message.author_id.in_(bindparam("authors", expanding=True)),
    Message.client_msg_id.in_(bindparam("keys", expanding=True)),
)
AUTHORS_AT_ONCE = 20


class ClientMessage(Protocol):
    """A message under an id that its client chose."""

    @property
    def actor(self) -> Actor:
        """Return the author."""

    @property
    def client_msg_id(self) -> str:
        """Return the id that the client chose."""


def stored_messages(uow: UnitOfWork, batch: Sequence[ClientMessage]) -> dict[tuple[UUID, str], tuple[str, MessageView]]:
    """Return the stored messages with the ids of these posts, and their request hashes, by (author, client_msg_id)."""
    keys: dict[UUID, set[str]] = defaultdict(set)
    for post in batch:
        keys[post.actor.id].add(post.client_msg_id)
    rows: list[Any] = []
    authors = list(keys)
    for start in range(0, len(authors), AUTHORS_AT_ONCE):
        some = authors[start : start + AUTHORS_AT_ONCE]
        theirs = [key for author in some for key in keys[author]]
        rows += uow.session.connection().execute(STORED, {"authors": some, "keys": theirs})
    if not rows:
        return {}
    ids = [row.id for row in rows]
    views = {
        view.id: view
        for view in history.load_messages(uow.session, Message.id.in_(ids), order=Message.seq, limit=len(ids))
    }
    return {(row.author_id, row.client_msg_id): (row.request_hash, views[row.id]) for row in rows}


def reply_targets(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """Return the (room, author) of each of these messages, without those that were removed."""
    if not ids:
        return {}
    rows = uow.session.execute(
        select(Message.id, Message.room_id, Message.author_id).where(Message.id.in_(ids), Message.removed_at.is_(None))
    )
    return {message_id: (room_id, author_id) for message_id, room_id, author_id in rows}
