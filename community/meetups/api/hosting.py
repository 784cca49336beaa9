"""Endpoints for hosts: handing over, confirming an occurrence, resuming a series, attendance."""

from typing import Any
from uuid import UUID

from community.core.web.request_context import read_context, unit_of_work
from community.meetups.actions import attendance, hosting
from community.meetups.api import api
from community.meetups.queries import attendance as attendance_queries
from community.meetups.queries import meetups, views
from community.meetups.schemas.attendance import AttendanceMarkSchema, AttendancesSchema
from community.meetups.schemas.meetups import HostsSchema, MeetupSchema


@api.put("/meetups/<uuid:meetup_id>/hosts")
@api.arguments(HostsSchema, example={"co_hosts": ["Heron"]})
@api.response(200, MeetupSchema)
def put_hosts(wanted: dict[str, Any], meetup_id: UUID) -> views.MeetupView:
    """Hand a meetup over, or set its co-hosts (its hosts)."""
    with unit_of_work() as uow:
        hosting.change_hosts(uow, meetup_id=meetup_id, **wanted)
        return meetups.meetup(uow, meetup_id)


@api.post("/meetups/<uuid:meetup_id>/resume")
@api.response(200, MeetupSchema)
def post_resume(meetup_id: UUID) -> views.MeetupView:
    """Resume a paused series (its hosts)."""
    with unit_of_work() as uow:
        hosting.resume(uow, meetup_id=meetup_id)
        return meetups.meetup(uow, meetup_id)


@api.post("/occurrences/<uuid:occurrence_id>/confirm")
@api.response(204)
def post_confirm(occurrence_id: UUID) -> None:
    """Confirm that an occurrence will happen (its hosts). A series is paused after three unconfirmed ones."""
    with unit_of_work() as uow:
        hosting.confirm(uow, occurrence_id=occurrence_id)


@api.get("/occurrences/<uuid:occurrence_id>/attendance")
@api.response(200, AttendancesSchema)
def get_attendance(occurrence_id: UUID) -> dict[str, list[attendance_queries.AttendanceRow]]:
    """Return all members who are going or were marked (its hosts)."""
    with read_context() as ctx:
        return {"items": attendance_queries.attendance(ctx, occurrence_id)}


@api.post("/occurrences/<uuid:occurrence_id>/attendance")
@api.arguments(AttendanceMarkSchema, example={"handle": "Wren", "state": "attended", "nonce": "5f0c"})
@api.response(200, AttendancesSchema)
def post_attendance(marked: dict[str, Any], occurrence_id: UUID) -> dict[str, list[attendance_queries.AttendanceRow]]:
    """Mark a member's attendance (its hosts). May be sent again: the same nonce counts once."""
    with unit_of_work() as uow:
        attendance.mark(uow, occurrence_id=occurrence_id, **marked)
        return {"items": attendance_queries.attendance(uow, occurrence_id)}
