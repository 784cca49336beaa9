"""Changes to a series: all of it, or from one occurrence on. Kept occurrences keep ids, RSVPs and attendance."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from community.core.errors import Conflict, ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences, rsvps
from community.meetups.actions import chat_room, edit_occurrence
from community.meetups.actions import occurrences as occurrences_actions
from community.meetups.actions.create import once
from community.meetups.events import SeriesChanged
from community.meetups.models import Meetup, Occurrence
from community.meetups.rules.recurrence import Recurrence, from_date_on, from_json, requested
from community.meetups.rules.rrule_parser import InvalidRule
from community.members.actions import quotas

CANCEL_REASON = "The schedule changed."


def change_series(
    uow: UnitOfWork, *, meetup_id: UUID, scope: str, changes: dict[str, Any], from_occurrence: UUID | None = None
) -> Meetup:
    """Change a meetup for all upcoming occurrences, or from one on (`scope` is `all` or `following`).

    `changes` may hold title, description, place, duration_minutes, capacity, starts_at_local (the new wall time of
    `from_occurrence`, else of the next occurrence), recurrence (None: once only), time_zone and has_room. Occurrences
    that have begun stay as they were. Raises Forbidden, NotFound, Conflict, CapacityBelowGoing, ValidationFailed.
    """
    occurrences.meetup_to_host(uow, meetup_id)
    meetup = occurrences.locked_meetup(uow, meetup_id)
    quotas.take(uow, quotas.DATE_CHANGES)
    if "has_room" in changes:
        chat_room.set_room(uow, meetup, has_room=changes["has_room"])
        changes = {name: value for name, value in changes.items() if name != "has_room"}
        if not changes:
            return meetup
    coming = occurrences.locked_occurrences(uow, meetup)
    anchor = _anchor(coming, from_occurrence, scope)
    if changes.get("starts_at_local") == anchor.starts_at_local and "recurrence" not in changes:
        changes = {name: value for name, value in changes.items() if name != "starts_at_local"}
    concerned = [occurrence for occurrence in coming if scope == "all" or occurrence.starts_at >= anchor.starts_at]
    zone_before = meetup.time_zone
    if "time_zone" in changes and changes["time_zone"] != zone_before and scope != "all":
        raise ValidationFailed(errors={"time_zone": ["You can only change the time zone of the whole series."]})
    _change_texts(uow, meetup, coming, concerned, changes)
    meetup.time_zone = changes.get("time_zone", zone_before)
    meetup.revision, meetup.changed_at = meetup.revision + 1, uow.now
    _change_seats(uow, meetup, concerned, changes)
    if changes.keys() & {"starts_at_local", "recurrence"}:
        concerned = _change_rule(uow, meetup, anchor, concerned, changes)
    elif meetup.time_zone != zone_before:
        for occurrence in concerned:
            occurrences_actions.reschedule(uow, meetup, occurrence, occurrence.starts_at_local)
    uow.session.flush()
    uow.record(SeriesChanged(meetup_id=meetup.id))
    return meetup


def change_series_from(uow: UnitOfWork, *, occurrence_id: UUID, scope: str, changes: dict[str, Any]) -> Meetup:
    """Change the series of an occurrence, from that occurrence on or all of it. Raises as `change_series`."""
    meetup, _ = occurrences.series_from(uow, occurrence_id)
    return change_series(uow, meetup_id=meetup.id, scope=scope, changes=changes, from_occurrence=occurrence_id)


def _anchor(coming: list[Occurrence], from_occurrence: UUID | None, scope: str) -> Occurrence:
    if from_occurrence is None and scope == "following":
        raise ValidationFailed(errors={"from_occurrence": ["Choose the first one that changes."]})
    found = [one for one in coming if from_occurrence in (None, one.id) and one.state == "scheduled"]
    if not found:
        raise Conflict("That meetup isn’t among the future ones.")
    return found[0]


def _change_texts(
    uow: UnitOfWork, meetup: Meetup, coming: list[Occurrence], concerned: list[Occurrence], changes: dict[str, Any]
) -> None:
    """Set texts, place and length of the meetup. Occurrences outside the change keep theirs as overrides."""
    new = {name: changes[name] for name in edit_occurrence.OVERRIDABLE if name in changes}
    if not new:
        return
    old = {name: edit_occurrence.own_details(meetup)[name] for name in new}
    ids = {occurrence.id for occurrence in concerned}
    for occurrence in coming:
        if occurrence.id not in ids:
            occurrence.overrides = {**old, **(occurrence.overrides or {})}
    if new.get("title", meetup.title) != meetup.title:
        meetup.title = new["title"]
        chat_room.rename_room(uow, meetup)
    meetup.description = new.get("description", meetup.description)
    meetup.duration_minutes = new.get("duration_minutes", meetup.duration_minutes)
    place = new.get("place")
    if place is not None:
        meetup.place_kind, meetup.address, meetup.url = (
            place["kind"],
            place.get("address") or "",
            place.get("url") or "",
        )
    is_elsewhere = any(
        old[name] != edit_occurrence.own_details(meetup)[name] for name in old.keys() & {"place", "duration_minutes"}
    )
    for occurrence in concerned:
        occurrence.overrides = {
            name: value for name, value in (occurrence.overrides or {}).items() if name not in new
        } or None
        if is_elsewhere and occurrence.state == "scheduled":
            occurrences_actions.set_times(occurrence, meetup, occurrence.starts_at_local)
            occurrences_actions.record_rescheduled(uow, occurrence)


def _change_seats(uow: UnitOfWork, meetup: Meetup, concerned: list[Occurrence], changes: dict[str, Any]) -> None:
    if "capacity" not in changes:
        return
    meetup.capacity = changes["capacity"]
    for occurrence in concerned:
        if occurrence.state == "scheduled":
            edit_occurrence.set_capacity(uow, occurrence, meetup.capacity)


def _change_rule(
    uow: UnitOfWork, meetup: Meetup, anchor: Occurrence, concerned: list[Occurrence], changes: dict[str, Any]
) -> list[Occurrence]:
    """Set another rule for upcoming occurrences, and map each old occurrence to its new time."""
    key = anchor.recurrence_id or anchor.starts_at_local
    to = changes.get("starts_at_local", key if from_json(meetup.recurrence) else anchor.starts_at_local)
    start = min((occurrence.recurrence_id or occurrence.starts_at_local for occurrence in concerned), default=key)
    repeats = _rule_after(meetup, changes, key=key, to=to, start=start)
    meetup.recurrence = repeats.as_json() if repeats else None
    ids = {occurrence.id for occurrence in concerned}
    taken = occurrences.recurrence_ids(uow, meetup) - {occurrence.recurrence_id for occurrence in concerned}
    wanted = [
        one for one in occurrences_actions.upcoming_wall_times(uow, meetup, repeats or once(to)) if one not in taken
    ]
    if not wanted:
        raise ValidationFailed(errors={"starts_at_local": ["This time has passed."]})
    kept = _replan(uow, meetup, concerned, wanted)
    occurrences_actions.set_horizon(uow, meetup, repeats)
    return [occurrence for occurrence in kept if occurrence.id in ids]


def _rule_after(
    meetup: Meetup, changes: dict[str, Any], *, key: datetime, to: datetime, start: datetime
) -> Recurrence | None:
    if "recurrence" in changes:
        return requested(changes["recurrence"], first=to, time_zone=meetup.time_zone)
    before = from_json(meetup.recurrence)
    if before is None:
        return None
    try:
        if start < key:  # all of it: the first date to come moves as the one that was named
            return from_date_on(before, start, to=start + (to - key))
        return from_date_on(before, key, to=to)
    except InvalidRule as error:
        raise ValidationFailed(errors={"recurrence": [str(error)]}) from error


def _replan(uow: UnitOfWork, meetup: Meetup, concerned: list[Occurrence], wanted: list[datetime]) -> list[Occurrence]:
    """Keep, move, cancel and create occurrences until they are the wanted ones. Kept ones keep their id and RSVPs."""
    pairs, gone, fresh = match_occurrences(concerned, wanted)
    for occurrence in gone:
        occurrence.recurrence_id = None
    uow.session.flush()
    for occurrence, wall_time in pairs:
        was_moved = occurrence.starts_at_local != occurrence.recurrence_id
        occurrence.recurrence_id = wall_time
        if occurrence.state == "scheduled" and not was_moved and wall_time != occurrence.starts_at_local:
            occurrences_actions.reschedule(uow, meetup, occurrence, wall_time)
    _remove(uow, gone)
    return [occurrence for occurrence, _ in pairs] + occurrences_actions.create_occurrences(uow, meetup, fresh)


def _remove(uow: UnitOfWork, gone: list[Occurrence]) -> None:
    """Cancel the occurrences with an RSVP and delete the others."""
    answered = rsvps.answered_occurrence_ids(uow, [occurrence.id for occurrence in gone])
    for occurrence in gone:
        if occurrence.id not in answered:
            uow.session.delete(occurrence)
        elif occurrence.state == "scheduled":
            occurrences_actions.cancel(uow, occurrence, CANCEL_REASON)
    uow.session.flush()


def match_occurrences(
    concerned: Iterable[Occurrence], wanted: Iterable[datetime]
) -> tuple[list[tuple[Occurrence, datetime]], list[Occurrence], list[datetime]]:
    """Pair old occurrences with new times: the same wall time, else the same day, else the same week.

    Returns the pairs, the occurrences without a new time, and the times without an occurrence.
    """
    pairs: list[tuple[Occurrence, datetime]] = []
    old, new = list(concerned), sorted(wanted)
    for same in (_same_time, _same_day, _same_week):
        places = {same(one): one for one in reversed(new)}
        for occurrence in [*old]:
            place = places.pop(same(occurrence.recurrence_id or occurrence.starts_at_local), None)
            if place is not None:
                pairs.append((occurrence, place))
                old.remove(occurrence)
                new.remove(place)
    return pairs, old, new


def _same_time(wall_time: datetime) -> object:
    return wall_time


def _same_day(wall_time: datetime) -> object:
    return wall_time.date()


def _same_week(wall_time: datetime) -> object:
    return wall_time.isocalendar()[:2]
