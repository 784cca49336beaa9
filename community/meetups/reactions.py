"""What meetups do when something happened elsewhere, and when a planned moment comes."""

from community.core.subscribers import reactions
from community.core.unit_of_work import UnitOfWork
from community.meetups import actions
from community.meetups.events import DatesDue, OfferEnded
from community.members.events import MemberDeactivated, MemberSuspended


@reactions.on(MemberSuspended, MemberDeactivated)
def free_their_seats(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Who cannot come any more leaves the seat to the next in line."""
    actions.free_seats_of(uow, event.member_id)


@reactions.on(OfferEnded)
def let_the_seat_go_on(uow: UnitOfWork, event: OfferEnded) -> None:
    """An offer that nobody took goes to the next in line."""
    actions.let_offers_end(uow, event.occurrence_id)


@reactions.on(DatesDue)
def make_the_next_dates(uow: UnitOfWork, event: DatesDue) -> None:
    """An endless series has its dates half a year ahead."""
    actions.extend_series(uow, event.meetup_id)
