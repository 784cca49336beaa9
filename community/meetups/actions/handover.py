"""Hand-over of the meetups of a staff member who leaves."""

from uuid import UUID

from community.core import audit_log
from community.core.unit_of_work import UnitOfWork
from community.meetups.access import handover, occurrences
from community.meetups.events import HostChanged, HostLeft
from community.meetups.models import MeetupHost


def hand_over_meetups(uow: UnitOfWork, *, from_id: UUID, to_id: UUID) -> int:
    """Make one colleague host or co-host of the coming meetups of another, and return how many. Raises Forbidden."""
    found = handover.meetups_hosted_by(uow, from_id)
    for one in found:
        meetup = occurrences.locked_meetup(uow, one.id)
        beside = {row.member_id: row for row in handover.host_rows(uow, meetup.id, from_id, to_id)}
        was_host = to_id == meetup.host_id or to_id in beside
        if from_id in beside:
            uow.session.delete(beside[from_id])
        if meetup.host_id == from_id:
            meetup.host_id = to_id
            if to_id in beside:
                uow.session.delete(beside[to_id])
        elif not was_host:
            uow.session.add(MeetupHost(meetup_id=meetup.id, member_id=to_id))
        uow.record(HostLeft(meetup_id=meetup.id, member_id=from_id))
        if not was_host or meetup.host_id == to_id:
            uow.record(HostChanged(meetup_id=meetup.id, member_id=to_id))
        audit_log.record(uow, "meetup.handed_over", subject_id=meetup.id, before=from_id, after=to_id)
    uow.session.flush()
    return len(found)
