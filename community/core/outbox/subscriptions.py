"""Subscriptions to events: `notify` (who is notified, in which text), `handlers` (what a feature then does) and
`staff_tasks` (what coordinators have to do, or no longer).

All run in a worker, in the transaction that marks the event done, so each happens exactly once. Features register with
a decorator; `community.features` imports them by name.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from community.core.events import Event
from community.core.outbox.notification_kinds import Kind, declare_kind

E = TypeVar("E", bound=Event)
R = TypeVar("R")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class NotificationSpec:
    """A notification to send: neutral text, and a path to the page that has the rest.

    `subject` and `subject_version` are set for what may change before it is sent (a date that moves): a member is
    notified once per version. `due_at` holds a notification back, and after `expires_at` it is not sent any more.
    `kind` is the event's name unless said otherwise. `why` says why a member gets it, where the kind's text does not.
    `concerns` are the meetup or person that it comes from: members who muted one of these are not notified.
    `from_buddy`: it is a message from a member they share a room for two with. `to` holds member ids; with `mail_only`
    it may hold an invitation's id, and no in-app notification is made.

    `title` is what the app shows when it can say no more: the feature writes the sentence with names from `facts` when
    the member reads it (`core.outbox.notification_texts`). `facts` hold the fields of the event and what the rule adds.
    """

    to: Sequence[UUID]
    title: str
    url: str
    kind: str | None = None
    subject: UUID | None = None
    subject_version: int | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    why: str = ""
    concerns: Sequence[UUID] = ()
    from_buddy: bool = False
    mail_only: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StaffTask:
    """A task for the coordinators: neutral text, and a path to the page where it is done.

    There is one open task of a `kind` (the event's name unless said otherwise) about a `subject`: another one replaces
    it. `due_at` is when it should be done. `hidden_from` holds coordinators whom it is about.
    """

    title: str
    url: str
    subject: UUID
    kind: str | None = None
    due_at: datetime | None = None
    hidden_from: Sequence[UUID] = ()


@dataclass(frozen=True, kw_only=True)
class TaskResolved:
    """The end of a task that is done or no longer needed. `by` is the member who did it, if any."""

    kind: str
    subject: UUID
    by: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TaskAssigned:
    """The assignment of a task whose subject has an assignee of its own: `to` a coordinator, or to no one."""

    kind: str
    subject: UUID
    to: UUID | None


@dataclass
class Registry(Generic[R]):
    """Listeners by event type, in the order they were registered."""

    _listeners: dict[type[Event], list[Callable[..., R]]] = field(default_factory=lambda: defaultdict(list))
    _alone: set[str] = field(default_factory=set)

    def on(self, *kinds: type[Event], shared: bool = False) -> Callable[[F], F]:
        """Register the decorated function for these events.

        Pass `shared` for a handler that locks no rows others wait for: many such events share one transaction.
        """

        def register(listener: F) -> F:
            for kind in kinds:
                self._listeners[kind].append(listener)
                if not shared:
                    self._alone.add(kind.name)
            return listener

        return register

    def needs_own_transaction(self, event_type: str) -> bool:
        """Return whether a listener needs a transaction of its own for events of this type."""
        return event_type in self._alone

    def for_event(self, event: Event) -> Iterable[Callable[..., R]]:
        """Return the listeners of an event."""
        return tuple(self._listeners.get(type(event), ()))


class NotificationRegistry(Registry[NotificationSpec | Iterable[NotificationSpec] | None]):
    """Notification rules by event type, each with the kind of its notifications."""

    def on(self, *events: type[Event], shared: bool = False, kind: Kind | None = None) -> Callable[[F], F]:
        """Register the decorated rule for these events, and declare the kind that has the event's name.

        Without `kind` the rule names a kind in each specification that another rule or `declare_kind` declares.
        """
        if kind is not None:
            (event,) = events
            declare_kind(event.name, kind)
        return super().on(*events, shared=shared)


# (ctx, event) -> NotificationSpec | Iterable of them | None; ctx is the worker's unit of work, it has no actor
notify = NotificationRegistry()
# (uow, event) -> None; the unit of work has no actor
handlers: Registry[None] = Registry()
TaskChange = StaffTask | TaskResolved | TaskAssigned
# (ctx, event) -> TaskChange | Iterable of them | None
staff_tasks: Registry[TaskChange | Iterable[TaskChange] | None] = Registry()


def as_list(answer: T | Iterable[T] | None) -> list[T]:
    """Return a listener's result (nothing, one, or several) as a list."""
    if answer is None:
        return []
    return list(answer) if isinstance(answer, Iterable) else [answer]
