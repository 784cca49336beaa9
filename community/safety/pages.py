"""Safety's pages: report a message; for coordinators, the reports and what to do about each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from community.core.schemas import PageArgs
from community.core.unit_of_work import utc_now
from community.core.web import Form, reading, unit_of_work
from community.members.schemas import SuspendSchema, suspension_fields
from community.rooms import access as rooms_access
from community.safety import actions, queries
from community.safety.api import sealer
from community.safety.schemas import NoteSchema, ReportSchema

pages = Blueprint("safety", __name__)
Answered = str | tuple[str, int] | Response
STATES = ("open", "actioned", "dismissed")


@pages.get("/messages/<uuid:message_id>/report")
def report_form(message_id: UUID) -> Answered:
    """Why coordinators should look at this message."""
    return _report_page(Form(), message_id)


@pages.post("/messages/<uuid:message_id>/report")
def report(message_id: UUID) -> Answered:
    """Send the report and go back to the room."""
    form = Form(ReportSchema())
    rooms: list[UUID] = []

    def send(fields: dict[str, str]) -> None:
        with unit_of_work() as uow:
            rooms.append(actions.report(uow, message_id=message_id, sealer=sealer(), **fields).room_id)

    if form.attempt(send):
        flash("Thank you. A coordinator looks at it. Nobody in the room is told.")
        return redirect(f"/rooms/{rooms[0]}", code=303)
    return _report_page(form, message_id)


@pages.get("/console/reports")
def reports() -> Answered:
    """The reports in one state, those that wait first."""
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    page = PageArgs().load({key: request.args[key] for key in ("cursor",) if key in request.args})
    with reading() as look:
        found = queries.reports(look, sealer=sealer(), state=state, **page)
    return render_template("safety/reports.html", reports=found.items, next_cursor=found.next_cursor, state=state)


@pages.get("/console/reports/<uuid:report_id>")
def one_report(report_id: UUID) -> Answered:
    """One report and what can be done about it."""
    return _one_report(Form(), report_id)


@pages.post("/console/reports/<uuid:report_id>/removal")
def remove(report_id: UUID) -> Answered:
    """Remove the message."""
    return _decide(report_id, Form(NoteSchema()), actions.remove_message, "The message is removed.")


@pages.post("/console/reports/<uuid:report_id>/suspension")
def suspend(report_id: UUID) -> Answered:
    """Suspend who wrote it."""
    form = Form(SuspendSchema())
    values = suspension_fields(form.values, now=utc_now())
    return _decide(report_id, form, actions.suspend_author, "Their account is suspended.", values=values)


@pages.post("/console/reports/<uuid:report_id>/dismissal")
def dismiss(report_id: UUID) -> Answered:
    """Leave it at that."""
    return _decide(report_id, Form(NoteSchema()), actions.dismiss, "The report is closed.")


def _decide(
    report_id: UUID,
    form: Form,
    action: Callable[..., object],
    said: str,
    *,
    values: dict[str, Any] | None = None,
) -> Answered:
    def act(fields: dict[str, Any]) -> None:
        with unit_of_work() as uow:
            action(uow, report_id=report_id, sealer=sealer(), **fields)

    if form.attempt(act, values=values):
        flash(said)
        return redirect(f"/console/reports/{report_id}", code=303)
    return _one_report(form, report_id)


def _one_report(form: Form, report_id: UUID) -> Answered:
    with reading() as look:
        report = queries.report(look, report_id=report_id, sealer=sealer())
    return render_template("safety/report.html", report=report, form=form), form.status


def _report_page(form: Form, message_id: UUID) -> Answered:
    with reading() as look:
        room_id = rooms_access.message_to_see(look, message_id).room_id
    page = render_template("safety/report_message.html", form=form, message_id=message_id, room_id=room_id)
    return page, form.status
