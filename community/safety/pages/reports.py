"""Pages of safety for members: reports and their results, sanctions and appeals, and the access log."""

import hmac
from uuid import UUID

from flask import flash, redirect, render_template

from community.core.errors import NotFound
from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import csrf_exempt, read_context, services
from community.core.web.template_context import paging
from community.members.rules.accounts import sanction_token
from community.rooms import access as rooms_access
from community.safety.access import cases
from community.safety.actions import appeals, reports
from community.safety.pages import pages
from community.safety.queries import audit_views
from community.safety.queries import cases as cases_queries
from community.safety.schemas import AppealSchema, ReportSchema


@pages.get("/messages/<uuid:message_id>/report")
def report_form(message_id: UUID) -> PageResponse:
    """Show the form to report a message."""
    return _report_page(Form(), message_id)


@pages.post("/messages/<uuid:message_id>/report")
def report(message_id: UUID) -> PageResponse:
    """Send the report and go back to the room."""
    form = Form(ReportSchema())

    def send(uow: UnitOfWork, **fields: str) -> UUID:
        room_id = rooms_access.message_to_see(uow, message_id).room_id
        reports.report(uow, message_id=message_id, **fields)
        return room_id

    if form.submit(send):
        flash("Thank you. A coordinator looks at it. Nobody in the room is told.")
        return redirect(f"/rooms/{form.result}", code=303)
    return _report_page(form, message_id)


@pages.get("/reports")
def my_reports() -> PageResponse:
    """Show the actor's reports and their results."""
    with read_context() as ctx:
        found = cases_queries.my_reports(ctx, **paging())
    return render_template("safety/my_reports.html", reports=found.items, next_cursor=found.next_cursor)


@pages.get("/measures")
def my_measures() -> PageResponse:
    """Show the sanctions against the actor."""
    with read_context() as ctx:
        found = cases_queries.my_sanctions(ctx, **paging())
    return render_template("safety/my_sanctions.html", sanctions=found.items, next_cursor=found.next_cursor)


@pages.get("/measures/<uuid:sanction_id>")
def measure(sanction_id: UUID) -> PageResponse:
    """Show one sanction: its kind, reason and end, and how to appeal."""
    return _measure_page(Form(), sanction_id)


@pages.post("/measures/<uuid:sanction_id>/appeal")
def appeal(sanction_id: UUID) -> PageResponse:
    """Appeal a sanction."""
    form = Form(AppealSchema())
    if form.submit(appeals.appeal, sanction_id=sanction_id):
        flash("Thank you. A coordinator reads it and answers.")
        return redirect(f"/measures/{sanction_id}", code=303)
    return _measure_page(form, sanction_id)


@pages.get("/measures/<uuid:sanction_id>/<token>")
def measure_by_link(sanction_id: UUID, token: str) -> PageResponse:
    """Show a suspension to a member who followed the link in the mail and cannot sign in."""
    return _measure_page(Form(), sanction_id, token=token)


@pages.post("/measures/<uuid:sanction_id>/<token>")
@csrf_exempt
def appeal_by_link(sanction_id: UUID, token: str) -> PageResponse:
    """Appeal by the link in the mail."""
    _check(sanction_id, token)
    form = Form(AppealSchema())

    def send(**fields: str) -> None:
        with services().store.unit_of_work() as uow:
            appeals.appeal_by_link(uow, sanction_id=sanction_id, **fields)

    if form.attempt(send):
        return redirect(f"/measures/{sanction_id}/{token}", code=303)
    return _measure_page(form, sanction_id, token=token)


@pages.get("/rooms/<uuid:room_id>/openings")
def openings(room_id: UUID) -> PageResponse:
    """Show when coordinators opened messages of a room the actor is in."""
    with read_context() as ctx:
        found = cases_queries.evidence_accesses(ctx, room_id)
        now = ctx.now
    return render_template("safety/evidence_access.html", openings=found, room_id=room_id, now=now)


@pages.get("/who-looked")
def access_log_page() -> PageResponse:
    """Show when staff opened something of the actor's."""
    with read_context() as ctx:
        found = audit_views.access_log(ctx, **paging())
    return render_template("safety/access_log.html", entries=found.items, next_cursor=found.next_cursor)


def _check(sanction_id: UUID, token: str) -> None:
    """Raise NotFound for a link that is not ours."""
    right = sanction_token(services().settings.secret_key, sanction_id)
    if not hmac.compare_digest(right.encode(), token.encode("utf-8", "replace")):
        raise NotFound


def _measure_page(form: Form, sanction_id: UUID, *, token: str = "") -> PageResponse:
    if token:
        _check(sanction_id, token)
    with read_context() as ctx:
        row = cases.sanction_by_link(ctx, sanction_id) if token else cases.own_sanction(ctx, sanction_id)
        shown, made = cases_queries.sanction_with_appeal(ctx, row)
    action = f"/measures/{sanction_id}/{token or 'appeal'}"
    page = render_template(
        "safety/sanction.html", form=form, sanction=shown, appeal=made, action=action, by_link=bool(token)
    )
    return page, form.status


def _report_page(form: Form, message_id: UUID) -> PageResponse:
    with read_context() as ctx:
        room_id = rooms_access.message_to_see(ctx, message_id).room_id
    page = render_template("safety/report_message.html", form=form, message_id=message_id, room_id=room_id)
    return page, form.status
