"""The agenda, a month, and one meetup with its occurrences."""

from datetime import date
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request

from community.core.schemas import FIRST_YEAR, LAST_YEAR
from community.core.unit_of_work import ReadContext
from community.core.web.forms import Form, uuid_of
from community.core.web.request_context import read_context
from community.core.web.template_context import paging
from community.meetups.pages import pages
from community.meetups.queries import agenda as agenda_queries
from community.meetups.queries import attendees, meetups
from community.notifications.queries import mutes

MAX_OCCURRENCES = 12


@pages.get("/meetups")
def agenda() -> str:
    """Show the upcoming occurrences day by day."""
    with read_context() as ctx:
        page = agenda_queries.agenda(ctx, cursor=paging()["cursor"], limit=40)
    days = [(day, list(items)) for day, items in groupby(page.items, key=lambda one: one.local_day)]
    return render_template("meetups/agenda.html", days=days, next_cursor=page.next_cursor)


@pages.get("/meetups/month")
def month() -> str:
    """Show a month; `of` is one like 2026-11, `day` the one whose occurrences are listed below."""
    with read_context() as ctx:
        first = _first_of(request.args.get("of", ""), ctx)
        shown = agenda_queries.month(ctx, first=first)
    days = [day for week in shown.weeks for day in week if not day.is_out]
    picked = next((day for day in days if day.day.isoformat() == request.args.get("day")), None)
    listed = [picked] if picked else [day for day in days if day.dates]
    return render_template("meetups/month.html", month=shown, picked=picked, listed=listed)


def _first_of(text: str, ctx: ReadContext) -> date:
    """Return the first day of the wanted month, else of the present one in the member's time zone."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = date.min
    if FIRST_YEAR <= first.year <= LAST_YEAR:
        return first
    return ctx.now.astimezone(ZoneInfo(ctx.actor.time_zone)).date().replace(day=1)


@pages.get("/meetups/<uuid:meetup_id>")
def one_meetup(meetup_id: UUID) -> str:
    """Show a meetup with the wanted occurrence or the next one in front."""
    return meetup_page(meetup_id, Form(), date_id=uuid_of(request.args.get("date", "")))


def meetup_page(meetup_id: UUID, form: Form, *, date_id: UUID | None = None) -> str:
    """Return the page of a meetup; `form` holds what its host tried to change."""
    with read_context() as ctx:
        meetup = meetups.meetup(ctx, meetup_id, with_date=date_id)
        front = meetups.featured_occurrence(meetup, date_id, now=ctx.now)
        going = attendees.attendees_of(ctx, front.id) if front else attendees.Attendees((), 0)
        is_open = bool(front and front.state == "scheduled" and front.starts_at > ctx.now and meetup.state == "active")
        others = [one for one in meetup.occurrences if front and one.id != front.id and one.ends_at > ctx.now]
        mute = mutes.my_mute(ctx, meetup_id)
    return render_template(
        "meetups/meetup.html",
        meetup=meetup,
        occurrence=front,
        going=going,
        is_open=is_open,
        mute=mute,
        others=others[:MAX_OCCURRENCES],
        form=form,
    )
