"""Meetups' pages: the agenda, one meetup with my answer, and for coordinators posting, changing and calling off."""

from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.core.errors import SignInNeeded
from community.core.pages import time_zones
from community.core.web import Form, current_actor, reading, unit_of_work, web
from community.meetups import actions, queries
from community.meetups.schemas import AnswerSchema, CancelSchema, ChangeDateSchema, NewMeetupSchema

pages = Blueprint("meetups", __name__)
Answered = str | tuple[str, int] | Response

SAID = {
    "going": "You are going. Your answer is saved.",
    "waitlisted": "You are in line. When a seat comes free it is yours, and we tell you.",
    "maybe": "Saved as maybe.",
    "declined": "Saved. You are not going.",
}


@pages.get("/meetups")
def agenda() -> str:
    """What comes, day by day."""
    with reading() as look:
        page = queries.meetups(look, start=None, end=None, cursor=None, limit=200)
    dates = sorted(
        ((date, meetup) for meetup in page.items for date in meetup.occurrences), key=lambda pair: pair[0].starts_at
    )
    days = [(day, list(items)) for day, items in groupby(dates, key=lambda pair: pair[0].starts_at.date())]
    return render_template("meetups/agenda.html", days=days)


@pages.get("/meetups/<uuid:meetup_id>")
def one_meetup(meetup_id: UUID) -> str:
    """One meetup."""
    return _meetup_page(meetup_id, Form())


@pages.post("/occurrences/<uuid:occurrence_id>/rsvp")
def answer(occurrence_id: UUID) -> Answered:
    """Answer without scripts."""
    form = Form(AnswerSchema())
    state: list[str] = []

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            state.append(actions.answer(uow, occurrence_id=occurrence_id, **fields).state)

    passed = form.attempt(act)
    with reading() as look:
        meetup_id = queries.meetup_of(look, occurrence_id)
    flash(SAID.get(state[0], "Saved.") if passed else form.detail)
    return redirect(f"/meetups/{meetup_id}" if meetup_id else "/meetups", code=303)


@pages.get("/meetups/new")
def new_form() -> Answered:
    """Post a meetup (coordinators)."""
    with reading() as look:
        _ = look.staff
    return _new_page(Form())


@pages.post("/meetups/new")
def post() -> Answered:
    """Post it."""
    form = Form(NewMeetupSchema())
    meetup_id: list[UUID] = []

    def act(fields: dict[str, Any]) -> None:
        fields.pop("recurrence")
        with unit_of_work() as uow:
            meetup_id.append(actions.post(uow, **fields).id)

    if form.attempt(act, values=_nested(form.values)):
        flash("Posted. Everyone who may come hears about it once.")
        return redirect(f"/meetups/{meetup_id[0]}", code=303)
    return _new_page(form)


@pages.post("/occurrences/<uuid:occurrence_id>/change")
def change(occurrence_id: UUID) -> Answered:
    """Change time or seats (coordinators)."""
    form = Form(ChangeDateSchema())
    values: dict[str, Any] = {"capacity": form.values.get("capacity") or None}
    if form.values.get("starts_at_local"):
        values["starts_at_local"] = form.values["starts_at_local"]

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            actions.change_date(uow, occurrence_id=occurrence_id, changes=fields)

    passed = form.attempt(act, values=values)
    with reading() as look:
        meetup_id = queries.meetup_of(look, occurrence_id)
    if passed or meetup_id is None:
        flash("Saved. Those it concerns are told.")
        return redirect(f"/meetups/{meetup_id}" if meetup_id else "/meetups", code=303)
    return _meetup_page(meetup_id, form), form.status


@pages.post("/occurrences/<uuid:occurrence_id>/cancel")
def cancel(occurrence_id: UUID) -> Answered:
    """Call a date off (coordinators)."""
    form = Form(CancelSchema())
    values = {"reason": request.form.get("reason") or None}

    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            actions.cancel(uow, occurrence_id=occurrence_id, **fields)

    passed = form.attempt(act, values=values)
    with reading() as look:
        meetup_id = queries.meetup_of(look, occurrence_id)
    flash("Cancelled. Those who answered are told." if passed else form.detail)
    return redirect(f"/meetups/{meetup_id}" if meetup_id else "/meetups", code=303)


def _nested(posted: dict[str, Any]) -> dict[str, Any]:
    """The form's flat fields in the schema's shape; empty ones left out."""
    day, clock = posted.get("date", ""), posted.get("time", "")
    fields: dict[str, Any] = {
        "title": posted.get("title", ""),
        "description": posted.get("description", ""),
        "starts_at_local": f"{day}T{clock}",
        "time_zone": posted.get("time_zone", ""),
        "duration_minutes": posted.get("duration_minutes", ""),
        "capacity": posted.get("capacity") or None,
        "place": {
            "kind": posted.get("kind", ""),
            "address": posted.get("address") or None,
            "url": posted.get("url") or None,
        },
    }
    return fields


def _new_page(form: Form) -> Answered:
    actor = current_actor()
    if actor is None:
        raise SignInNeeded
    zone = actor.time_zone or web().settings.time_zone
    return render_template("meetups/new.html", form=form, time_zones=time_zones(), zone=zone), form.status


def _meetup_page(meetup_id: UUID, form: Form) -> str:
    with reading() as look:
        meetup = queries.meetup(look, meetup_id)
        date = meetup.occurrences[0] if meetup.occurrences else None
        going = queries.going(look, date.id) if date else []
        is_open = bool(date and date.state == "scheduled" and date.starts_at > look.now)
    return render_template("meetups/meetup.html", meetup=meetup, date=date, going=going, is_open=is_open, form=form)
