"""Safety's doors for programs: report a message, and what coordinators do about it."""

from typing import Any
from uuid import UUID

from community.core.crypto import Sealer
from community.core.web import api_blueprint, reading, unit_of_work, web
from community.members.schemas import SuspendSchema
from community.safety import actions, queries
from community.safety import schemas as shapes

api = api_blueprint("safety", __name__, "Reports of messages, and what coordinators do about them.")


def sealer() -> Sealer:
    """What opens and closes the words in reports."""
    return Sealer(web().settings.secret_key)


@api.post("/messages/<uuid:message_id>/reports")
@api.arguments(shapes.ReportSchema, example={"reason": "This frightens me."})
@api.response(201, shapes.ReportedSchema)
def post_report(why: dict[str, str], message_id: UUID) -> Any:
    """Ask coordinators to look at a message. They see it as it is now; who wrote it is not told."""
    with unit_of_work() as uow:
        return actions.report(uow, message_id=message_id, sealer=sealer(), **why)


@api.get("/reports")
@api.arguments(shapes.ReportPageArgs, location="query")
@api.response(200, shapes.ReportPage)
def get_reports(page: dict[str, Any]) -> Any:
    """Reports (coordinators), newest first; those of one's own words are not among them."""
    with reading() as look:
        return queries.reports(look, sealer=sealer(), **page)


@api.get("/reports/<uuid:report_id>")
@api.response(200, shapes.ReportViewSchema)
def get_report(report_id: UUID) -> Any:
    """One report (coordinators), with the message and those around it as they stood."""
    with reading() as look:
        return queries.report(look, report_id=report_id, sealer=sealer())


@api.post("/reports/<uuid:report_id>/removal")
@api.arguments(shapes.NoteSchema, example={"note": "Names a third person."})
@api.response(200, shapes.ReportedSchema)
def post_removal(decision: dict[str, str], report_id: UUID) -> Any:
    """Remove the reported message (coordinators)."""
    with unit_of_work() as uow:
        return actions.remove_message(uow, report_id=report_id, sealer=sealer(), **decision)


@api.post("/reports/<uuid:report_id>/suspension")
@api.arguments(SuspendSchema, example={"reason": "Threats in a room.", "until": "2026-12-01T00:00:00Z"})
@api.response(200, shapes.ReportedSchema)
def post_suspension(decision: dict[str, Any], report_id: UUID) -> Any:
    """Suspend who wrote the reported message (coordinators). Their sessions end at once."""
    with unit_of_work() as uow:
        return actions.suspend_author(uow, report_id=report_id, sealer=sealer(), **decision)


@api.post("/reports/<uuid:report_id>/dismissal")
@api.arguments(shapes.NoteSchema, example={"note": "A misunderstanding; both know."})
@api.response(200, shapes.ReportedSchema)
def post_dismissal(decision: dict[str, str], report_id: UUID) -> Any:
    """Leave it at that (coordinators). Who reported it is not told."""
    with unit_of_work() as uow:
        return actions.dismiss(uow, report_id=report_id, sealer=sealer(), **decision)
