"""The unit of work: one transaction, who acts in it, what it recorded, and the bell after its commit.

Doors open one, call one action, and leave; leaving commits. A refusal on the way rolls everything back.

What the clock brings is an event too, planned in the transaction that makes it necessary:

    uow.at(starts_at - timedelta(hours=24), ReminderDue(occurrence_id=…), key=f"reminder:{occurrence_id}:24h:{version}")

A worker sees to it at its moment, by the same `notices` and `reactions` as any event, at most once for its key. Planned
again under its key while it waits, it moves; once it is done it stays done, so put into the key what makes it another
one (a version, a date). `uow.forget(key)` drops what waits. Neither is needed for being right: listeners read the
state of things when they run, and do nothing about what was cancelled or moved meanwhile. A reaction that plans its
own event again (same key) makes it come back: that is how something is done every so often (`timers`).
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
    """The signed-in member on whose behalf something happens, and the session they came with."""

    id: UUID
    handle: str
    role: Role
    time_zone: str
    session_id: UUID | None = None

    def may(self, permission: Permission | str) -> bool:
        """Return whether the actor's role has the permission. Templates name it by its value."""
        return self.role.may(Permission(permission))


class ReadContext:
    """A look at the database by somebody at a moment."""

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
        """Who looks. Raises SignInNeeded when nobody is signed in."""
        if self.anyone is None:
            raise Unauthenticated
        return self.anyone

    def permitted(self, permission: Permission) -> Actor:
        """The actor, whose role has this permission. Raises SignInNeeded, Forbidden."""
        if not self.actor.may(permission):
            raise Forbidden
        return self.actor


class UnitOfWork(ReadContext):
    """A change in the making: collects events, and what to ring once it is committed."""

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
        """Put the event into the outbox, in this transaction."""
        row = outbox.row_for(event, now=self.now)
        self.events.append(event)
        self._rows.append(row)
        self._unwritten.append(row)

    def schedule(self, moment: datetime, event: Event, *, key: str, spread: timedelta = timedelta(0)) -> None:
        """Have the event seen to at a moment (at once when it has passed), at most once for this key.

        `key` is up to 200 characters: what it is, of whom or what, and which one of several. Under a key that still
        waits, the new moment and event replace the old ones. What is due for many at once, as digests are, gets a
        `spread`: each comes somewhere within it.
        """
        moment = outbox.jittered(moment, spread, key=key)
        row = outbox.schedule(self.session, event, at=moment, key=key, now=self.now)
        if row is not None and moment <= self.now:
            self._rows.append(row)

    def cancel_scheduled(self, *keys: str) -> int:
        """Drop what `at` planned under these keys and nobody has seen to. How many went."""
        return outbox.cancel(self.session, keys)

    def notify_member(self, *member_ids: UUID) -> None:
        """After the commit, tell every process to look what is new for these members."""
        self._messages += [(member_channel(member_id), {}) for member_id in dict.fromkeys(member_ids)]

    def notify_room(self, room_id: UUID, *, head_seq: int, head_rev: int) -> None:
        """After the commit, tell every process how far a room's log goes."""
        self._messages.append((room_channel(room_id), {"head_seq": head_seq, "head_rev": head_rev}))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call `act` once the commit stands. It must not fail and must not touch the session."""
        self._after_commit.append(act)

    def run_in_background(self, work: "Callable[[UnitOfWorkFactory], None]") -> None:
        """Once the commit stands, start `work` with the store in a thread of its own: what no transaction may wait for.

        The process may die before it is done: rows have to say that it is to be done, and somebody has to look at them.
        """
        self._background_jobs.append(work)

    def is_scheduled(self, key: str) -> bool:
        """Whether what `at` planned under this key is still to come, however late it is."""
        return outbox.is_scheduled(self.session, key)

    def commit(self) -> None:
        """Make it so: the events go into the outbox in one statement. Called by the store alone, and by the writer."""
        if self._unwritten:
            outbox.insert_rows(self.session, self._unwritten)
        self.session.commit()

    def publish_all(self, pubsub: PubSub) -> None:
        """Tell whoever listens. Called by the store alone, when others may write again: Redis may be slow."""
        pubsub.publish([(EVENTS, cloud_event(row)) for row in self._rows] + self._messages)
        for act in self._after_commit:
            act()

    def start_background_jobs(self, store: "UnitOfWorkFactory") -> None:
        """Start what was asked for with `apart`. Called by the store alone."""
        for work in self._background_jobs:
            threading.Thread(target=work, args=(store,), daemon=True).start()


def cloud_event(row: Row) -> dict[str, Any]:
    """An outbox row as a CloudEvents 1.0 envelope: ids and a type, no content."""
    return {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": "/community",
        "type": row["type"],
        "subject": row["subject"],
        "time": row["created_at"].isoformat().replace("+00:00", "Z"),
    }


class UnitOfWorkFactory:
    """Where units of work come from: one database, one bell, and the clock that everything on them reads.

    `clock` returns the present moment, with a time zone. It is the machine's unless another one is given.
    `secrets` are the settings' `sealing_secrets`.
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
        """The newest secret, for digests that live for minutes. Empty in a store without secrets."""
        return self._secrets[0] if self._secrets else ""

    def with_clock(self, clock: Clock) -> "UnitOfWorkFactory":
        """Return a store on the same database and bell that reads another clock."""
        return UnitOfWorkFactory(self.database, self.pubsub, secrets=self._secrets, clock=clock)

    @contextmanager
    def unit_of_work(
        self, actor: Actor | None = None, *, now: datetime | None = None, durable: bool = True, at_once: bool = False
    ) -> Iterator[UnitOfWork]:
        """A write transaction that commits and rings when the block ends well and rolls back otherwise.

        Say not `durable` of what follows from rows alone and would be done again if the machine failed before it was
        on disk: nobody outside the database may have been promised anything by it. `at_once` promises a single
        statement, which PostgreSQL is then spared a BEGIN and a COMMIT around.
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
        """A look that changes nothing."""
        with self.database.read_session() as session:
            ctx = ReadContext(session, actor, now or self.clock())
            ctx.secrets = self._secrets
            yield ctx


def recorded(uow: UnitOfWork) -> Sequence[Event]:
    """What this unit recorded so far, in order."""
    return tuple(uow.events)
