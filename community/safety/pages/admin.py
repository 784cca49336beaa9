"""Pages of safety for staff: the queue of cases, one case, appeals, and the audit log for admins."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request

from community.core.permissions import Permission
from community.core.schemas import rfc3339
from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse, uuid_of
from community.core.web.request_context import audit_facts, read_context, services, unit_of_work
from community.core.web.template_context import paging
from community.members import access as members_access
from community.members.actions import accounts
from community.members.queries.identity import IdentityView, has_identity
from community.members.rules.identity import DANGER_CATEGORIES
from community.members.schemas.people import SuspendSchema, suspension_fields
from community.safety.actions import appeals, cases
from community.safety.pages import pages
from community.safety.queries import audit_views
from community.safety.queries import cases as cases_queries
from community.safety.schemas.cases import DecisionSchema, ImposeSchema, NoContactSchema, NoteSchema
from community.safety.views import Person

STATES = ("open", "actioned", "dismissed", "appealed")
# Durations of a sanction, as the page offers them, in hours.
SPANS = (("1", "One hour"), ("24", "One day"), ("72", "Three days"), ("168", "One week"), ("720", "Thirty days"))


@pages.get("/console/reports")
def reports() -> PageResponse:
    """Show the cases in one state; open ones by deadline."""
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    with read_context() as ctx:
        found = cases_queries.list_cases(ctx, state=state, **paging())
    audit_facts(count=len(found.items))
    return render_template("safety/reports.html", cases=found.items, next_cursor=found.next_cursor, state=state)


@pages.get("/console/reports/<uuid:report_id>")
def one_report(report_id: UUID) -> PageResponse:
    """Show one case and the possible actions. The access is audited."""
    return _one_report(Form(), report_id)


@pages.post("/console/reports/<uuid:report_id>/opening")
def open_evidence(report_id: UUID) -> PageResponse:
    """Open messages of a private room."""
    return _decide(report_id, Form(), cases.open_evidence, "Open for 72 hours. Everyone in the room can see that.")


@pages.post("/console/reports/<uuid:report_id>/identity")
def open_identity(report_id: UUID) -> PageResponse:
    """Show on the page of a case of danger who the member is and whom to call. The look is audited."""
    form = Form()
    form.submit(cases.open_identity, report_id=report_id)
    return _one_report(form, report_id, opened=form.result)


@pages.post("/console/reports/<uuid:report_id>/assignment")
def take(report_id: UUID) -> PageResponse:
    """Take a case."""
    return _step(report_id, cases.take_case, "You have this report now.")


@pages.post("/console/reports/<uuid:report_id>/assignment/end")
def give_back(report_id: UUID) -> PageResponse:
    """Remove the assignment of a case."""
    return _step(report_id, cases.give_back_case, "Unassigned. Someone else can take it now.")


@pages.post("/console/reports/<uuid:report_id>/pause")
def pause(report_id: UUID) -> PageResponse:
    """Stop the deadline."""
    return _step(report_id, cases.pause_case, "Paused.")


@pages.post("/console/reports/<uuid:report_id>/pause/end")
def resume(report_id: UUID) -> PageResponse:
    """Continue the deadline."""
    return _step(report_id, cases.resume_case, "Resumed, with the time that was left.")


@pages.post("/console/reports/<uuid:report_id>/colleague")
def ask_colleague(report_id: UUID) -> PageResponse:
    """Ask who is on shift for help."""
    return _step(report_id, cases.ask_colleague, "They’ve been asked. You can ask again in five minutes.")


@pages.post("/console/reports/<uuid:report_id>/removal")
def remove(report_id: UUID) -> PageResponse:
    """Remove the message."""
    return _decide(report_id, Form(NoteSchema()), cases.remove_message, "The message was removed.")


@pages.post("/console/reports/<uuid:report_id>/sanctions")
def impose(report_id: UUID) -> PageResponse:
    """Warn, mute, ban from the room, or suspend."""
    form = Form(ImposeSchema())
    values = {key: value for key, value in form.values.items() if key in ("kind", "code", "reason")}
    values["everywhere"] = form.values.get("where") == "everywhere"
    is_warning = values.get("kind") == "warning"
    values["until"] = None if is_warning else _until(form.values.get("hours", ""), now=services().clock())
    return _decide(report_id, form, cases.impose, "Done. We’ll tell them why, and how to appeal.", values=values)


@pages.post("/console/reports/<uuid:report_id>/suspension")
def suspend(report_id: UUID) -> PageResponse:
    """Suspend the author for some days."""
    form = Form(SuspendSchema())
    values = suspension_fields(form.values, now=services().clock())
    return _decide(report_id, form, cases.suspend_author, "The account is suspended.", values=values)


@pages.post("/console/reports/<uuid:report_id>/dismissal")
def dismiss(report_id: UUID) -> PageResponse:
    """Dismiss a case."""
    return _decide(report_id, Form(NoteSchema()), cases.dismiss, "The report is closed.")


@pages.post("/console/measures/<uuid:sanction_id>/end")
def lift(sanction_id: UUID) -> PageResponse:
    """End a sanction before its time, and go back to the page that listed it."""
    with unit_of_work() as uow:
        appeals.lift(uow, sanction_id=sanction_id)
    flash("It has ended. We’ll tell them.")
    report_id = uuid_of(str(request.form.get("report_id", "")))
    return redirect(f"/console/reports/{report_id}" if report_id else "/console/reports", code=303)


@pages.get("/console/appeals/<uuid:appeal_id>")
def one_appeal(appeal_id: UUID) -> PageResponse:
    """Show one appeal and its sanction. The access is audited."""
    return _one_appeal(Form(), appeal_id)


@pages.post("/console/appeals/<uuid:appeal_id>/decision")
def decide(appeal_id: UUID) -> PageResponse:
    """Uphold the sanction or end it, with a text for the member."""
    form = Form(DecisionSchema())
    if form.submit(appeals.decide, appeal_id=appeal_id):
        flash("Decided. We’ll tell them.")
        return redirect(f"/console/appeals/{appeal_id}", code=303)
    return _one_appeal(form, appeal_id)


@pages.post("/console/members/<uuid:member_id>/no-contacts")
def forbid_contact(member_id: UUID) -> PageResponse:
    """Create a no-contact order between two members. Neither is notified."""
    form = Form(NoContactSchema())

    def create(uow: UnitOfWork, *, handle: str, source: str) -> None:
        other_id = members_access.manageable_member_by_handle(uow, handle).id
        accounts.create_no_contact_order(uow, member_id=member_id, other_id=other_id, source=source)

    passed = form.submit(create)
    flash("They no longer see each other here. We told neither of them." if passed else form.first_error)
    return redirect(f"/console/members/{member_id}", code=303)


@pages.post("/console/members/<uuid:member_id>/no-contacts/<uuid:other_id>/end")
def allow_contact(member_id: UUID, other_id: UUID) -> PageResponse:
    """End a no-contact order."""
    with unit_of_work() as uow:
        accounts.end_no_contact_order(uow, member_id=member_id, other_id=other_id)
    flash("The order has ended. If one of them blocked the other, that stays.")
    return redirect(f"/console/members/{member_id}", code=303)


@pages.get("/console/audit")
def audit() -> PageResponse:
    """Show what staff did and read (admins)."""
    about = uuid_of(request.args.get("about", ""))
    with read_context() as ctx:
        found = audit_views.audit_entries(ctx, about=about, **paging())
    audit_facts(count=len(found.items))
    return render_template("safety/audit_log.html", entries=found.items, next_cursor=found.next_cursor, about=about)


def _until(hours: object, *, now: datetime) -> str | None:
    """Return the end of a sanction in so many hours, or None for one that lasts until it is lifted."""
    return rfc3339(now + timedelta(hours=int(str(hours)))) if str(hours) in dict(SPANS) else None


def _step(report_id: UUID, action: Callable[..., object], said: str) -> PageResponse:
    with unit_of_work() as uow:
        action(uow, report_id=report_id)
    flash(said)
    return redirect(f"/console/reports/{report_id}", code=303)


def _decide(
    report_id: UUID,
    form: Form,
    action: Callable[..., object],
    said: str,
    *,
    values: dict[str, Any] | None = None,
) -> PageResponse:
    if form.submit(action, report_id=report_id, values=values):
        flash(said)
        return redirect(f"/console/reports/{report_id}", code=303)
    return _one_report(form, report_id)


def _one_report(form: Form, report_id: UUID, *, opened: IdentityView | None = None) -> PageResponse:
    with unit_of_work() as uow:
        case = cases.read_case(uow, report_id=report_id)
        me = uow.permitted(Permission.HANDLE_REPORTS)
        is_known = case.summary.category in DANGER_CATEGORIES and has_identity(uow, case.author.id)
    page = render_template(
        "safety/report.html",
        case=case,
        form=form,
        spans=SPANS,
        is_mine=_is(case.summary.assignee, me),
        has_identity=is_known,
        opened=opened,
    )
    return page, form.status


def _one_appeal(form: Form, appeal_id: UUID) -> PageResponse:
    with unit_of_work() as uow:
        appeal = appeals.read_appeal(uow, appeal_id=appeal_id)
    return render_template("safety/appeal.html", appeal=appeal, form=form), form.status


def _is(person: Person | None, me: Any) -> bool:
    return person is not None and person.id == me.id
