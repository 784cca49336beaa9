"""Message rate of each member, counted in the database over all web processes.

`web.send_rate` refuses most of the excess before a batch is made, without a query, but it sees one process only. The
batch therefore counts what its authors posted within the last window: one indexed statement for all of them, in the
transaction that inserts. Redis has no part in it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select

from community.core.crisis_keywords import asks_for_help
from community.core.db import UTCDateTime, lock_names
from community.core.errors import RateLimited
from community.core.unit_of_work import UnitOfWork
from community.rooms.engine.post_checks import PostText
from community.rooms.models import Message

# Prepared once, like the other statements of a batch. Served by ix_messages_author_id_created_at.
RECENT = (
    select(Message.author_id, func.count(), func.min(Message.created_at))
    .where(
        Message.author_id.in_(bindparam("authors", expanding=True)),
        Message.created_at > bindparam("since", type_=UTCDateTime()),
    )
    .group_by(Message.author_id)
)


class Limit(Protocol):
    """A number of messages in a number of seconds."""

    @property
    def count(self) -> int:
        """Return the number of messages."""

    @property
    def seconds(self) -> float:
        """Return the number of seconds."""


@dataclass
class RecentMessages:
    """Number of messages that each author of a batch posted within the window, and the time of the first of them."""

    limit: Limit | None
    counts: Counter[UUID]
    first_at: dict[UUID, datetime]

    def refusal(self, post: PostText, *, now: datetime) -> RateLimited | None:
        """Return the refusal of a post beyond its author's rate. A post that asks for help is never refused."""
        author_id = post.actor.id
        if self.limit is None or self.counts[author_id] < self.limit.count or asks_for_help(post.body):
            return None
        free_at = self.first_at.get(author_id, now) + timedelta(seconds=self.limit.seconds)
        return RateLimited(retry_after=round(max((free_at - now).total_seconds(), 0.1), 1))

    def note_accepted(self, post: PostText, *, now: datetime) -> None:
        """Count a post that this batch accepted."""
        self.counts[post.actor.id] += 1
        self.first_at.setdefault(post.actor.id, now)


def recent_messages(uow: UnitOfWork, batch: Iterable[PostText], *, limit: Limit | None) -> RecentMessages:
    """Return what the authors of a batch posted within the last window, up to the limit's length.

    Locks, on PostgreSQL, the authors who would use more than half of their rate, and counts theirs again: batches of
    other processes in other rooms could pass the limit together otherwise. No other lock is taken after these, so they
    cannot be part of a deadlock. Authors who write at an ordinary pace cost no lock. One post each in as many processes
    may be missed by the first count, which is why half of the rate is the bound.
    """
    recent = RecentMessages(limit, Counter(), {})
    if limit is None:
        return recent
    posts = Counter(post.actor.id for post in batch)
    _count(uow, recent, limit, posts)
    hasty = [author_id for author_id, count in posts.items() if recent.counts[author_id] + count > limit.count // 2]
    if hasty and uow.session.get_bind().dialect.name == "postgresql":
        lock_names(uow.session, *(f"message-rate:{author_id}" for author_id in hasty))
        _count(uow, recent, limit, hasty)
    return recent


def _count(uow: UnitOfWork, recent: RecentMessages, limit: Limit, authors: Iterable[UUID]) -> None:
    since = uow.now - timedelta(seconds=limit.seconds)
    rows = uow.session.connection().execute(RECENT, {"authors": list(authors), "since": since})
    for author_id, count, first_at in rows:
        recent.counts[author_id] = count
        recent.first_at[author_id] = first_at
