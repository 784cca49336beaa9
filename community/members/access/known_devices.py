"""Access to the devices on which a member has signed in."""

from uuid import UUID

from sqlalchemy import select

from community.core.unit_of_work import UnitOfWork
from community.members.models.known_devices import KnownDevice


def devices_of(uow: UnitOfWork, member_id: UUID) -> dict[str, KnownDevice]:
    """Load the known devices of a member who signs in, by label. Call it with the member locked."""
    theirs = select(KnownDevice).where(KnownDevice.member_id == member_id)
    return {device.label: device for device in uow.session.scalars(theirs)}
