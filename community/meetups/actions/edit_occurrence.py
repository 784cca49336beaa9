"""Changes to one occurrence: its time, place, length or seats, or its cancellation, alone or with all that follow."""

from typing import Any
from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.local_time import to_utc
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences
from community.meetups.actions import occurrences as occurrences_actions
from community.meetups.actions import waitlist
from community.meetups.models import Meetup, Occurrence
from community.meetups.rules.recurrence import ended_before, from_json
from community.members.actions import quotas

OVERRIDABLE = ("title", "description", "duration_minutes", "place")


class CapacityBelowGoing(Conflict):
    """A capacity below the number of attendees and offered seats."""

    code = "capacity_below_going"
    message = "More people are going than that."


def change_occurrence(uow: UnitOfWork, *, occurrence_id: UUID, changes: dict[str, Any]) -> Occurrence:
    """Change one occurrence. Added seats go to the waitlist in order.

    `changes` may hold starts_at_local, capacity (None: no limit), title, description, duration_minutes and place.
    Raises Forbidden, NotFound, Conflict, CapacityBelowGoing, ValidationFailed for a time that is over.
    """
    occurrence = occurrences.occurrence_to_manage(uow, occurrence_id)
    quotas.take(uow, quotas.DATE_CHANGES)
    waitlist.expire_offers(uow, occurrence)
    meetup = occurrences.meetup_to_see(uow, occurrence.meetup_id)
    if "capacity" in changes:
        set_capacity(uow, occurrence, changes["capacity"])
    before = occurrence.overrides
    differs = set_overrides(meetup, occurrence, {name: changes[name] for name in OVERRIDABLE if name in changes})
    if "starts_at_local" in changes and changes["starts_at_local"] != occurrence.starts_at_local:
        if to_utc(changes["starts_at_local"], meetup.time_zone) <= uow.now:
            raise ValidationFailed(errors={"starts_at_local": ["This time has passed."]})
        occurrences_actions.reschedule(uow, meetup, occurrence, changes["starts_at_local"])
    elif differs:
        occurrences_actions.record_rescheduled(uow, occurrence)
    if occurrence.overrides != before:
        occurrence.revision, occurrence.changed_at = occurrence.revision + 1, uow.now
    occurrence.confirmed_at = uow.now
    uow.session.flush()
    return occurrence


def cancel(uow: UnitOfWork, *, occurrence_id: UUID, reason: str | None = None, scope: str = "this") -> Occurrence:
    """Cancel an occurrence, and all that follow when `scope` is `following`. The waitlist is not promoted.

    Raises Forbidden, NotFound, Conflict.
    """
    if scope == "following":
        return _cancel_following(uow, occurrence_id, reason)
    occurrence = occurrences.occurrence_to_manage(uow, occurrence_id)
    quotas.take(uow, quotas.DATE_CHANGES)
    occurrences_actions.cancel(uow, occurrence, reason)
    uow.session.flush()
    return occurrence


def set_capacity(uow: UnitOfWork, occurrence: Occurrence, capacity: int | None) -> None:
    """Set the capacity of a locked occurrence and promote its waitlist.

    Raises CapacityBelowGoing when more members are going or have an offered seat.
    """
    taken = occurrence.going_count + occurrence.held_count
    if capacity is not None and capacity < taken:
        raise CapacityBelowGoing(errors={"capacity": [f"Enter at least {taken} seats. That many are taken."]})
    occurrence.capacity = capacity
    uow.session.flush()
    waitlist.promote_waitlist(uow, occurrence)


def set_overrides(meetup: Meetup, occurrence: Occurrence, wanted: dict[str, Any]) -> bool:
    """Set what differs from the meetup at this occurrence. Returns whether time or place changed by it."""
    before = {**own_details(meetup), **(occurrence.overrides or {})}
    if not wanted:
        return False
    kept = {**(occurrence.overrides or {}), **wanted}
    occurrence.overrides = {name: value for name, value in kept.items() if value != own_details(meetup)[name]} or None
    if "duration_minutes" in wanted:
        occurrences_actions.set_times(occurrence, meetup, occurrence.starts_at_local)
    after = {**own_details(meetup), **(occurrence.overrides or {})}
    return any(before[name] != after[name] for name in ("place", "duration_minutes"))


def own_details(meetup: Meetup) -> dict[str, Any]:
    """Return the details of a meetup that apply to each occurrence without overrides."""
    return {
        "title": meetup.title,
        "description": meetup.description,
        "duration_minutes": meetup.duration_minutes,
        "place": place_of(meetup),
    }


def place_of(meetup: Meetup) -> dict[str, str]:
    """Return the place of a meetup."""
    return {"kind": meetup.place_kind, "address": meetup.address, "url": meetup.url}


def _cancel_following(uow: UnitOfWork, occurrence_id: UUID, reason: str | None) -> Occurrence:
    meetup, coming = occurrences.series_from(uow, occurrence_id)
    quotas.take(uow, quotas.DATE_CHANGES)
    first = coming[0]
    repeats = from_json(meetup.recurrence)
    if repeats is not None and first.recurrence_id is not None:
        meetup.recurrence = ended_before(repeats, first.recurrence_id).as_json()
        occurrences_actions.set_horizon(uow, meetup, None)
    for occurrence in coming:
        if occurrence.state == "scheduled":
            occurrences_actions.cancel(uow, occurrence, reason)
    uow.session.flush()
    return first
