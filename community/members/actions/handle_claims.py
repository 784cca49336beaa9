"""Claims of handles, compared by their skeletons under one lock for all members who choose."""

from sqlalchemy import delete, func, or_, select

from community.core.db import lock_names
from community.core.permissions import roles_with_any
from community.core.unit_of_work import UnitOfWork
from community.members.models import FormerHandle, Member
from community.members.rules import accounts, handles

CHOOSING = "members: names"


def lock_handles(uow: UnitOfWork) -> None:
    """Lock the choosing of handles until the transaction ends."""
    lock_names(uow.session, CHOOSING)


def is_taken(uow: UnitOfWork, *, handle: str, member: Member | None = None) -> bool:
    """Return whether another member has this handle or one that looks like it, or gave one up in the last 90 days.

    Locks the choosing of handles until the transaction ends.
    """
    lock_handles(uow)
    _fill_in_skeletons(uow)
    looks, broad = handles.skeleton(handle), handles.broad_skeleton(handle)
    others = select(Member.handle).where(Member.id != member.id) if member else select(Member.handle)
    is_same = or_(Member.handle_key == handles.handle_key(handle), Member.handle_skeleton == looks)
    if uow.session.scalar(others.where(is_same).limit(1)) is not None:
        return True
    staff = uow.session.scalars(others.where(Member.role.in_(roles_with_any())))
    if any(handles.broad_skeleton(one) == broad for one in staff):
        return True
    given_up = select(FormerHandle.id).where(FormerHandle.skeleton == looks, FormerHandle.until > uow.now)
    if member is not None:
        given_up = given_up.where(FormerHandle.member_id != member.id)
    return uow.session.scalar(given_up.limit(1)) is not None


def reserve_former_handle(uow: UnitOfWork, member: Member, *, looked: str) -> None:
    """Reserve the skeleton of a member's former handle for 90 days."""
    uow.session.execute(delete(FormerHandle).where(FormerHandle.until <= uow.now))
    uow.session.add(FormerHandle(member_id=member.id, skeleton=looked, until=uow.now + accounts.HANDLE_IS_KEPT))


def _fill_in_skeletons(uow: UnitOfWork) -> None:
    """Compute missing skeletons: handles from before an upgrade have none."""
    missing = Member.handle_skeleton.is_(None)
    if not uow.session.scalar(select(func.count()).select_from(Member).where(missing)):
        return
    for one in uow.session.scalars(select(Member).where(missing).order_by(Member.id)):
        one.handle_skeleton = handles.skeleton(one.handle)
    uow.session.flush()
