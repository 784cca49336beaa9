"""Hosts of a meetup: handing it over, confirming an occurrence, resuming a paused series."""

from collections.abc import Sequence
from uuid import UUID

from community.core.errors import ValidationFailed
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import occurrences, people
from community.meetups.actions import occurrences as occurrences_actions
from community.meetups.events import HostChanged, HostLeft, SeriesResumed
from community.meetups.models import Meetup, MeetupHost, Occurrence
from community.members.actions import quotas


def change_hosts(
    uow: UnitOfWork, *, meetup_id: UUID, host: str | None = None, co_hosts: Sequence[str] | None = None
) -> Meetup:
    """Hand a meetup over or set its co-hosts, by handles. Raises Forbidden, NotFound, ValidationFailed."""
    occurrences.meetup_to_host(uow, meetup_id)
    meetup = occurrences.locked_meetup(uow, meetup_id)
    quotas.take(uow, quotas.DATE_CHANGES)
    if co_hosts is not None:
        wanted = {_member(uow, handle, "co_hosts") for handle in co_hosts}
        standing = people.co_hosts(uow, meetup.id)
        for row in standing:
            if row.member_id not in wanted:
                uow.session.delete(row)
                uow.record(HostLeft(meetup_id=meetup.id, member_id=row.member_id))
        before = {row.member_id for row in standing}
        uow.session.add_all(MeetupHost(meetup_id=meetup.id, member_id=one) for one in sorted(wanted - before))
        for one in sorted(wanted - before):
            uow.record(HostChanged(meetup_id=meetup.id, member_id=one))
    if host is not None and (heir := _member(uow, host, "host")) != meetup.host_id:
        uow.record(HostLeft(meetup_id=meetup.id, member_id=meetup.host_id))
        meetup.host_id = heir
        uow.record(HostChanged(meetup_id=meetup.id, member_id=heir))
    uow.session.flush()
    return meetup


def confirm(uow: UnitOfWork, *, occurrence_id: UUID) -> Occurrence:
    """Confirm that an occurrence will happen. Idempotent. Raises Forbidden, NotFound, Conflict."""
    occurrence = occurrences.occurrence_to_manage(uow, occurrence_id)
    occurrence.confirmed_at = occurrence.confirmed_at or uow.now
    return occurrence


def resume(uow: UnitOfWork, *, meetup_id: UUID) -> Meetup:
    """Resume a paused series: RSVPs open and occurrences are created again. Idempotent. Raises Forbidden, NotFound."""
    occurrences.meetup_to_host(uow, meetup_id)
    meetup = occurrences.locked_meetup(uow, meetup_id)
    if meetup.paused_at is None:
        return meetup
    quotas.take(uow, quotas.DATE_CHANGES)
    meetup.paused_at = None
    for occurrence in occurrences.past_occurrences(uow, meetup, limit=1):
        occurrence.confirmed_at = uow.now
    for occurrence in occurrences.locked_occurrences(uow, meetup):
        if occurrence.state == "scheduled":
            occurrences_actions.schedule_next_step(uow, occurrence, resumed_at=uow.now)
    occurrences_actions.extend_series(uow, meetup)
    uow.session.flush()
    uow.record(SeriesResumed(meetup_id=meetup.id, member_id=uow.actor.id))
    return meetup


def _member(uow: UnitOfWork, handle: str, field: str) -> UUID:
    found = people.member_by_handle(uow, handle)
    if found is None:
        raise ValidationFailed(errors={field: [f"We don’t know anyone named {handle}."]})
    return found
