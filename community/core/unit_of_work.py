"""Unit of work: one write transaction, its actor, the events it records, and what is published after its commit.

Endpoints open one, call one action, and leave the block, which commits. An error rolls everything back.

Scheduled work is an event, too, planned in the transaction that makes it necessary:

    uow.schedule(starts_at - timedelta(hours=24), ReminderDue(occurrence_id=…), key=f"reminder:{occurrence_id}:24h:1")

A worker processes it when it is due, with the same `notify` rules and `handlers` as any event, at most once for its
key. Scheduled again under its key while it waits, it moves. Once done it stays done, so the key holds what makes the
event another one (a version, a date). `uow.cancel_scheduled(key)` drops a waiting event. Correctness depends on
neither: listeners read the state when they run, and do nothing about what was cancelled or moved meanwhile. A handler
that schedules its own event again under the same key repeats it, as `periodic` does.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from community.core.clock import Clock, machine_now
from community.core.crypto.cipher import FieldCipher
from community.core.db import Database
from community.core.errors import Forbidden, Unauthenticated
from community.core.events import Event
from community.core.outbox import store as outbox
from community.core.outbox.store import Row
from community.core.permissions import Permission
from community.core.permissions import Role as Role  # part of what an actor is
from community.core.pubsub import EVENTS, PubSub, member_channel, room_channel


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The signed-in member on whose behalf an action runs, and their session.

    Of the session: when it gave a second factor, when its member last confirmed that it is them, and whether it may
    enroll a factor because it follows an invitation or an admin's link.
    """

    id: UUID
    handle: str
    role: Role
    time_zone: str
    session_id: UUID | None = None
    second_factor_at: datetime | None = None
    stepped_up_at: datetime | None = None
    may_enroll_factor: bool = False

    def may(self, permission: Permission | str) -> bool:
        """Return whether the actor's role has the permission. Templates name it by its value."""
        return self.role.may(Permission(permission))


class ReadContext:
    """A read transaction: its session, actor and moment."""

    def __init__(self, session: Session, actor: Actor | None, now: datetime) -> None:
        self.session = session
        self.now = now
        self.anyone = actor
        self.secrets: tuple[str, ...] = ()  # newest first, for keys that are not in the database

    @cached_property
    def cipher(self) -> FieldCipher:
        """The cipher of encrypted columns, with this application's keys."""
        return FieldCipher(*self.secrets)

    @property
    def actor(self) -> Actor:
        """The member who reads or acts. Raises Unauthenticated when no member is signed in."""
        if self.anyone is None:
            raise Unauthenticated
        return self.anyone

    def permitted(self, permission: Permission) -> Actor:
        """Return the actor, whose role has the permission. Raises Unauthenticated, Forbidden."""
        if not self.actor.may(permission):
            raise Forbidden
        return self.actor


