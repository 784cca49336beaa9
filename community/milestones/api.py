"""JSON endpoints of milestones and lapses."""

from typing import Any
from uuid import UUID

from community.core.db import Page
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work
from community.milestones import actions, queries
from community.milestones import schemas as shapes

api = api_blueprint("milestones", __name__, "Milestones and lapses.")


@api.post("/milestones")
@api.arguments(
    shapes.CreateMilestoneSchema, example={"kind": "without", "title": "Without wine", "since": "2026-09-01"}
)
@api.response(201, shapes.MilestoneSchema)
def post_milestone(wanted: dict[str, Any]) -> queries.MilestoneView:
    """Create a milestone. Only I see it until I share it."""
    with unit_of_work() as uow:
        made = actions.create_milestone(uow, **wanted)
        return queries.my_milestone(uow, made.id)


@api.get("/milestones")
@api.response(200, shapes.MilestonePage)
def get_milestones() -> Page[queries.MilestoneView]:
    """List my milestones, oldest first."""
    with read_context() as ctx:
        return Page(queries.my_milestones(ctx), None)


@api.put("/milestones/<uuid:milestone_id>/shared-with")
@api.arguments(shapes.SharedWithSchema, example={"shared_with": "buddy"})
@api.response(200, shapes.MilestoneSchema)
def put_shared_with(wanted: dict[str, str], milestone_id: UUID) -> queries.MilestoneView:
    """Share a milestone with my buddy, or with nobody. A buddy sees nothing of it that a lapse would change."""
    with unit_of_work() as uow:
        actions.share_milestone(uow, milestone_id=milestone_id, **wanted)
        return queries.my_milestone(uow, milestone_id)


@api.delete("/milestones/<uuid:milestone_id>")
@api.response(204)
def delete_milestone(milestone_id: UUID) -> None:
    """Archive a milestone."""
    with unit_of_work() as uow:
        actions.archive_milestone(uow, milestone_id=milestone_id)


@api.post("/lapses")
@api.arguments(shapes.RecordLapseSchema, example={"on": "2026-11-20", "note": "After the call."})
@api.response(201, shapes.RecordedLapseSchema)
def post_lapse(said: dict[str, Any]) -> dict[str, Any]:
    """Record a lapse for myself. It changes nothing else and notifies no one."""
    with unit_of_work() as uow:
        row = actions.record_lapse(uow, **said)
        return {"id": row.id, "made_at": row.made_at, "actions": queries.recommendations_after_lapse(uow)}


@api.get("/lapses")
@api.response(200, shapes.LapsePage)
def get_lapses() -> Page[queries.LapseView]:
    """List my lapses. No one else sees them."""
    with read_context() as ctx:
        return Page(queries.my_lapses(ctx), None)


@api.delete("/lapses/<uuid:lapse_id>")
@api.response(204)
def delete_lapse(lapse_id: UUID) -> None:
    """Delete a lapse."""
    with unit_of_work() as uow:
        actions.delete_lapse(uow, lapse_id=lapse_id)
