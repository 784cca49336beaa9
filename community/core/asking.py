"""What is asked of the feature that a notice or an entry comes from, by its kind.

`links` write what a mail may carry and the database may not, `still_true` and `still_new` are asked once more before a
notice leaves the house, `mutable` names what members may mute, and `ways` lead to what somebody looked at. Features
register with a decorator, as they do with `subscribers`.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from community.core.unit_of_work import Reading

F = TypeVar("F", bound=Callable[..., Any])
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


Check = Callable[[Reading, UUID, UUID | None, int | None], bool | str]


class Checks:
    """Whether what a notice says still holds, by kind of notice: asked in the moment before it is sent.

    A check gets a look without an actor, the recipient's id, and the notice's subject and subject version. It answers
    True, or the reason why not in one word such as `cancelled` (False says `outdated`).
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
        self, look: Reading, *, kind: str, recipient_id: UUID, subject: UUID | None, subject_version: int | None
    ) -> str | None:
        """Why a notice of this kind may not be sent any more, in one word, or nothing. Kinds without a check may."""
        check = self._checks.get(kind)
        answer = check(look, recipient_id, subject, subject_version) if check else True
        return None if answer is True else answer or "outdated"


still_true = Checks()


Count = Callable[[Reading, UUID, UUID | None], int]


class Counts:
    """How much of what a notice gathers is still new to its recipient, by kind: what was read or removed meanwhile is
    left out of a digest. A count gets a look, the recipient's id and the notice's subject.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Count] = {}

    def on(self, kind: str) -> Callable[[Count], Count]:
        """Register the decorated count for a kind of notice."""

        def register(count: Count) -> Count:
            self._counts[kind] = count
            return count

        return register

    def new_to(self, look: Reading, *, kind: str, recipient_id: UUID, subject: UUID | None) -> int | None:
        """How much is new, or nothing for a kind that nobody counts."""
        count = self._counts.get(kind)
        return count(look, recipient_id, subject) if count else None


still_new = Counts()


Title = Callable[[Reading, Sequence[UUID]], dict[UUID, str]]


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

    def seen(self, look: Reading, *, sort: str, ids: Sequence[UUID]) -> dict[UUID, str]:
        """Names by id; none for a sort that nobody knows."""
        title = self._titles.get(sort)
        return title(look, ids) if title and ids else {}


mutable = Titles()


Way = Callable[[Reading, Collection[UUID]], dict[UUID, str]]


class Ways:
    """Where what was done is about can be seen, by the audited action: paths by id.

    A function gets a look of whose it is and the ids, and leaves out what is not theirs to see any more.
    """

    def __init__(self) -> None:
        self._ways: dict[str, Way] = {}

    def on(self, action: str) -> Callable[[Way], Way]:
        """Register the decorated function for an audited action."""

        def register(way: Way) -> Way:
            self._ways[action] = way
            return way

        return register

    def to(self, look: Reading, *, action: str, ids: Collection[UUID]) -> dict[UUID, str]:
        """Paths by id; none for an action that nobody knows."""
        way = self._ways.get(action)
        return way(look, ids) if way and ids else {}


ways = Ways()