class UnitOfWork(ReadContext):
    """A write transaction: collects events, and what is published once it is committed."""

    def __init__(self, session: Session, actor: Actor | None, now: datetime) -> None:
        super().__init__(session, actor, now)
        self.events: list[Event] = []
        self.is_audited = False  # whether an audit entry stands in this transaction
        self._rows: list[Row] = []
        self._unwritten: list[Row] = []
        self._messages: list[tuple[str, dict[str, Any]]] = []
        self._after_commit: list[Callable[[], None]] = []
        self._background_jobs: list[Callable[[UnitOfWorkFactory], None]] = []

    def record(self, event: Event) -> None:
        """Store an event in the outbox, in this transaction."""
        row = outbox.row_for(event, now=self.now)
        self.events.append(event)
        self._rows.append(row)
        self._unwritten.append(row)

    def schedule(self, moment: datetime, event: Event, *, key: str, spread: timedelta = timedelta(0)) -> None:
        """Store an event that is processed at a moment (at once when it has passed), at most once for its key.

        `key` has up to 200 characters: the kind, the subject, and which one of several. Under a key that still waits,
        the new moment and event replace the old ones. An event that is due for many members at once, as digests are,
        gets a `spread`: each is processed at a moment of its own within it.
        """
        moment = outbox.jittered(moment, spread, key=key)
        row = outbox.schedule(self.session, event, at=moment, key=key, now=self.now)
        if row is not None and moment <= self.now:
            self._rows.append(row)

    def cancel_scheduled(self, *keys: str) -> int:
        """Delete the events that are scheduled under these keys and not processed. Returns how many there were."""
        return outbox.cancel(self.session, keys)

    def notify_member(self, *member_ids: UUID) -> None:
        """Tell every process after the commit that there is news for these members."""
        self._messages += [(member_channel(member_id), {}) for member_id in dict.fromkeys(member_ids)]

    def notify_room(self, room_id: UUID, *, head_seq: int, head_rev: int) -> None:
        """Tell every process after the commit how far a room's log goes."""
        self._messages.append((room_channel(room_id), {"head_seq": head_seq, "head_rev": head_rev}))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call a function after the commit. It must not fail and must not touch the session."""
        self._after_commit.append(act)

    def run_in_background(self, work: "Callable[[UnitOfWorkFactory], None]") -> None:
        """Start a function in a thread of its own after the commit, for work that no transaction may wait for.

        The process may die before the work is done: rows must say that it is due, and a periodic job must read them.
        """
        self._background_jobs.append(work)

    def is_scheduled(self, key: str) -> bool:
        """Return whether the event scheduled under this key is still to be processed, however late it is."""
        return outbox.is_scheduled(self.session, key)

    def commit(self) -> None:
        """Insert the events into the outbox in one statement, and commit. Called by the factory and the message writer
        only.
        """
        if self._unwritten:
            outbox.insert_rows(self.session, self._unwritten)
        self.session.commit()

    def publish_all(self, pubsub: PubSub) -> None:
        """Publish on Redis. Called by the factory only, after the write lock is released: Redis may be slow."""
        pubsub.publish([(EVENTS, cloud_event(row)) for row in self._rows] + self._messages)
        for act in self._after_commit:
            act()

    def start_background_jobs(self, store: "UnitOfWorkFactory") -> None:
        """Start what `run_in_background` was given. Called by the factory only."""
        for work in self._background_jobs:
            threading.Thread(target=work, args=(store,), daemon=True).start()


def cloud_event(row: Row) -> dict[str, Any]:
    """Return an outbox row as a CloudEvents 1.0 envelope: ids and a type, no content."""
    return {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": "/community",
        "type": row["type"],
        "subject": row["subject"],
        "time": row["created_at"].isoformat().replace("+00:00", "Z"),
    }


class UnitOfWorkFactory:
    """Factory of units of work and read contexts on one database, one Redis and one clock.

    `clock` returns the present moment with a time zone; the default is the machine's. `secrets` are the settings'
    `encryption_secrets`.
    """

    def __init__(
        self, database: Database, pubsub: PubSub, *, secrets: tuple[str, ...] = (), clock: Clock = machine_now
    ) -> None:
        self.database = database
        self.pubsub = pubsub
        self.clock = clock
        self._secrets = secrets

    @property
    def secret(self) -> str:
        """The newest secret, for digests that live for minutes. Empty in a factory without secrets."""
        return self._secrets[0] if self._secrets else ""

    def with_clock(self, clock: Clock) -> "UnitOfWorkFactory":
        """Return a factory on the same database and Redis with another clock."""
        return UnitOfWorkFactory(self.database, self.pubsub, secrets=self._secrets, clock=clock)

    @contextmanager
    def unit_of_work(
        self, actor: Actor | None = None, *, now: datetime | None = None, durable: bool = True, at_once: bool = False
    ) -> Iterator[UnitOfWork]:
        """Open a write transaction that commits and publishes when the block ends well, and rolls back otherwise.

        Pass `durable=False` for changes that follow from rows alone and would be made again if the machine failed
        before they were on disk: nothing outside the database may depend on them. `at_once` promises a single
        statement, which spares PostgreSQL a BEGIN and a COMMIT.
        """
        with self.database.write_session(durable=durable, at_once=at_once) as session:
            uow = UnitOfWork(session, actor, now or self.clock())
            uow.secrets = self._secrets
            yield uow
            uow.commit()
        uow.publish_all(self.pubsub)
        uow.start_background_jobs(self)

    @contextmanager
    def read_context(self, actor: Actor | None = None, *, now: datetime | None = None) -> Iterator[ReadContext]:
        """Open a read transaction."""
        with self.database.read_session() as session:
            ctx = ReadContext(session, actor, now or self.clock())
            ctx.secrets = self._secrets
            yield ctx


def recorded(uow: UnitOfWork) -> Sequence[Event]:
    """Return the events that a unit of work recorded so far, in order."""
    return tuple(uow.events)
