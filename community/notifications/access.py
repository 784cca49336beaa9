"""Access to the actor's own notifications, preferences and devices. Rows that will be changed are locked."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, delete, func, select, tuple_, update

from community.core.errors import NotFound
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.members.models import Member
from community.notifications.models import (
    Delivery,
    DeliverySettings,
    Mute,
    Notification,
    Preference,
    PushSubscription,
    SuppressedAddress,
)


def own_notification(uow: UnitOfWork, notification_id: UUID) -> Notification:
    """Load one of the actor's notifications, locked. Raises NotFound."""
    row = uow.session.get(Notification, notification_id, with_for_update=True)
    if row is None or row.member_id != uow.actor.id or row.shown_at is None:
        raise NotFound
    return row


def mark_own_read(uow: UnitOfWork, *, up_to: Notification | None) -> int:
    """Mark the actor's notifications read, up to and including `up_to` or all of them. Return how many were unread."""
    new = update(Notification).where(
        Notification.member_id == uow.actor.id, Notification.read_at.is_(None), Notification.shown_at.is_not(None)
    )
    if up_to is not None:
        new = new.where(tuple_(Notification.shown_at, Notification.id) <= tuple_(up_to.shown_at, up_to.id))
    read = uow.session.execute(
        new.values(read_at=uow.now).returning(Notification.id).execution_options(synchronize_session=False)
    )
    return len(read.all())


def get_or_create_preference(uow: UnitOfWork, *, member_id: UUID, kind: str, medium: str) -> Preference:
    """Load a member's choice, or create it. Locks the member. Raises NotFound."""
    if uow.session.get(Member, member_id, with_for_update=True) is None:
        raise NotFound
    key = {"member_id": member_id, "kind": kind, "medium": medium}
    row = uow.session.get(Preference, key)
    if row is None:
        row = Preference(**key)
        uow.session.add(row)
    return row


