"""What meetups do when something happened elsewhere, and when a planned moment comes."""

from community.core.subscribers import reactions
from community.core.unit_of_work import UnitOfWork
from community.meetups import actions
from community.meetups.events import DateComing, DateOver, DatesDue, OfferEnded, RsvpConfirmed, RsvpPromoted
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


@reactions.on(DateComing)
def do_what_is_due(uow: UnitOfWork, event: DateComing) -> None:
    """A date comes nearer: reminders, unconfirmed seats, the last half hour."""
    actions.date_comes(uow, occurrence_id=event.occurrence_id, version=event.version, minutes=event.minutes)


@reactions.on(DateOver)
def look_back(uow: UnitOfWork, event: DateOver) -> None:
    """A series that no host looks after pauses."""
    actions.date_is_over(uow, occurrence_id=event.occurrence_id, version=event.version)


@reactions.on(RsvpConfirmed, RsvpPromoted)
def watch_over_them(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted) -> None:
    """Two who must not meet go to the same date: somebody should know."""
    actions.part_those_kept_apart(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)
