"""Doors of what a member wants of meetups: their calendar's address, reminders, being listed."""

from typing import Any

from community.core.unit_of_work import ReadContext
from community.core.web import reading, unit_of_work, web
from community.meetups import actions, queries
from community.meetups import schemas as shapes
from community.meetups.api.doors import api


@api.get("/me/calendar")
@api.response(200, shapes.CalendarSchema)
def get_calendar() -> dict[str, str]:
    """The secret address of my calendar, for my own calendar to subscribe to."""
    with reading() as ctx:
        return _address(ctx)


@api.post("/me/calendar/rotate")
@api.response(200, shapes.CalendarSchema)
def post_rotate() -> dict[str, str]:
    """A new address; whoever has the old one sees nothing any more."""
    with unit_of_work() as uow:
        actions.rotate_calendar(uow)
        return _address(uow)


@api.get("/me/meetup-preferences")
@api.response(200, shapes.MeetupWishesSchema)
def get_preferences() -> queries.PreferenceView:
    """Whether I am listed among those going, when I am reminded, what my calendar shows."""
    with reading() as ctx:
        return queries.my_preferences(ctx)


@api.put("/me/meetup-preferences")
@api.arguments(shapes.MeetupWishesSchema, example={"is_listed": False, "remind_minutes": [1440]})
@api.response(200, shapes.MeetupWishesSchema)
def put_preferences(changes: dict[str, Any]) -> queries.PreferenceView:
    """Change some of it."""
    with unit_of_work() as uow:
        actions.change_preferences(uow, changes=changes)
        return queries.my_preferences(uow)


def _address(ctx: ReadContext) -> dict[str, str]:
    secret = queries.my_address(ctx, key=web().settings.secret_key)
    return {"url": f"{web().settings.public_url.rstrip('/')}/calendar/{secret}.ics"}
