"""The agenda, a month, the past, and one meetup with its occurrences."""

from collections.abc import Callable
from datetime import date
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request

from community.core.db import Page
from community.core.schemas import FIRST_YEAR, LAST_YEAR
from community.core.unit_of_work import ReadContext
from community.core.web.forms import Form, uuid_of
from community.core.web.request_context import read_context
from community.core.web.template_context import paging
from community.meetups.pages import pages
from community.meetups.queries import agenda as agenda_queries
from community.meetups.queries import attendees, calendars, meetups
from community.meetups.queries import past as past_queries
from community.notifications.queries import mutes

MAX_ENTRIES = 20
MAX_OCCURRENCES = 12


@pages.get("/meetups")
def agenda() -> str:
    """Show the upcoming meetups day by day, each series once."""
    with read_context() as ctx:
        page = agenda_queries.agenda(ctx, cursor=paging()["cursor"], limit=MAX_ENTRIES)
    by_day = sorted(page.items, key=lambda entry: entry.front.local_day)  # stable: by time within a day
    days = [(day, list(entries)) for day, entries in groupby(by_day, key=lambda entry: entry.front.local_day)]
    return render_template("meetups/agenda.html", days=days, next_cursor=page.next_cursor)


@pages.get("/meetups/month")
def month() -> str:
    """Show a month; `of` is one like 2026-11, `day` the one whose occurrences are listed below."""
    with read_context() as ctx:
        shown = agenda_queries.month(ctx, first=_first_of(request.args.get("of", ""), ctx))
    days = [day for week in shown.weeks for day in week]
    picked = next((day for day in days if day.day.isoformat() == request.args.get("day")), None)
    return render_template(
        "meetups/month.html", month=shown, picked=picked, listed=[picked] if picked else shown.listed
    )


@pages.get("/meetups/past")
def past() -> str:
    """Show the past meetups that I said going to or attended."""
    return _past_page(past_queries.my_past_occurrences, is_for_all=False)


@pages.get("/meetups/past/all")
def past_of_all() -> str:
    """Show all past meetups with their attendance (coordinators)."""
    return _past_page(past_queries.all_past_occurrences, is_for_all=True)


def _past_page(read: Callable[..., Page[past_queries.PastOccurrence]], *, is_for_all: bool) -> str:
    with read_context() as ctx:
        page = read(ctx, cursor=paging()["cursor"], limit=MAX_ENTRIES)
    return render_template("meetups/past.html", page=page, is_for_all=is_for_all)


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
        wants = calendars.my_preferences(ctx)
    return render_template(
        "meetups/meetup.html",
        meetup=meetup,
        occurrence=front,
        going=going,
        is_open=is_open,
        mute=mute,
        wants=wants,
        others=others[:MAX_OCCURRENCES],
        form=form,
    )
