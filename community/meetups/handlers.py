"""What meetups do when something happened elsewhere, and when a planned moment comes."""

from community.core.outbox.periodic import periodic
from community.core.outbox.subscriptions import handlers
from community.core.unit_of_work import UnitOfWork
from community.meetups.actions import chat_room, rsvps, scheduled_jobs
from community.meetups.events import (
    DateComing,
    DateOver,
    DatesDue,
    HostChanged,
    HostLeft,
    MeetupRoomDue,
    MeetupRoomOpened,
    OccurrenceCancelled,
    OccurrenceRescheduled,
    OfferEnded,
    RsvpConfirmed,
    RsvpPromoted,
    RsvpWithdrawn,
    SeriesChanged,
    SeriesResumed,
)
from community.members.events import MemberDeactivated, MemberSuspended


@handlers.on(MemberSuspended, MemberDeactivated)
def free_their_seats(uow: UnitOfWork, event: MemberSuspended | MemberDeactivated) -> None:
    """Who cannot come any more leaves the seat to the next in line."""
    rsvps.free_seats_of(uow, event.member_id)


@handlers.on(OfferEnded)
def let_the_seat_go_on(uow: UnitOfWork, event: OfferEnded) -> None:
    """An offer that nobody took goes to the next in line."""
    rsvps.let_offers_end(uow, event.occurrence_id)


@handlers.on(DatesDue)
def make_the_next_dates(uow: UnitOfWork, event: DatesDue) -> None:
    """An endless series has its dates half a year ahead."""
    rsvps.extend_series(uow, event.meetup_id)


@handlers.on(DateComing)
def do_what_is_due(uow: UnitOfWork, event: DateComing) -> None:
    """A date comes nearer: reminders, unconfirmed seats, the last half hour."""
    scheduled_jobs.date_comes(uow, occurrence_id=event.occurrence_id, version=event.version, minutes=event.minutes)


@handlers.on(DateOver)
def look_back(uow: UnitOfWork, event: DateOver) -> None:
    """A series that no host looks after pauses."""
    scheduled_jobs.date_is_over(uow, occurrence_id=event.occurrence_id, version=event.version)


@handlers.on(RsvpConfirmed, RsvpPromoted)
def watch_over_them(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted) -> None:
    """Two who must not meet go to the same date: somebody should know."""
    scheduled_jobs.part_those_kept_apart(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)


@handlers.on(RsvpConfirmed, RsvpPromoted, RsvpWithdrawn)
def bring_in_or_take_out(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted | RsvpWithdrawn) -> None:
    """Who goes is in the meetup's room, who goes no more is not."""
    chat_room.sync_member(uow, occurrence_id=event.occurrence_id, member_id=event.member_id)


OfTheRoom = MeetupRoomOpened | MeetupRoomDue | SeriesChanged | SeriesResumed | DatesDue | HostChanged | HostLeft


@handlers.on(MeetupRoomOpened, MeetupRoomDue, SeriesChanged, SeriesResumed, DatesDue, HostChanged, HostLeft)
def look_after_the_room(uow: UnitOfWork, event: OfTheRoom) -> None:
    """A meetup changed, has new dates, or one of it is long over: who belongs into its room, and is it needed?"""
    chat_room.sync_room(uow, meetup_id=event.meetup_id)


@handlers.on(OccurrenceCancelled, OccurrenceRescheduled)
def look_after_the_room_of(uow: UnitOfWork, event: OccurrenceCancelled | OccurrenceRescheduled) -> None:
    """A date is off or moved: the same question."""
    chat_room.sync_room(uow, occurrence_id=event.occurrence_id)


@periodic.every(3600)
def keep_to_the_wall_clock(uow: UnitOfWork) -> bool:
    """Correct dates to come after the time zone data of this machine changed."""
    return scheduled_jobs.correct_moments(uow)
