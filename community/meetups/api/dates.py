"""Doors of single dates, for who hosts them: changing and calling off."""

from typing import Any
from uuid import UUID

from community.core.web import unit_of_work
from community.meetups import actions, queries
from community.meetups import schemas as shapes
from community.meetups.api.doors import api


@api.patch("/occurrences/<uuid:occurrence_id>")
@api.arguments(shapes.ChangeDateSchema, example={"capacity": 14})
@api.response(200, shapes.MeetupSchema)
def patch_occurrence(changes: dict[str, Any], occurrence_id: UUID) -> queries.MeetupView:
    """Change one date's time, place, length or seats (its hosts). More seats go to those in line."""
    with unit_of_work() as uow:
        occurrence = actions.change_date(uow, occurrence_id=occurrence_id, changes=changes)
        return queries.meetup(uow, occurrence.meetup_id)


@api.post("/occurrences/<uuid:occurrence_id>/cancel")
@api.arguments(shapes.CancelSchema, example={"reason": "The kitchen has no water."})
@api.response(200, shapes.MeetupSchema)
def post_cancel(why: dict[str, Any], occurrence_id: UUID) -> queries.MeetupView:
    """Call a date off, or all from it on (its hosts)."""
    with unit_of_work() as uow:
        occurrence = actions.cancel(uow, occurrence_id=occurrence_id, **why)
        return queries.meetup(uow, occurrence.meetup_id)
