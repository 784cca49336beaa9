"""Who listens to events: `notices` (who hears of it, in which words), `reactions` (what a feature then does) and
`tasks` (what coordinators then have to do, or no longer).

All run in a worker, in the transaction that marks the event done, so each happens exactly once. `timers` are what
workers do every so often, `still_true` and `still_new` are asked once more before a notice leaves the house, `links`
write what a mail may carry and the database may not, and `mutable` names what members may mute. Features register
with a decorator; `community.features` imports them by name.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from community.core.events import Event, Urgency

E = TypeVar("E", bound=Event)
R = TypeVar("R")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a person is told: neutral words and a path to the page that has the rest.

    `subject` and `subject_version` are set for what may change before it is sent (a date that moves): one person is
    told once per version. `due_at` holds a timed notice back, and after `worthless_at` it is not sent any more.
    `kind` is the event's name unless said otherwise. `why` says why they hear of it, where the kind's own words do not.
    `concerns` are the meetup or person that it comes from: who muted one of these is not told.
    `from_buddy`: it is a word from somebody they share a room for two with.
    `to` holds member ids; with `mail_only` it may hold an invitation's id, and no in-app notification is made.
    """

    to: Sequence[UUID]
    title: str
    url: str
    kind: str | None = None
    subject: UUID | None = None
    subject_version: int | None = None
    due_at: datetime | None = None
    worthless_at: datetime | None = None
    why: str = ""
    concerns: Sequence[UUID] = ()
    from_buddy: bool = False
    mail_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something for the coordinators to do: neutral words, and a path to the page where it is done.

    There is one open task of a `kind` (the event's name unless said otherwise) about a `subject`: the same again says
    it anew in its place. `due_at` is when it should be done. `hidden_from` holds coordinators whom it is about.
    """

    title: str
    url: str
    subject: UUID
    kind: str | None = None
    due_at: datetime | None = None
    hidden_from: Sequence[UUID] = ()


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What a task asked for is done, or no longer needed; `by` is who did it, if somebody did."""

    kind: str
    subject: UUID
    by: UUID | None = None


@dataclass
class Registry(Generic[R]):
    """Listeners by event type, in the order they were registered."""

    _listeners: dict[type[Event], list[Callable[..., R]]] = field(default_factory=lambda: defaultdict(list))
    _alone: set[str] = field(default_factory=set)

    def on(self, *kinds: type[Event], shared: bool = False) -> Callable[[F], F]:
        """Register the decorated function for these events.

        Say `shared` of a reaction that locks no rows others wait for: many such events are handled in one transaction.
        """

        def register(listener: F) -> F:
            for kind in kinds:
                self._listeners[kind].append(listener)
                if not shared:
                    self._alone.add(kind.name)
            return listener

        return register

    def wants_alone(self, event_type: str) -> bool:
        """Whether a listener needs a transaction of its own for events of this type."""
        return event_type in self._alone

    def for_event(self, event: Event) -> Iterable[Callable[..., R]]:
        """The listeners of this event."""
        return tuple(self._listeners.get(type(event), ()))


# (session, event) -> Notice | Iterable[Notice] | None
notices: Registry[Notice | Iterable[Notice] | None] = Registry()
# (uow, event) -> None; the unit of work has no actor
reactions: Registry[None] = Registry()
# (session, event) -> Task | Settled | Iterable of them | None
tasks: Registry[Task | Settled | Iterable[Task | Settled] | None] = Registry()


def as_list(answer: T | Iterable[T] | None) -> list[T]:
    """What a listener answered: nothing, one, or several."""
    if answer is None:
        return []
    return list(answer) if isinstance(answer, Iterable) else [answer]


LinkMaker = Callable[[Session, str, UUID, UUID | None], str | None]


class SecretLinks:
    """Paths that carry a secret, by kind of notice: made when the mail is written, never stored.

    A maker gets the session, the service's secret, the recipient's id and the notice's subject.
    """

    def __init__(self) -> None:
        self._makers: dict[str, LinkMaker] = {}

    def on(self, kind: str) -> Callable[[LinkMaker], LinkMaker]:
        """Register the decorated maker for a kind of notice."""

        def register(maker: LinkMaker) -> LinkMaker:
            self._makers[kind] = maker
            return maker

        return register

    def path_for(
        self, session: Session, *, kind: str, secret: str, recipient_id: UUID, subject: UUID | None
    ) -> str | None:
        """The secret path of a notice of this kind, if its kind has one."""
        maker = self._makers.get(kind)
        return maker(session, secret, recipient_id, subject) if maker else None


links = SecretLinks()


Check = Callable[[Session, UUID, UUID | None, int | None], bool | str]


class Checks:
    """Whether what a notice says still holds, by kind of notice: asked in the moment before it is sent.

    A check gets the session, the recipient's id, and the notice's subject and subject version. It answers True, or the
    reason why not in one word such as `cancelled` (False says `outdated`).
    """

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def on(self, *kinds: str) -> Callable[[F], F]:
        """Register the decorated check for these kinds of notice."""

        def register(check: F) -> F:
            for kind in kinds:
                self._checks[kind] = check
            return check

        return register

    def why_not(
        self, session: Session, *, kind: str, recipient_id: UUID, subject: UUID | None, subject_version: int | None
    ) -> str | None:
        """Why a notice of this kind may not be sent any more, in one word, or nothing. Kinds without a check may."""
        check = self._checks.get(kind)
        answer = check(session, recipient_id, subject, subject_version) if check else True
        return None if answer is True else answer or "outdated"


still_true = Checks()


Count = Callable[[Session, UUID, UUID | None], int]


class Counts:
    """How much of what a notice gathers is still new to its recipient, by kind: what was read or removed meanwhile is
    left out of a digest. A count gets the session, the recipient's id and the notice's subject.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Count] = {}

    def on(self, kind: str) -> Callable[[Count], Count]:
        """Register the decorated count for a kind of notice."""

        def register(count: Count) -> Count:
            self._counts[kind] = count
            return count

        return register

    def new_to(self, session: Session, *, kind: str, recipient_id: UUID, subject: UUID | None) -> int | None:
        """How much is new, or nothing for a kind that nobody counts."""
        count = self._counts.get(kind)
        return count(session, recipient_id, subject) if count else None


still_new = Counts()


Title = Callable[[Any, Sequence[UUID]], dict[UUID, str]]


class Titles:
    """What members may mute, by sort (`meetup`, `member`): the names of those that the looker may see.

    A function gets a look of the member and the ids, and leaves out what is not theirs to see.
    """

    def __init__(self) -> None:
        self._titles: dict[str, Title] = {}

    def on(self, sort: str) -> Callable[[Title], Title]:
        """Register the decorated function for a sort of thing."""

        def register(title: Title) -> Title:
            self._titles[sort] = title
            return title

        return register

    def seen(self, look: Any, *, sort: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Names by id; none for a sort that nobody knows."""
        title = self._titles.get(sort)
        return title(look, ids) if title and ids else {}


mutable = Titles()


@dataclass(frozen=True, kw_only=True)
class TimerDue(Event, name="timer.due", urgency=Urgency.TIMED):
    """The clock says that something is to be done which is done every so often; `kind` is the timer's name."""

    kind: str


@dataclass(frozen=True)
class Timer:
    """Work that is due every so often; `work` gets a unit of work without an actor.

    Answering True says that there is more to do at once, in a transaction of its own.
    """

    name: str
    every: timedelta
    work: Callable[[Any], object]

    @property
    def key(self) -> str:
        """The key of its row in the outbox."""
        return f"timer:{self.name}"


class Timers:
    """Periodic work, by name. Each is one row of the outbox that plans itself again, so one worker at a time has it."""

    def __init__(self) -> None:
        self._timers: dict[str, Timer] = {}

    def every(self, seconds: float) -> Callable[[F], F]:
        """Register the decorated function, which gets a unit of work."""

        def register(work: F) -> F:
            name = f"{work.__module__}.{work.__qualname__}"
            self._timers[name] = Timer(name, timedelta(seconds=seconds), work)
            return work

        return register

    def all(self) -> tuple[Timer, ...]:
        """Every timer, in the order they were registered."""
        return tuple(self._timers.values())

    def named(self, name: str) -> Timer | None:
        """The timer of this name; None for one that there is no longer."""
        return self._timers.get(name)


timers = Timers()


@reactions.on(TimerDue)
def run_timer(uow: Any, event: TimerDue) -> None:
    """Do a timer's work and plan its next time; at once when there is more to do."""
    timer = timers.named(event.kind)
    if timer is None:
        return
    has_more = timer.work(uow) is True
    uow.at(uow.now if has_more else uow.now + timer.every, event, key=timer.key)
