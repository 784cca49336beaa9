"""Devices on which a member has signed in: a sign-in on one that is new to the account is told to the member."""

from sqlalchemy import delete

from community.core.unit_of_work import UnitOfWork
from community.members.access.known_devices import devices_of
from community.members.events import NewDeviceSignedIn
from community.members.models import Member, Session
from community.members.models.known_devices import KnownDevice
from community.members.rules.devices import DEVICE_IS_KNOWN


def note_device(uow: UnitOfWork, member: Member, session: Session, *, has_cookie: bool) -> None:
    """Remember the device of a new session, and tell the member when it is new to the account.

    A browser with the cookie of an earlier sign-in is known whatever its label says. The first device of an account is
    not news. Call it with the member locked.
    """
    forgotten = KnownDevice.seen_at <= uow.now - DEVICE_IS_KNOWN
    uow.session.execute(delete(KnownDevice).where(KnownDevice.member_id == member.id, forgotten))
    known = devices_of(uow, member.id)
    if session.label in known:
        known[session.label].seen_at = uow.now
        return
    uow.session.add(KnownDevice(member_id=member.id, label=session.label, seen_at=uow.now))
    if known and not has_cookie:
        uow.record(NewDeviceSignedIn(member_id=member.id, session_id=session.id))
