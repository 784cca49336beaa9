"""Endpoints of meetups: lists, one meetup, posting, changing a series, previewing a rule."""

from typing import Any
from uuid import UUID

from community.core.schemas import PageArgs
from community.core.web.request_context import read_context, unit_of_work
from community.meetups.actions import create, series
from community.meetups.api import api
from community.meetups.queries import meetups, past, preview, views
from community.meetups.schemas.attendance import PastOccurrencePage
from community.meetups.schemas.meetups import (
    ChangeSeriesSchema,
    MeetupArgs,
    MeetupPage,
    MeetupSchema,
    NewMeetupSchema,
    PreviewResultSchema,
    PreviewSchema,
)

EXAMPLE = {
    "title": "Thursday table",
    "description": "We cook, eat and wash up together.",
    "starts_at_local": "2027-03-04T19:00",
    "time_zone": "America/New_York",
    "duration_minutes": 90,
    "capacity": 12,
    "recurrence": "FREQ=WEEKLY;BYDAY=TH",
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


@api.get("/meetups")
@api.arguments(MeetupArgs, location="query")
@api.response(200, MeetupPage)
def get_meetups(args: dict[str, Any]) -> Any:
    """Return meetups with their occurrences between `from` and `to`."""
    with read_context() as ctx:
        return meetups.meetups(ctx, **args)


@api.get("/meetups/past")
@api.arguments(PageArgs, location="query")
@api.response(200, PastOccurrencePage)
def get_past(args: dict[str, Any]) -> Any:
    """Return the past meetups that I said going to or attended, latest first."""
    with read_context() as ctx:
        return past.my_past_occurrences(ctx, **args)


@api.get("/meetups/past/all")
@api.arguments(PageArgs, location="query")
@api.response(200, PastOccurrencePage)
def get_past_of_all(args: dict[str, Any]) -> Any:
    """Return all past meetups with the number of people who came and who missed them (coordinators)."""
    with read_context() as ctx:
        return past.all_past_occurrences(ctx, **args)


@api.post("/meetups")
@api.arguments(NewMeetupSchema, example=EXAMPLE)
@api.response(201, MeetupSchema)
def post_meetup(wanted: dict[str, Any]) -> views.MeetupView:
    """Post a meetup or a series (coordinators). All active members are notified once."""
    with unit_of_work() as uow:
        return meetups.meetup(uow, create.post(uow, **wanted).id)


@api.post("/meetups/preview")
@api.arguments(
    PreviewSchema,
    example={
        "starts_at_local": "2027-03-04T19:00",
        "time_zone": "America/New_York",
        "recurrence": "FREQ=MONTHLY;BYDAY=-1FR",
    },
)
@api.response(200, PreviewResultSchema)
def post_preview(wanted: dict[str, Any]) -> preview.Preview:
    """Preview a rule in words with its next six dates. Nothing is stored."""
    with read_context() as ctx:
        return preview.preview_occurrences(ctx, **wanted)


@api.get("/meetups/<uuid:meetup_id>")
@api.response(200, MeetupSchema)
def get_meetup(meetup_id: UUID) -> views.MeetupView:
    """Return a meetup with its occurrences from today on."""
    with read_context() as ctx:
        return meetups.meetup(ctx, meetup_id)


@api.patch("/meetups/<uuid:meetup_id>")
@api.arguments(ChangeSeriesSchema, example={"scope": "all", "title": "Thursday kitchen"})
@api.response(200, MeetupSchema)
def patch_meetup(changes: dict[str, Any], meetup_id: UUID) -> views.MeetupView:
    """Change all upcoming occurrences, or those from one on (its hosts). Kept occurrences keep their answers."""
    scope, from_occurrence = changes.pop("scope"), changes.pop("from_occurrence")
    with unit_of_work() as uow:
        series.change_series(uow, meetup_id=meetup_id, scope=scope, from_occurrence=from_occurrence, changes=changes)
        return meetups.meetup(uow, meetup_id)
