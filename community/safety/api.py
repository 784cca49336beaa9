"""JSON endpoints of safety: reports, cases, sanctions, appeals, and the audit log."""

from typing import Any
from uuid import UUID

from community.core.schemas import PageArgs
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work
from community.members.schemas.identity import OpenedIdentitySchema
from community.members.schemas.people import SuspendSchema
from community.safety.actions import appeals, cases, reports
from community.safety.queries import audit_views, own_reports
from community.safety.queries import cases as cases_queries
from community.safety.schemas import audit_views as audit_shapes
from community.safety.schemas import cases as shapes

api = api_blueprint(
    "safety", __name__, "Reports, worries about a person, what coordinators do about them, restrictions and appeals."
)


@api.post("/messages/<uuid:message_id>/reports")
@api.arguments(shapes.ReportSchema, example={"reason": "This frightens me.", "category": "threats"})
@api.response(201, shapes.SentReportSchema)
def post_report(why: dict[str, str], message_id: UUID) -> Any:
    """Report a message to coordinators. They see it as it is now. We don't tell its author."""
    with unit_of_work() as uow:
        made = reports.report(uow, message_id=message_id, **why)
        return {"id": made.id, "state": "open", "due_at": own_reports.sent_report(uow, made.id).due_at}


@api.post("/reports")
@api.arguments(
    shapes.SubjectReportSchema,
    example={"subject": {"kind": "member", "id": "00000000-0000-0000-0000-000000000000"}, "category": "worry"},
)
@api.response(201, shapes.SentReportSchema)
def post_subject_report(said: dict[str, Any]) -> Any:
    """Report a message, member, meetup or buddy suggestion, or say that I'm worried about the person (`worry`).

    A worry goes to the coordinators on shift first, and to all of them if no one decides in time.
    """
    subject = said.pop("subject")
    with unit_of_work() as uow:
        made = reports.report_subject(uow, kind=subject["kind"], subject_id=subject["id"], **said)
        return {"id": made.id, "state": "open", "due_at": own_reports.sent_report(uow, made.id).due_at}


@api.get("/me/reports")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.OwnReportPage)
def get_my_reports(page: dict[str, Any]) -> Any:
    """List my reports, newest first, with their results."""
    with read_context() as ctx:
        return own_reports.my_reports(ctx, **page)


@api.get("/reports")
@api.arguments(shapes.CasePageArgs, location="query")
@api.response(200, shapes.CasePage)
def get_reports(page: dict[str, Any]) -> Any:
    """List cases (coordinators). `state=open` gives open ones by deadline. None is about oneself."""
    with read_context() as ctx:
        return cases_queries.list_cases(ctx, **page)


@api.get("/reports/<uuid:report_id>")
@api.response(200, shapes.ReportViewSchema)
def get_report(report_id: UUID) -> Any:
    """Return one case (coordinators), with the messages as they were. The access is audited."""
    with unit_of_work() as uow:
        return cases.read_case(uow, report_id=report_id)


@api.post("/reports/<uuid:report_id>/opening")
@api.response(201, shapes.OpeningSchema)
def post_opening(report_id: UUID) -> Any:
    """Open the messages around a reported one in a private room (coordinators), for 72 hours. The room is notified."""
    with unit_of_work() as uow:
        return cases.open_evidence(uow, report_id=report_id)


@api.post("/reports/<uuid:report_id>/identity")
@api.response(200, OpenedIdentitySchema)
def post_identity(report_id: UUID) -> Any:
    """Open the legal name and emergency contact of the member in a case of danger (coordinators). They see the look."""
    with unit_of_work() as uow:
        return cases.open_identity(uow, report_id=report_id)


@api.put("/reports/<uuid:report_id>/assignment")
@api.response(204)
def put_assignment(report_id: UUID) -> None:
    """Take a case (coordinators)."""
    with unit_of_work() as uow:
        cases.take_case(uow, report_id=report_id)


@api.delete("/reports/<uuid:report_id>/assignment")
@api.response(204)
def delete_assignment(report_id: UUID) -> None:
    """Remove the assignment of a case (coordinators)."""
    with unit_of_work() as uow:
        cases.give_back_case(uow, report_id=report_id)


@api.put("/reports/<uuid:report_id>/pause")
@api.response(204)
def put_pause(report_id: UUID) -> None:
    """Stop a case's deadline while an answer is awaited (coordinators)."""
    with unit_of_work() as uow:
        cases.pause_case(uow, report_id=report_id)


@api.delete("/reports/<uuid:report_id>/pause")
@api.response(204)
def delete_pause(report_id: UUID) -> None:
    """Continue a case's deadline with the time that was left (coordinators)."""
    with unit_of_work() as uow:
        cases.resume_case(uow, report_id=report_id)


@api.post("/reports/<uuid:report_id>/colleague-requests")
@api.response(204)
def post_colleague_request(report_id: UUID) -> None:
    """Ask the coordinators on shift for help with a case (coordinators), all others when no one is. Repeats within five
    minutes change nothing.
    """
    with unit_of_work() as uow:
        cases.ask_colleague(uow, report_id=report_id)


