"""Pages of safety for members: reports and their results, sanctions and appeals, and the access log."""

import hmac
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.core.errors import NotFound
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import csrf_exempt, read_context, services
from community.core.web.template_context import paging
from community.members.rules.accounts import sanction_token
from community.safety.access import cases, subjects
from community.safety.actions import appeals, reports
from community.safety.pages import pages
from community.safety.queries import audit_views, own_reports
from community.safety.queries import cases as cases_queries
from community.safety.schemas.cases import AppealSchema, ReportSchema


@pages.get("/messages/<uuid:message_id>/report")
def report_form(message_id: UUID) -> PageResponse:
    """Show the form to report a message, or to say that one is worried about its author (`?about=worry`)."""
    return _report_page(Form(), "message", message_id)


@pages.post("/messages/<uuid:message_id>/report")
def report(message_id: UUID) -> PageResponse:
    """Send the report of a message and show who looks at it, and when."""
    return _send_report("message", message_id)


@pages.get("/report/<any(member, meetup, suggestion):kind>/<uuid:subject_id>")
def subject_report_form(kind: str, subject_id: UUID) -> PageResponse:
    """Show the form to report a member, a meetup or a buddy suggestion."""
    return _report_page(Form(), kind, subject_id)


@pages.post("/report/<any(member, meetup, suggestion):kind>/<uuid:subject_id>")
def report_subject(kind: str, subject_id: UUID) -> PageResponse:
    """Send the report and show who looks at it, and when."""
    return _send_report(kind, subject_id)


@pages.get("/reports")
def my_reports() -> PageResponse:
    """Show the actor's reports and their results."""
    with read_context() as ctx:
        found = own_reports.my_reports(ctx, **paging())
    return render_template("safety/my_reports.html", reports=found.items, next_cursor=found.next_cursor)


@pages.get("/reports/<uuid:report_id>")
def sent_report(report_id: UUID) -> PageResponse:
    """Show who looks at one of the actor's reports, and when, and what to do if it is urgent."""
    with read_context() as ctx:
        sent = own_reports.sent_report(ctx, report_id)
    return render_template("safety/sent_report.html", report=sent)


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
        flash("Sent. We’ll answer you here.")
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
        is_alone = cases.has_no_other_decider(ctx, row)
    action = f"/measures/{sanction_id}/{token or 'appeal'}"
    page = render_template(
        "safety/sanction.html",
        form=form,
        sanction=shown,
        appeal=made,
        action=action,
        by_link=bool(token),
        is_alone=is_alone,
    )
    return page, form.status


def _send_report(kind: str, subject_id: UUID) -> PageResponse:
    form = Form(ReportSchema())
    if form.submit(reports.report_subject, kind=kind, subject_id=subject_id):
        return redirect(f"/reports/{form.result.id}", code=303)
    return _report_page(form, kind, subject_id)


def _report_page(form: Form, kind: str, subject_id: UUID) -> PageResponse:
    with read_context() as ctx:
        subject = subjects.subject_to_report(ctx, kind=kind, subject_id=subject_id)
        handle = subjects.handle_of(ctx, subject)
    page = render_template(
        "safety/report_form.html",
        form=form,
        subject=subject,
        handle=handle,
        chosen=form.value("category") or request.args.get("about", ""),
        action=f"/messages/{subject_id}/report" if kind == "message" else f"/report/{kind}/{subject_id}",
    )
    return page, form.status
