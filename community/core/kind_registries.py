"""What is asked of the feature that a notice or an entry comes from, by its kind.

`links` write what a mail may carry and the database may not, `still_true` and `still_new` are asked once more before a
notice leaves the house, `mutable` names what members may mute, and `ways` lead to what somebody looked at. Features
register with a decorator, as they do with `subscribers`.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from community.core.unit_of_work import ReadContext

F = TypeVar("F", bound=Callable[..., Any])


class KindRegistry(Generic[F]):
    """One function for each kind of something; features register theirs."""

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
    """Paths that carry a secret, by kind of notice: made when the mail is written, never stored.

    A maker gets the session, the service's secret, the recipient's id and the notice's subject.
    """

    def path_for(
        self, session: Session, *, kind: str, secret: str, recipient_id: UUID, subject: UUID | None
    ) -> str | None:
        """The secret path of a notice of this kind, if its kind has one."""
        maker = self._by_kind.get(kind)
        return maker(session, secret, recipient_id, subject) if maker else None


links = SecretLinks()


Check = Callable[[ReadContext, UUID, UUID | None, int | None], bool | str]


class SendChecks(KindRegistry[Check]):
    """Whether what a notice says still holds, by kind of notice: asked in the moment before it is sent.

    A check gets a look without an actor, the recipient's id, and the notice's subject and subject version. It answers
    True, or the reason why not in one word such as `cancelled` (False says `outdated`).
    """

    def skip_reason(
        self, ctx: ReadContext, *, kind: str, recipient_id: UUID, subject: UUID | None, subject_version: int | None
    ) -> str | None:
        """Why a notice of this kind may not be sent any more, in one word, or nothing. Kinds without a check may."""
        check = self._by_kind.get(kind)
        answer = check(ctx, recipient_id, subject, subject_version) if check else True
        return None if answer is True else answer or "outdated"


still_true = SendChecks()


Count = Callable[[ReadContext, UUID, UUID | None], int]


class UnreadCounters(KindRegistry[Count]):
    """How much of what a notice gathers is still new to its recipient, by kind: what was read or removed meanwhile is
    left out of a digest. A count gets a look, the recipient's id and the notice's subject.
    """

    def count_unread(self, ctx: ReadContext, *, kind: str, recipient_id: UUID, subject: UUID | None) -> int | None:
        """How much is new, or nothing for a kind that nobody counts."""
        count = self._by_kind.get(kind)
        return count(ctx, recipient_id, subject) if count else None


still_new = UnreadCounters()


Title = Callable[[ReadContext, Sequence[UUID]], dict[UUID, str]]


class Titles(KindRegistry[Title]):
    """What members may mute, by sort (`meetup`, `member`): the names of those that the looker may see.

    A function gets a look of the member and the ids, and leaves out what is not theirs to see.
    """

    def seen(self, ctx: ReadContext, *, sort: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Names by id; none for a sort that nobody knows."""
        title = self._by_kind.get(sort)
        return title(ctx, ids) if title and ids else {}


mutable = Titles()


Way = Callable[[ReadContext, Collection[UUID]], dict[UUID, str]]


class AuditLinks(KindRegistry[Way]):
    """Where what was done is about can be seen, by the audited action: paths by id.

    A function gets a look of whose it is and the ids, and leaves out what is not theirs to see any more.
    """

    def to(self, ctx: ReadContext, *, action: str, ids: Collection[UUID]) -> dict[UUID, str]:
        """Paths by id; none for an action that nobody knows."""
        way = self._by_kind.get(action)
        return way(ctx, ids) if way and ids else {}


ways = AuditLinks()
