"""Endpoints of single occurrences for their hosts: changing and cancelling."""

from typing import Any
from uuid import UUID

from community.core.web.request_context import unit_of_work
from community.meetups.actions import edit_occurrence
from community.meetups.api import api
from community.meetups.queries import meetups, views
from community.meetups.schemas.meetups import CancelSchema, ChangeOccurrenceSchema, MeetupSchema


@api.patch("/occurrences/<uuid:occurrence_id>")
@api.arguments(ChangeOccurrenceSchema, example={"capacity": 14})
@api.response(200, MeetupSchema)
def patch_occurrence(changes: dict[str, Any], occurrence_id: UUID) -> views.MeetupView:
    """Change an occurrence's time, place, length or seats (its hosts). Added seats go to the waitlist."""
    with unit_of_work() as uow:
        occurrence = edit_occurrence.change_occurrence(uow, occurrence_id=occurrence_id, changes=changes)
        return meetups.meetup(uow, occurrence.meetup_id)


@api.post("/occurrences/<uuid:occurrence_id>/cancel")
@api.arguments(CancelSchema, example={"reason": "The kitchen has no water."})
@api.response(200, MeetupSchema)
def post_cancel(why: dict[str, Any], occurrence_id: UUID) -> views.MeetupView:
    """Cancel an occurrence, or all from it on (its hosts)."""
    with unit_of_work() as uow:
        occurrence = edit_occurrence.cancel(uow, occurrence_id=occurrence_id, **why)
        return meetups.meetup(uow, occurrence.meetup_id)
