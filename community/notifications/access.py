"""Loading one's own notifications and preferences, locked where they are changed."""

from uuid import UUID

from sqlalchemy import tuple_, update

from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.members.models import Member
from community.notifications.models import Notification, Preference


def own_notification(uow: UnitOfWork, notification_id: UUID) -> Notification:
    """Something the actor was told, locked. Raises NotFound."""
    row = uow.session.get(Notification, notification_id, with_for_update=True)
    if row is None or row.member_id != uow.actor.id or row.shown_at is None:
        raise NotFound
    return row


def read_own(uow: UnitOfWork, *, up_to: Notification | None) -> int:
    """Mark read what the actor was told, up to and with one of them, or all. How many were new."""
    new = update(Notification).where(
        Notification.member_id == uow.actor.id, Notification.read_at.is_(None), Notification.shown_at.is_not(None)
    )
    if up_to is not None:
        new = new.where(tuple_(Notification.shown_at, Notification.id) <= tuple_(up_to.shown_at, up_to.id))
    read = uow.session.execute(
        new.values(read_at=uow.now).returning(Notification.id).execution_options(synchronize_session=False)
    )
    return len(read.all())


def preference(uow: UnitOfWork, *, member_id: UUID, kind: str, medium: str) -> Preference:
    """A member's choice, made when there is none. Their row is locked meanwhile. Raises NotFound."""
    if uow.session.get(Member, member_id, with_for_update=True) is None:
        raise NotFound
    key = {"member_id": member_id, "kind": kind, "medium": medium}
    row = uow.session.get(Preference, key)
    if row is None:
        row = Preference(**key)
        uow.session.add(row)
    return row
