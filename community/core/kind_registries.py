"""Registries that ask the feature which a notification or an audit entry comes from, by its kind.

Tiers forbid the callers to import those features. `links` makes what a mail may carry and the database may not,
`still_true` and `still_new` are asked once more before a notification is sent, `mutable` names what members may mute,
`ways` leads to what a coordinator opened, `mail_texts` writes the mails that name a person, and `audiences` says who
can get a kind of notification at all. Features register with a decorator.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from community.core.unit_of_work import ReadContext

F = TypeVar("F", bound=Callable[..., Any])


class KindRegistry(Generic[F]):
    """Registry with one function for each kind."""

    def __init__(self) -> None:
        self._by_kind: dict[str, F] = {}

    def on(self, *kinds: str) -> Callable[[F], F]:
        """Register the decorated function for these kinds."""

        def register(function: F) -> F:
            self._by_kind.update(dict.fromkeys(kinds, function))
            return function

        return register


LinkMaker = Callable[[Session, str, UUID, UUID | None], str | None]


class SecretLinks(KindRegistry[LinkMaker]):
    """Paths that carry a secret, by kind of notification: made when the mail is written, never stored.

    A maker gets the session, the service's secret, the recipient's id and the notification's subject.
    """

    def path_for(
        self, session: Session, *, kind: str, secret: str, recipient_id: UUID, subject: UUID | None
    ) -> str | None:
        """Return the secret path of a notification, or None when its kind has none."""
        maker = self._by_kind.get(kind)
        return maker(session, secret, recipient_id, subject) if maker else None


links = SecretLinks()


Check = Callable[[ReadContext, UUID, UUID | None, int | None], bool | str]


class SendChecks(KindRegistry[Check]):
    """Checks in the moment before sending that a notification still holds, by kind.

    A check gets a read context without an actor, the recipient's id, and the notification's subject and subject
    version. It returns True, or in one word why not, such as `cancelled` (False means `outdated`).
    """

    def skip_reason(
        self, ctx: ReadContext, *, kind: str, recipient_id: UUID, subject: UUID | None, subject_version: int | None
    ) -> str | None:
        """Return in one word why a notification may no longer be sent, or None. Kinds without a check may be sent."""
        check = self._by_kind.get(kind)
        answer = check(ctx, recipient_id, subject, subject_version) if check else True
        return None if answer is True else answer or "outdated"


still_true = SendChecks()


Count = Callable[[ReadContext, UUID, UUID | None], int]


class UnreadCounters(KindRegistry[Count]):
    """Counts of what is still unread of a digest's notification, by kind: what was read or removed is left out.

    A counter gets a read context, the recipient's id and the notification's subject.
    """

    def count_unread(self, ctx: ReadContext, *, kind: str, recipient_id: UUID, subject: UUID | None) -> int | None:
        """Return how much is unread, or None for a kind without a counter."""
        count = self._by_kind.get(kind)
        return count(ctx, recipient_id, subject) if count else None


still_new = UnreadCounters()


Title = Callable[[ReadContext, Sequence[UUID]], dict[UUID, str]]


class Titles(KindRegistry[Title]):
    """Names of what members may mute, by sort (`meetup`, `member`).

    A function gets the member's read context and the ids, and leaves out what the member may not see.
    """

    def seen(self, ctx: ReadContext, *, sort: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Return the names by id; empty for an unknown sort."""
        title = self._by_kind.get(sort)
        return title(ctx, ids) if title and ids else {}


mutable = Titles()


Way = Callable[[ReadContext, Collection[UUID]], dict[UUID, str]]


class AuditLinks(KindRegistry[Way]):
    """Paths to the subject of an audit entry, by the audited action.

    A function gets the owner's read context and the ids, and leaves out what the owner may not see any more.
    """

    def to(self, ctx: ReadContext, *, action: str, ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the paths by id; empty for an unknown action."""
        way = self._by_kind.get(action)
        return way(ctx, ids) if way and ids else {}


ways = AuditLinks()


@dataclass(frozen=True)
class MailText:
    """Text of a mail that names what it is about. `{community}` in the subject stands for this community's name.

    `quote` is a line that its sender wrote for this mail, introduced by `quoted`.
    """

    subject: str
    text: str
    quoted: str = ""
    quote: str = ""


MailWriter = Callable[[ReadContext, UUID], MailText | None]


class MailTexts(KindRegistry[MailWriter]):
    """Texts of the few mails that name a person, by kind: written when the mail is, never stored.

    A writer gets a read context without an actor, and the recipient's id.
    """

    def write(self, ctx: ReadContext, *, kind: str, recipient_id: UUID) -> MailText | None:
        """Return the text of a mail, or None for a kind without one."""
        writer = self._by_kind.get(kind)
        return writer(ctx, recipient_id) if writer else None


mail_texts = MailTexts()


Membership = Callable[[ReadContext], bool]


class Audiences(KindRegistry[Membership]):
    """Audiences of notification kinds, by name: whether the actor belongs to those who can get them."""

    def of(self, ctx: ReadContext, names: Iterable[str]) -> set[str]:
        """Return those of these audiences that the actor belongs to. The empty name is everyone."""
        return {name for name in set(names) if not name or self._by_kind[name](ctx)}


audiences = Audiences()
