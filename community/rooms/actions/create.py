"""Creation of rooms."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from community.core.errors import ValidationFailed
from community.core.ids import new_id
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork
from community.rooms import access
from community.rooms.actions.membership import add_members
from community.rooms.models import Room


def create_room(
    uow: UnitOfWork,
    *,
    kind: str,
    name: str,
    topic: str = "",
    cohort_id: UUID | None = None,
    members: Iterable[UUID] = (),
) -> Room:
    """Create a room as a coordinator, who is in it. A cohort's room starts with the whole cohort in it.

    Raises Forbidden, ValidationFailed for unknown members or cohort, and for a cohort room without a cohort.
    """
    staff = uow.permitted(Permission.RUN_ROOMS)
    if (kind == "cohort") is not (cohort_id is not None):
        raise ValidationFailed(errors={"cohort_id": ["Only a cohort’s room has a cohort, and it needs one."]})
    wanted = {*members, staff.id}
    if cohort_id is not None:
        wanted |= access.members_of_cohort(uow, cohort_id)
    if access.members_among(uow, wanted) != wanted:
        raise ValidationFailed(errors={"members": ["Some of these people aren’t members."]})
    return open_room(uow, kind=kind, name=name, topic=topic, cohort_id=cohort_id, members=wanted)


def open_room(
    uow: UnitOfWork,
    *,
    kind: str,
    name: str,
    topic: str = "",
    cohort_id: UUID | None = None,
    members: Iterable[UUID] = (),
) -> Room:
    """Create a room with these members. No permission is checked: that is up to the calling feature."""
    room = Room(
        id=new_id(),
        kind=kind,
        name=name,
        topic=topic,
        cohort_id=cohort_id,
        head_seq=0,
        head_rev=0,
        audience_version=0,
        created_at=uow.now,
    )
    uow.session.add(room)
    try:
        uow.session.flush()
    except IntegrityError as error:
        raise ValidationFailed(errors={"cohort_id": ["There is no such cohort."]}) from error
    add_members(uow, room, members)
    return room