def set_own_preferences(uow: UnitOfWork, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Set the actor's choices by kind and channel. The caller has locked the member."""
    mine = select(Preference).where(Preference.member_id == uow.actor.id)
    rows = {(row.kind, row.medium): row for row in uow.session.scalars(mine)} if wanted else {}
    for (kind, medium), is_wanted in wanted.items():
        row = rows.get((kind, medium))
        if row is None:
            row = Preference(member_id=uow.actor.id, kind=kind, medium=medium)
            uow.session.add(row)
        row.wanted, row.changed_at = is_wanted, uow.now


def mark_similar_read(uow: UnitOfWork, row: Notification) -> bool:
    """Mark read the older notifications that the list shows as one row with this one. Return whether any was unread."""
    alike = (
        Notification.member_id == uow.actor.id,
        Notification.read_at.is_(None),
        Notification.shown_at.is_not(None),
        Notification.kind == row.kind,
        Notification.subject == row.subject
        if row.subject
        else and_(Notification.url == row.url, Notification.title == row.title),
        tuple_(Notification.shown_at, Notification.id) <= tuple_(row.shown_at, row.id),
    )
    read = update(Notification).where(*alike).values(read_at=uow.now).returning(Notification.id)
    return bool(uow.session.execute(read.execution_options(synchronize_session=False)).all())


def mark_subject_read(uow: UnitOfWork, *, kind: str, subject: UUID, up_to: int) -> None:
    """Mark read the actor's notifications of a subject, up to a version of it: the actor has seen the thing itself."""
    uow.session.execute(
        update(Notification)
        .where(
            Notification.member_id == uow.actor.id,
            Notification.read_at.is_(None),
            Notification.kind == kind,
            Notification.subject == subject,
            Notification.subject_version <= up_to,
        )
        .values(read_at=uow.now)
        .execution_options(synchronize_session=False)
    )


def get_or_create_settings(uow: UnitOfWork) -> DeliverySettings:
    """Load the actor's delivery settings, or create them with the defaults. Locks the member."""
    uow.session.get_one(Member, uow.actor.id, with_for_update=True)
    row = uow.session.get(DeliverySettings, uow.actor.id)
    if row is None:
        row = DeliverySettings(
            member_id=uow.actor.id,
            quiet_hours=[],
            hide_details=True,
            frequency="as_it_comes",
            daily_at="08:00",
            previews="careful",
            changed_at=uow.now,
        )
        uow.session.add(row)
    return row


def waiting_deliveries(uow: UnitOfWork, *, reason: str = "", gather: str = "") -> Sequence[Delivery]:
    """Load the actor's untried deliveries that wait for this reason, or collect under this `gather` key, locked."""
    condition = Delivery.reason == reason if reason else Delivery.batch_key == gather
    return uow.session.scalars(
        select(Delivery)
        .where(Delivery.recipient == uow.actor.id, Delivery.state == "due", Delivery.attempts == 0, condition)
        .with_for_update()
    ).all()


def own_mute(uow: UnitOfWork, subject_id: UUID) -> Mute | None:
    """Load the actor's mute of a subject, if there is one. Locks the member."""
    uow.session.get_one(Member, uow.actor.id, with_for_update=True)
    return uow.session.get(Mute, (uow.actor.id, subject_id))


def count_mutes(uow: UnitOfWork) -> int:
    """Return the number of the actor's mutes."""
    return uow.session.scalar(select(func.count()).where(Mute.member_id == uow.actor.id)) or 0


def subscription_at(uow: UnitOfWork, endpoint: str) -> PushSubscription | None:
    """Load the subscription of an endpoint (given by its digest), locked, whichever member it belonged to."""
    return uow.session.scalar(select(PushSubscription).where(PushSubscription.endpoint == endpoint).with_for_update())


def count_devices(uow: UnitOfWork) -> int:
    """Return the number of the actor's push subscriptions."""
    return uow.session.scalar(select(func.count()).where(PushSubscription.member_id == uow.actor.id)) or 0


def own_subscription(uow: UnitOfWork, subscription_id: UUID) -> PushSubscription:
    """Load one of the actor's push subscriptions. Raises NotFound."""
    row = uow.session.get(PushSubscription, subscription_id, with_for_update=True)
    if row is None or row.member_id != uow.actor.id:
        raise NotFound
    return row


def unsuppress_address(uow: UnitOfWork, address_key: str) -> bool:
    """Allow mail to this address again. Return whether it was suppressed."""
    forgotten = (
        delete(SuppressedAddress).where(SuppressedAddress.address == address_key).returning(SuppressedAddress.address)
    )
    return uow.session.scalar(forgotten) is not None


def own_address(uow: UnitOfWork) -> str:
    """Return the actor's e-mail address."""
    return uow.session.get_one(Member, uow.actor.id).email


def ended_delivery(uow: UnitOfWork, delivery_id: UUID) -> Delivery:
    """Load a delivery that is dead or in doubt, locked, for a coordinator. Raises Forbidden, NotFound."""
    assert uow.permitted(Permission.MEND_DELIVERY)
    row = uow.session.get(Delivery, delivery_id, with_for_update=True)
    if row is None or row.state not in ("dead", "unknown"):
        raise NotFound
    return row


def mailed_delivery(uow: UnitOfWork, delivery_id: UUID) -> Delivery | None:
    """Load a mail that was sent or is in doubt, locked. It is for a bounce report, so no actor is checked."""
    row = uow.session.get(Delivery, delivery_id, with_for_update=True)
    return row if row is not None and row.medium == "email" and row.state in ("sent", "unknown") else None


def last_mailed_delivery(uow: UnitOfWork, member_id: UUID, *, kind: str) -> Delivery | None:
    """Load the newest mail of a kind to a member, locked, for a report that names only these two."""
    newest = (
        select(Delivery)
        .where(Delivery.recipient == member_id, Delivery.kind == kind)
        .where(Delivery.medium == "email", Delivery.state.in_(("sent", "unknown")))
        .order_by(Delivery.created_at.desc(), Delivery.id.desc())
        .limit(1)
        .with_for_update()
    )
    return uow.session.scalars(newest).first()
