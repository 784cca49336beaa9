"""JSON endpoints of match runs and mentors, for coordinators."""

from typing import Any
from uuid import UUID

from community.buddies.actions import profiles, run_schedule, runs
from community.buddies.api import api
from community.buddies.queries import admin
from community.buddies.schemas import runs as shapes
from community.core.schemas import PageArgs
from community.core.web.request_context import audit_facts, current_actor, read_context, services, unit_of_work


@api.get("/mentors")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.MentorPage)
def get_mentors(page: dict[str, Any]) -> Any:
    """List members who want to be mentors (coordinators), approved or not."""
    with read_context() as ctx:
        return admin.mentors(ctx, **page)


@api.put("/members/<uuid:member_id>/mentor-approval")
@api.arguments(shapes.ApprovalSchema, example={"places": 2, "trained_on": "2026-10-02"})
@api.response(204)
def put_approval(approval: dict[str, Any], member_id: UUID) -> None:
    """Approve a member as a mentor (coordinators)."""
    with unit_of_work() as uow:
        profiles.approve_mentor(uow, member_id=member_id, **approval)


@api.delete("/members/<uuid:member_id>/mentor-approval")
@api.response(204)
def delete_approval(member_id: UUID) -> None:
    """Withdraw a mentor's approval (coordinators). Pairings stay."""
    with unit_of_work() as uow:
        profiles.take_back_approval(uow, member_id=member_id)


@api.get("/match-schedule")
@api.response(200, shapes.ScheduleSchema)
def get_schedule() -> admin.ScheduleView:
    """Return the weekly schedule of match runs (coordinators)."""
    with read_context() as ctx:
        return admin.schedule(ctx)


@api.put("/match-schedule")
@api.arguments(shapes.ScheduleSchema, example={"is_on": True, "weekday": 0, "hour": 9})
@api.response(200, shapes.ScheduleSchema)
def put_schedule(wanted: dict[str, Any]) -> admin.ScheduleView:
    """Set the weekly schedule of match runs, or turn it off (coordinators)."""
    with unit_of_work() as uow:
        run_schedule.schedule(uow, **wanted)
        return admin.schedule(uow)


@api.post("/match-runs")
@api.arguments(shapes.NewRunSchema, example={"dry_run": True, "seed": 7})
@api.response(201, shapes.RunSchema)
@api.alt_response(202, shapes.RunSchema, when="Not done yet: look at GET /match-runs/{id}")
def post_run(wanted: dict[str, Any]) -> Any:
    """Find the best pairs (coordinators). 201 when it is done within ten seconds, else 202."""
    run_id, is_done = runs.start_and_wait(services().store, current_actor(), **wanted)
    audit_facts(run_id=str(run_id), is_dry_run=bool(wanted["dry_run"]))
    with read_context() as ctx:
        return admin.run(ctx, run_id), 201 if is_done else 202


@api.get("/match-runs")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.RunPage)
def get_runs(page: dict[str, Any]) -> Any:
    """List match runs (coordinators), newest first."""
    with read_context() as ctx:
        return admin.runs(ctx, **page)


@api.get("/match-runs/<uuid:run_id>")
@api.response(200, shapes.RunSchema)
def get_run(run_id: UUID) -> admin.RunView:
    """Return one match run (coordinators)."""
    with read_context() as ctx:
        return admin.run(ctx, run_id)


@api.post("/match-runs/<uuid:run_id>/replay")
@api.response(200, shapes.ReplaySchema)
def post_replay(run_id: UUID) -> dict[str, bool]:
    """Compute a run again from its inputs (coordinators). Changes nothing."""
    return {"same": runs.replay(services().store, current_actor(), run_id=run_id)}
