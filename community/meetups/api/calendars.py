"""Endpoints of meetup preferences: the calendar's address, reminders, being listed."""

from typing import Any

from community.core.unit_of_work import ReadContext
from community.core.web.request_context import read_context, services, unit_of_work
from community.meetups.actions import preferences
from community.meetups.api import api
from community.meetups.queries import calendars
from community.meetups.schemas.rsvps import CalendarSchema, MeetupPreferenceSchema


@api.get("/me/calendar")
@api.response(200, CalendarSchema)
def get_calendar() -> dict[str, str]:
    """Return the secret address of my calendar, for my own calendar to subscribe to."""
    with read_context() as ctx:
        return _address(ctx)


@api.post("/me/calendar/rotate")
@api.response(200, CalendarSchema)
def post_rotate() -> dict[str, str]:
    """Give my calendar a new address. The old one stops working."""
    with unit_of_work() as uow:
        preferences.rotate_calendar(uow)
        return _address(uow)


@api.get("/me/meetup-preferences")
@api.response(200, MeetupPreferenceSchema)
def get_preferences() -> calendars.PreferenceView:
    """Return my preferences: being listed, reminders, titles in my calendar."""
    with read_context() as ctx:
        return calendars.my_preferences(ctx)


@api.put("/me/meetup-preferences")
@api.arguments(MeetupPreferenceSchema, example={"is_listed": False, "remind_minutes": [1440]})
@api.response(200, MeetupPreferenceSchema)
def put_preferences(changes: dict[str, Any]) -> calendars.PreferenceView:
    """Change some of my preferences."""
    with unit_of_work() as uow:
        preferences.change_preferences(uow, changes=changes)
        return calendars.my_preferences(uow)


def _address(ctx: ReadContext) -> dict[str, str]:
    secret = calendars.my_feed_token(ctx, key=services().settings.secret_key)
    return {"url": f"{services().settings.public_url.rstrip('/')}/calendar/{secret}.ics"}