@api.post("/reports/<uuid:report_id>/removal")
@api.arguments(shapes.NoteSchema, example={"note": "Names a third person."})
@api.response(200, shapes.ReportedSchema)
def post_removal(decision: dict[str, str], report_id: UUID) -> Any:
    """Remove the reported message (coordinators)."""
    with unit_of_work() as uow:
        return cases.remove_message(uow, report_id=report_id, **decision)


@api.post("/reports/<uuid:report_id>/sanctions")
@api.arguments(
    shapes.ImposeSchema, example={"kind": "mute", "reason": "Threats in a room.", "until": "2099-12-01T00:00:00Z"}
)
@api.response(201, shapes.MeasureSchema)
def post_sanction(decision: dict[str, Any], report_id: UUID) -> Any:
    """Warn, mute, ban from the room or suspend the member in a case (coordinators). They read the reason."""
    with unit_of_work() as uow:
        made = cases.impose(uow, report_id=report_id, **decision)
        return cases_queries.sanction_view(made, uow.cipher, now=uow.now)


@api.post("/reports/<uuid:report_id>/suspension")
@api.arguments(SuspendSchema, example={"reason": "Threats in a room.", "until": "2026-12-01T00:00:00Z"})
@api.response(200, shapes.ReportedSchema)
def post_suspension(decision: dict[str, Any], report_id: UUID) -> Any:
    """Suspend the member in a case (coordinators). Their sessions end at once."""
    with unit_of_work() as uow:
        return cases.suspend_author(uow, report_id=report_id, **decision)


@api.post("/reports/<uuid:report_id>/dismissal")
@api.arguments(shapes.NoteSchema, example={"note": "A misunderstanding; both know."})
@api.response(200, shapes.ReportedSchema)
def post_dismissal(decision: dict[str, str], report_id: UUID) -> Any:
    """Dismiss a case (coordinators). Its reporters are notified, the member it was about isn't."""
    with unit_of_work() as uow:
        return cases.dismiss(uow, report_id=report_id, **decision)


@api.get("/me/sanctions")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.MeasurePage)
def get_my_sanctions(page: dict[str, Any]) -> Any:
    """List sanctions against me, newest first, with their reasons."""
    with read_context() as ctx:
        return cases_queries.my_sanctions(ctx, **page)


@api.post("/me/sanctions/<uuid:sanction_id>/appeal")
@api.arguments(shapes.AppealSchema, example={"words": "I meant it as a joke, and I said so."})
@api.response(201, shapes.AppealedSchema)
def post_appeal(said: dict[str, str], sanction_id: UUID) -> Any:
    """Appeal a sanction against me, once. Someone other than the coordinator who imposed it decides."""
    with unit_of_work() as uow:
        return appeals.appeal(uow, sanction_id=sanction_id, **said)


@api.delete("/sanctions/<uuid:sanction_id>")
@api.response(204)
def delete_sanction(sanction_id: UUID) -> None:
    """End a sanction before its time (coordinators)."""
    with unit_of_work() as uow:
        appeals.lift(uow, sanction_id=sanction_id)


@api.get("/appeals/<uuid:appeal_id>")
@api.response(200, shapes.AppealViewSchema)
def get_appeal(appeal_id: UUID) -> Any:
    """Return an appeal and its sanction (coordinators). The access is audited."""
    with unit_of_work() as uow:
        return appeals.read_appeal(uow, appeal_id=appeal_id)


@api.post("/appeals/<uuid:appeal_id>/decision")
@api.arguments(shapes.DecisionSchema, example={"decision": "lifted", "answer": "You're right."})
@api.response(200, shapes.AppealedSchema)
def post_decision(decision: dict[str, str], appeal_id: UUID) -> Any:
    """Decide on an appeal (coordinators)."""
    with unit_of_work() as uow:
        return appeals.decide(uow, appeal_id=appeal_id, **decision)


@api.get("/rooms/<uuid:room_id>/openings")
@api.response(200, shapes.OpeningsSchema)
def get_openings(room_id: UUID) -> Any:
    """List the times when coordinators opened messages of a room I'm in."""
    with read_context() as ctx:
        return {"items": cases_queries.evidence_accesses(ctx, room_id), "next_cursor": None}


@api.get("/me/looks")
@api.arguments(PageArgs, location="query")
@api.response(200, audit_shapes.AccessPage)
def get_my_accesses(page: dict[str, Any]) -> Any:
    """List the times when staff opened my data, newest first."""
    with read_context() as ctx:
        return audit_views.access_log(ctx, **page)


@api.get("/audit")
@api.arguments(PageArgs, location="query")
@api.response(200, audit_shapes.AuditPage)
def get_audit(page: dict[str, Any]) -> Any:
    """List what staff did and read (admins), newest first."""
    with read_context() as ctx:
        return audit_views.audit_entries(ctx, **page)
