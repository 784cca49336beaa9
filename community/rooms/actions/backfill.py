"""Backfills: work that a migration leaves for every stored message, done by a worker, one batch at a time.

A row of `message_backfills` says that a backfill is not finished and how far it is. It reads messages by id, the newest
first. A batch is read and prepared outside any write transaction, and written in a short one together with the place.
Stopped anywhere, it goes on with the batch it was at. A message that changes meanwhile is left out: its change stores
what is new.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.rooms.engine import mentions, search_index
from community.rooms.models import Message, MessageBackfill, MessageMention

log = structlog.get_logger()

AT_ONCE = 200
EVERY_SECONDS = 60


@dataclass(frozen=True)
class StoredMessage:
    """A stored message as it was read."""

    id: UUID
    room_id: UUID
    rev: int
    body: str


Write = Callable[[Session, set[UUID]], None]
Prepare = Callable[[Session, Sequence[StoredMessage]], Write]


def run_batch(store: UnitOfWorkFactory, name: str, prepare: Prepare, *, at_once: int = AT_ONCE) -> bool:
    """Do one batch of a backfill. False when it is finished, or another process is at it."""
    with store.read_context() as ctx:
        row = ctx.session.get(MessageBackfill, name)
        if row is None:
            return False
        before = row.before
        batch = _batch(ctx.session, before, at_once)
        write = prepare(ctx.session, batch)
    with store.unit_of_work() as uow:
        row = uow.session.get(MessageBackfill, name, with_for_update=True)
        if row is None or row.before != before:
            return False
        if not batch:
            uow.session.delete(row)
            return False
        write(uow.session, _unchanged(uow.session, batch))
        row.before = batch[-1].id
    return True


def run_all(store: UnitOfWorkFactory) -> None:
    """Do all batches of all backfills."""
    for name, prepare in BACKFILLS.items():
        try:
            while run_batch(store, name, prepare):
                pass
        except Exception as error:  # it goes on from the same batch when the timer is due again
            log.error("backfill.failed", kind=name, exc_info=error)


def continue_backfills(uow: UnitOfWork) -> None:
    """Continue the unfinished backfills, outside any transaction."""
    if uow.session.scalar(select(MessageBackfill.name).limit(1)) is not None:
        uow.run_in_background(run_all)


def _batch(session: Session, before: UUID, at_once: int) -> list[StoredMessage]:
    query = select(Message.id, Message.room_id, Message.rev, Message.body).where(Message.id < before)
    return [StoredMessage(*row) for row in session.execute(query.order_by(Message.id.desc()).limit(at_once))]


def _unchanged(session: Session, batch: Sequence[StoredMessage]) -> set[UUID]:
    """Return which of these messages are unchanged and not removed. Locks them against changes."""
    revs = {one.id: one.rev for one in batch}
    query = select(Message.id, Message.rev).where(Message.id.in_(revs), Message.removed_at.is_(None))
    rows = session.execute(query.order_by(Message.id).with_for_update(read=True))
    return {message_id for message_id, rev in rows if revs[message_id] == rev}


def _resolve_mentions(session: Session, batch: Sequence[StoredMessage]) -> Write:
    """Resolve the mentions of these messages. Those that have stored mentions are left as they are."""
    named = mentions.resolve(session, [(one.room_id, mentions.find_candidates(one.body)) for one in batch])
    found = {one.id: names.members for one, names in zip(batch, named, strict=True) if names.members}

    def write(session: Session, unchanged: set[UUID]) -> None:
        known = select(MessageMention.message_id).where(MessageMention.message_id.in_(found))
        wanting = (found.keys() & unchanged) - set(session.scalars(known))
        rows = [
            row
            for message_id in wanting
            for row in mentions.mention_rows(
                message_id, found[message_id], notified_ids={one.id for one in found[message_id]}
            )
        ]
        if rows:
            session.execute(insert(MessageMention), rows)

    return write


def _index_words(session: Session, batch: Sequence[StoredMessage]) -> Write:
    """Index these messages anew."""

    def write(session: Session, unchanged: set[UUID]) -> None:
        search_index.index_messages(session, message_ids=unchanged)

    return write


BACKFILLS: dict[str, Prepare] = {"mentions": _resolve_mentions, "words": _index_words}
