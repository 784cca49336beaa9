"""What members do with notifications: read them, and say which kinds also come by e-mail."""

from collections.abc import Mapping
from uuid import UUID

from community.core.crypto import Sealer
from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.notifications import access, queries
from community.notifications.kinds import switchable
from community.notifications.queries import EMAIL, NotificationView, PreferenceView


def open_notification(uow: UnitOfWork, *, notification_id: UUID) -> NotificationView:
    """Read one; it is no longer new on any device. Raises NotFound."""
    row = access.own_notification(uow, notification_id)
    if row.read_at is None:
        row.read_at = uow.now
        uow.ring_member(uow.actor.id)
    return queries.notification_view(row)


def mark_read(uow: UnitOfWork, *, up_to_id: UUID | None = None) -> int:
    """Everything up to and with this one is read, or everything. How many are still new. Raises NotFound."""
    last = access.own_notification(uow, up_to_id) if up_to_id else None
    if access.read_own(uow, up_to=last):
        uow.ring_member(uow.actor.id)
    return queries.unread(uow)


def choose(uow: UnitOfWork, *, email: Mapping[str, bool]) -> list[PreferenceView]:
    """Say which kinds come by e-mail; the kinds not named stay as they are."""
    for kind, wanted in email.items():
        row = access.preference(uow, member_id=uow.actor.id, kind=kind, medium=EMAIL)
        row.wanted = wanted
        row.changed_at = uow.now
    uow.session.flush()
    return queries.my_preferences(uow)


def unsubscribe(uow: UnitOfWork, *, token: str, secret: str) -> str:
    """Switch a kind's e-mail off for whoever the token was mailed to; the kind. Twice is once. Raises NotFound."""
    member_id, kind = read_unsubscribe_token(secret, token)
    row = access.preference(uow, member_id=member_id, kind=kind, medium=EMAIL)
    row.wanted = False
    row.changed_at = uow.now
    return kind


def unsubscribe_token(secret: str, *, member_id: UUID, kind: str) -> str:
    """What a mail's unsubscribe address carries: the member and the kind, sealed, so that it says nothing to others."""
    return Sealer(secret).seal(f"{member_id.hex}{kind}", about="unsubscribe").removeprefix("v1.").rstrip("=")


def read_unsubscribe_token(secret: str, token: str) -> tuple[UUID, str]:
    """The member and the kind again. Raises NotFound for a token that we did not make."""
    try:
        said = Sealer(secret).unseal(token + "=" * (-len(token) % 4), about="unsubscribe")
        member_id, kind = UUID(said[:32]), said[32:]
    except ValueError as error:
        raise NotFound from error
    if kind not in switchable():
        raise NotFound
    return member_id, kind
