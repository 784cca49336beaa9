"""For who hosts a meetup: changing a date or the series, calling off."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request

from community.core.errors import NotFound
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.meetups.actions import chat_room, edit_occurrence, hosting, series
from community.meetups.pages import attempt, pages, redirect_to_occurrence
from community.meetups.pages.meetups import meetup_page
from community.meetups.queries import attendees
from community.meetups.schemas import CancelSchema, ChangeSeriesSchema, HostsSchema

SAVED = "Saved. Those it concerns are told."


@pages.post("/occurrences/<uuid:occurrence_id>/change")
def change(occurrence_id: UUID) -> PageResponse:
    """Change one date, those that follow too, or the whole series."""
    form = Form(ChangeSeriesSchema())
    scope = form.value("scope", "this")

    def act(fields: dict[str, Any]) -> None:
        chosen, _ = fields.pop("scope"), fields.pop("from_occurrence")
        with unit_of_work() as uow:
            if scope == "this":
                edit_occurrence.change_occurrence(uow, occurrence_id=occurrence_id, changes=fields)
            else:
                series.change_series_from(uow, occurrence_id=occurrence_id, scope=chosen, changes=fields)

    passed = form.attempt(act, values=_changes(form, scope))
    with read_context() as ctx:
        meetup_id = attendees.meetup_id_of(ctx, occurrence_id)
    if meetup_id is None:
        raise NotFound
    if passed:
        flash(SAVED)
        return redirect_to_occurrence(occurrence_id)
    return meetup_page(meetup_id, form, date_id=occurrence_id), form.status


@pages.post("/occurrences/<uuid:occurrence_id>/cancel")
def cancel(occurrence_id: UUID) -> PageResponse:
    """Call a date off, or all that follow."""
    form = Form(CancelSchema())

    def act(fields: dict[str, Any]) -> str:
        with unit_of_work() as uow:
            edit_occurrence.cancel(uow, occurrence_id=occurrence_id, **fields)
        return "Cancelled. Those who answered are told."

    values = {"reason": form.value("reason") or None, "scope": form.value("scope", "this")}
    attempt(form, act, values=values)
    return redirect_to_occurrence(occurrence_id)


@pages.post("/occurrences/<uuid:occurrence_id>/confirm")
def confirm(occurrence_id: UUID) -> PageResponse:
    """Say that a date will happen."""

    def act(_fields: dict[str, Any]) -> str:
        with unit_of_work() as uow:
            hosting.confirm(uow, occurrence_id=occurrence_id)
        return "Good. It will happen."

    attempt(Form(), act)
    return redirect_to_occurrence(occurrence_id)


@pages.post("/meetups/<uuid:meetup_id>/resume")
def resume(meetup_id: UUID) -> PageResponse:
    """Take a paused series up again."""

    def act(_fields: dict[str, Any]) -> str:
        with unit_of_work() as uow:
            hosting.resume(uow, meetup_id=meetup_id)
        return "The series goes on."

    attempt(Form(), act)
    return redirect(f"/meetups/{meetup_id}", code=303)


@pages.post("/meetups/<uuid:meetup_id>/room")
def room(meetup_id: UUID) -> PageResponse:
    """Open the room of those going, or close it."""
    has_room = request.form.get("has_room") == "1"

    def act(_fields: dict[str, Any]) -> str:
        with unit_of_work() as uow:
            chat_room.change_room(uow, meetup_id=meetup_id, has_room=has_room)
        return "The room is open. Those going are in it in a moment." if has_room else "The room is closed."

    attempt(Form(), act)
    return redirect(f"/meetups/{meetup_id}", code=303)


@pages.post("/meetups/<uuid:meetup_id>/hosts")
def hosts(meetup_id: UUID) -> PageResponse:
    """Hand it over, or say who hosts it too."""
    form = Form(HostsSchema())

    def act(fields: dict[str, Any]) -> str:
        with unit_of_work() as uow:
            hosting.change_hosts(uow, meetup_id=meetup_id, **fields)
        return "Saved. They are told."

    names = [name.strip() for name in str(form.value("co_hosts")).split(",") if name.strip()]
    values: dict[str, Any] = {"co_hosts": names}
    if form.value("host"):
        values["host"] = form.value("host")
    attempt(form, act, values=values)
    return redirect(f"/meetups/{meetup_id}", code=303)


def _changes(form: Form, scope: str) -> dict[str, Any]:
    """The fields of the form that are there, in the schema's shape."""
    values: dict[str, Any] = {"scope": "all" if scope == "this" else scope, "capacity": form.value("capacity") or None}
    for name in ("starts_at_local", "title", "description", "duration_minutes"):
        if name in form.values and (form.value(name) or name == "description"):
            values[name] = form.value(name)
    if "kind" in form.values:
        values["place"] = {
            "kind": form.value("kind"),
            "address": form.value("address") or None,
            "url": form.value("url") or None,
        }
    return values
