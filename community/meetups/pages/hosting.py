"""Pages for hosts: changing an occurrence or the series, cancelling, confirming, handing over."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request

from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context
from community.meetups.actions import chat_room, edit_occurrence, hosting, series
from community.meetups.pages import pages, redirect_to_occurrence, submit
from community.meetups.pages.meetups import meetup_page
from community.meetups.queries import attendees
from community.meetups.schemas.meetups import CancelSchema, ChangeSeriesSchema, HostsSchema

SAVED = "Saved. We’ll tell everyone it affects."


@pages.post("/occurrences/<uuid:occurrence_id>/change")
def change(occurrence_id: UUID) -> PageResponse:
    """Change one occurrence, those that follow too, or the whole series."""
    form = Form(ChangeSeriesSchema())
    form_scope = form.value("scope", "this")

    def save(uow: UnitOfWork, *, scope: str, from_occurrence: object, **changes: Any) -> None:
        if form_scope == "this":
            edit_occurrence.change_occurrence(uow, occurrence_id=occurrence_id, changes=changes)
        else:
            series.change_series_from(uow, occurrence_id=occurrence_id, scope=scope, changes=changes)

    passed = form.submit(save, values=_changes(form, form_scope))
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
    """Cancel an occurrence, or all that follow."""
    form = Form(CancelSchema())
    values = {"reason": form.value("reason") or None, "scope": form.value("scope", "this")}
    done = "Canceled. We’ll tell everyone who answered."
    submit(form, edit_occurrence.cancel, occurrence_id=occurrence_id, done=done, values=values)
    return redirect_to_occurrence(occurrence_id)


@pages.post("/occurrences/<uuid:occurrence_id>/confirm")
def confirm(occurrence_id: UUID) -> PageResponse:
    """Confirm that an occurrence will happen."""
    submit(Form(), hosting.confirm, occurrence_id=occurrence_id, done="Confirmed. It will happen.")
    return redirect_to_occurrence(occurrence_id)


@pages.post("/meetups/<uuid:meetup_id>/resume")
def resume(meetup_id: UUID) -> PageResponse:
    """Resume a paused series."""
    submit(Form(), hosting.resume, meetup_id=meetup_id, done="The series is on again.")
    return redirect(f"/meetups/{meetup_id}", code=303)


@pages.post("/meetups/<uuid:meetup_id>/room")
def room(meetup_id: UUID) -> PageResponse:
    """Open the room of the attendees, or close it."""
    has_room = request.form.get("has_room") == "1"
    done = "The chat is open. We’re adding everyone who’s going." if has_room else "The chat is closed."
    submit(Form(), chat_room.change_room, meetup_id=meetup_id, has_room=has_room, done=done)
    return redirect(f"/meetups/{meetup_id}", code=303)


@pages.post("/meetups/<uuid:meetup_id>/hosts")
def hosts(meetup_id: UUID) -> PageResponse:
    """Hand a meetup over, or set its co-hosts."""
    form = Form(HostsSchema())
    names = [name.strip() for name in str(form.value("co_hosts")).split(",") if name.strip()]
    values: dict[str, Any] = {"co_hosts": names}
    if form.value("host"):
        values["host"] = form.value("host")
    submit(form, hosting.change_hosts, meetup_id=meetup_id, done="Saved. We’ll tell them.", values=values)
    return redirect(f"/meetups/{meetup_id}", code=303)


def _changes(form: Form, scope: str) -> dict[str, Any]:
    """Return the present fields of the form in the schema's shape."""
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
