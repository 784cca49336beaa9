"""Meetups' doors for programs."""

from typing import Any
from uuid import UUID

from community.core.web import api_blueprint, reading, unit_of_work
from community.meetups import actions, queries
from community.meetups import schemas as shapes

api = api_blueprint("meetups", __name__, "Meetups: dates, answers, waiting lines.")

EXAMPLE = {
    "title": "Thursday table",
    "description": "We cook, eat and wash up together.",
    "starts_at_local": "2027-03-04T19:00",
    "time_zone": "America/New_York",
    "duration_minutes": 90,
    "capacity": 12,
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


@api.get("/meetups")
@api.arguments(shapes.MeetupArgs, location="query")
@api.response(200, shapes.MeetupPage)
def get_meetups(args: dict[str, Any]) -> Any:
    """Meetups with their dates between `from` and `to`."""
    with reading() as look:
        return queries.meetups(look, **args)


@api.post("/meetups")
@api.arguments(shapes.NewMeetupSchema, example=EXAMPLE)
@api.response(201, shapes.MeetupSchema)
def post_meetup(wanted: dict[str, Any]) -> queries.MeetupView:
    """Post a meetup (coordinators). Everybody who may come hears of it once."""
    wanted.pop("recurrence")
    with unit_of_work() as uow:
        return queries.meetup(uow, actions.post(uow, **wanted).id)


@api.get("/meetups/<uuid:meetup_id>")
@api.response(200, shapes.MeetupSchema)
def get_meetup(meetup_id: UUID) -> queries.MeetupView:
    """One meetup, its dates from today on."""
    with reading() as look:
        return queries.meetup(look, meetup_id)


@api.put("/occurrences/<uuid:occurrence_id>/rsvp")
@api.arguments(shapes.AnswerSchema, example={"answer": "going"})
@api.response(200, shapes.RsvpSchema)
def put_rsvp(said: dict[str, Any], occurrence_id: UUID) -> Any:
    """Answer a date. When it is full, "going" puts me in line."""
    with unit_of_work() as uow:
        actions.answer(uow, occurrence_id=occurrence_id, **said)
        return queries.my_rsvp(uow, occurrence_id)


@api.patch("/occurrences/<uuid:occurrence_id>")
@api.arguments(shapes.ChangeDateSchema, example={"capacity": 14})
@api.response(200, shapes.MeetupSchema)
def patch_occurrence(changes: dict[str, Any], occurrence_id: UUID) -> queries.MeetupView:
    """Change a date's time or seats (coordinators). More seats go to those in line."""
    with unit_of_work() as uow:
        occurrence = actions.change_date(uow, occurrence_id=occurrence_id, changes=changes)
        return queries.meetup(uow, occurrence.meetup_id)


@api.post("/occurrences/<uuid:occurrence_id>/cancel")
@api.arguments(shapes.CancelSchema, example={"reason": "The kitchen has no water."})
@api.response(200, shapes.MeetupSchema)
def post_cancel(why: dict[str, Any], occurrence_id: UUID) -> queries.MeetupView:
    """Call a date off (coordinators)."""
    with unit_of_work() as uow:
        occurrence = actions.cancel(uow, occurrence_id=occurrence_id, **why)
        return queries.meetup(uow, occurrence.meetup_id)
