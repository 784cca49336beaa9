"""A member's calendar: the feed at its secret address, one occurrence as a file, and the settings page."""

import hashlib
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, redirect, render_template, request

from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, services
from community.meetups.actions import preferences
from community.meetups.pages import pages, submit
from community.meetups.queries import calendars
from community.meetups.rules.icalendar import to_ics
from community.meetups.rules.reminders import REMINDERS
from community.meetups.schemas.rsvps import MeetupPreferenceSchema


@pages.get("/calendar/<secret>.ics")
def feed(secret: str) -> Response:
    """Return my occurrences for calendar programs. There is no sign-in: the address is the secret."""
    with read_context() as ctx:
        text = to_ics(calendars.feed(ctx, secret, key=services().settings.secret_key))
    response = _calendar(text)
    response.set_etag(hashlib.sha256(text).hexdigest()[:32])
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.make_conditional(request)
    return response


@pages.get("/occurrences/<uuid:occurrence_id>/date.ics")
def occurrence_file(occurrence_id: UUID) -> Response:
    """Return one occurrence as a file. Browsers that know calendars open it, the others save it."""
    with read_context() as ctx:
        text = to_ics(calendars.occurrence_entries(ctx, occurrence_id))
    response = _calendar(text)
    response.headers["Content-Disposition"] = "inline; filename=plans.ics"  # an iPhone asks twice for an attachment
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/meetups/calendar")
def settings() -> str:
    """Show my calendar's address, my reminders, and whether I am listed."""
    with read_context() as ctx:
        secret = calendars.my_feed_token(ctx, key=services().settings.secret_key)
        wants = calendars.my_preferences(ctx)
    url = f"{services().settings.public_url.rstrip('/')}/calendar/{secret}.ics"
    return render_template(
        "meetups/calendar_feed.html",
        url=url,
        subscribe_url=urlsplit(url)._replace(scheme="webcal").geturl(),
        wants=wants,
        reminders=REMINDERS,
    )


@pages.post("/meetups/calendar/rotate")
def rotate() -> PageResponse:
    """Give my calendar a new address."""
    submit(Form(), preferences.rotate_calendar, done="The old link doesn’t work anymore. You have a new one.")
    return redirect("/meetups/calendar", code=303)


@pages.post("/meetups/calendar")
def change_preferences() -> PageResponse:
    """Save my preferences."""

    def save(uow: UnitOfWork, **changes: Any) -> None:
        preferences.change_preferences(uow, changes=changes)

    values = {
        "is_listed": "is_listed" in request.form,
        "has_full_titles": "has_full_titles" in request.form,
        "remind_minutes": [int(one) for one in request.form.getlist("remind_minutes") if one.isdecimal()],
    }
    submit(Form(MeetupPreferenceSchema()), save, done="Saved.", values=values)
    return redirect("/meetups/calendar", code=303)


def _calendar(text: bytes) -> Response:
    return Response(text, content_type="text/calendar; charset=utf-8")
