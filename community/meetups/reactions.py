"""What meetups do when something happened elsewhere."""

from community.core.subscribers import reactions
from community.core.unit_of_work import UnitOfWork
from community.meetups import actions
from community.members.events import MemberDeactivated, MemberSuspended


@reactions.on(MemberSuspended, MemberDeactivated)
def free_their_seats(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Who cannot come any more leaves the seat to the next in line."""
    actions.free_seats_of(uow, event.member_id)
