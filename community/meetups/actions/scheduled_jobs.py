"""Scheduled steps of occurrences: reminders, unconfirmed seats, pausing a series that no host confirms."""

from itertools import islice

from community.core.local_time import to_utc
from community.core.metrics import REMINDERS as COUNTED
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences, rsvps
from community.meetups.actions import occurrences as occurrences_actions
from community.meetups.actions import waitlist
from community.meetups.events import (
    BlockedPairDetected,
    OccurrenceEnded,
    OccurrenceReminderDue,
    OccurrenceUpcoming,
    OfferExpiryDue,
    RsvpConfirmed,
    RsvpPromoted,
    SeatReclaimed,
    SeriesExtensionDue,
    SeriesPaused,
)
from community.meetups.models import Occurrence
from community.meetups.rules import reminders
from community.meetups.rules.rsvps import RsvpState

MAX_CORRECTIONS = 100


def run_due_step(uow: UnitOfWork, event: OccurrenceReminderDue) -> None:
    """Do what is due before the start of an occurrence: a reminder, unconfirmed seats, the last half hour.

    Does nothing for one that moved, is cancelled or is paused.
    """
    occurrence = occurrences.occurrence_as_planned(uow, event.occurrence_id, event.version)
    if occurrence is None:
        return
    if occurrence.starts_at > uow.now:
        waitlist.expire_offers(uow, occurrence)
        _run_step(uow, occurrence, event.minutes)
    occurrences_actions.schedule_next_step(uow, occurrence, after=event.minutes)


def _run_step(uow: UnitOfWork, occurrence: Occurrence, minutes: int) -> None:
    if minutes == reminders.DAY_BEFORE:
        _release_unanswered(uow, occurrence)
    if minutes == reminders.LAST_MINUTES:
        waitlist.promote_waitlist(uow, occurrence)
    elif reminders.is_late(starts_at=occurrence.starts_at, minutes=minutes, now=uow.now):
        uow.after_commit(lambda: COUNTED.labels("late").inc())
    else:
        uow.record(OccurrenceUpcoming(occurrence_id=occurrence.id, version=occurrence.version, minutes=minutes))
        uow.after_commit(lambda: COUNTED.labels("given").inc())


def pause_unconfirmed_series(uow: UnitOfWork, event: OccurrenceEnded) -> None:
    """Pause a series whose last three occurrences no host confirmed, a day after one ended.

    A paused series does not mislead members.
    """
    meetup = occurrences.meetup_as_planned(uow, event.occurrence_id, event.version)
    if meetup is None or meetup.recurrence is None or meetup.paused_at:
        return
    last = occurrences.past_occurrences(uow, meetup, limit=reminders.UNCONFIRMED_BEFORE_PAUSE)
    if len(last) == reminders.UNCONFIRMED_BEFORE_PAUSE and all(one.confirmed_at is None for one in last):
        meetup.paused_at = uow.now
        uow.record(SeriesPaused(meetup_id=meetup.id))


def _release_unanswered(uow: UnitOfWork, occurrence: Occurrence) -> None:
    """Pass the seats of attendees who have not confirmed a moved occurrence on to the waitlist, a day before."""
    for rsvp in rsvps.unconfirmed_rsvps(uow, occurrence):
        waitlist.set_state(uow, occurrence, rsvp, RsvpState.MAYBE)
        uow.record(SeatReclaimed(occurrence_id=occurrence.id, member_id=rsvp.member_id))
        waitlist.promote_waitlist(uow, occurrence)


def correct_drifted_times(uow: UnitOfWork) -> bool:
    """Correct the moments of upcoming occurrences after a country changed its clock rules.

    The wall clock decides. Idempotent. Locks each meetup and occurrence that it corrects. Returns whether there may be
    more.
    """
    found = [*islice(occurrences.drifted_occurrences(uow.session, now=uow.now), MAX_CORRECTIONS)]
    for meetup_id, occurrence_id in found:
        meetup = occurrences.locked_meetup(uow, meetup_id)
        occurrence = occurrences.locked_occurrence(uow, occurrence_id)
        if (
            occurrence.state == "scheduled"
            and to_utc(occurrence.starts_at_local, meetup.time_zone) != occurrence.starts_at
        ):
            waitlist.expire_offers(uow, occurrence)
            occurrences_actions.correct_times(uow, meetup, occurrence)
    return len(found) == MAX_CORRECTIONS


def report_no_contact(uow: UnitOfWork, event: RsvpConfirmed | RsvpPromoted) -> None:
    """Report to coordinators only that two members with a no-contact order are going to the same occurrence."""
    others = rsvps.no_contact_attendee_ids(uow, event.occurrence_id, event.member_id)
    if not others:
        return
    occurrence = occurrences.locked_occurrence(uow, event.occurrence_id)
    for other in others:
        first, second = sorted((event.member_id, other))
        uow.record(
            BlockedPairDetected(
                occurrence_id=occurrence.id, meetup_id=occurrence.meetup_id, first_id=first, second_id=second
            )
        )


def expire_offers(uow: UnitOfWork, event: OfferExpiryDue) -> None:
    """Pass the lapsed offers of an occurrence on to the waitlist."""
    waitlist.expire_offers(uow, occurrences.locked_occurrence(uow, event.occurrence_id))


def extend_series(uow: UnitOfWork, event: SeriesExtensionDue) -> None:
    """Create the next occurrences of an endless series, half a year ahead."""
    occurrences_actions.extend_series(uow, occurrences.locked_meetup(uow, event.meetup_id))
