"""JSON endpoints of check-ins."""

from typing import Any
from uuid import UUID

from community.check_ins import schemas as shapes
from community.check_ins.actions import check_ins as actions
from community.check_ins.actions import schedule
from community.check_ins.queries import check_ins as queries
from community.check_ins.queries import recommendations
from community.check_ins.queries import schedule as schedule_queries
from community.core.db import Page
from community.core.schemas import PageArgs
from community.core.unit_of_work import ReadContext
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work

api = api_blueprint("check_ins", __name__, "Check-ins, and when a member is asked for one.")


CHECK_IN_EXAMPLE = {
    "mood": 2,
    "craving": 6,
    "sleep": None,
    "connection": 2,
    "intention": "Call my sister.",
    "audience": "only_me",
}


@api.post("/check-ins")
@api.arguments(shapes.CheckInSchema, example=CHECK_IN_EXAMPLE)
@api.response(201, shapes.CheckedInSchema)
def post_check_in(said: dict[str, Any]) -> dict[str, Any]:
    """Record a check-in. The response recommends one to three things to do next."""
    with unit_of_work() as uow:
        return _with_recommendations(uow, actions.record_check_in(uow, **said))


@api.patch("/check-ins/<uuid:check_in_id>")
@api.arguments(shapes.CheckInChangesSchema, example={"craving": 3, "audience": "buddy"})
@api.response(200, shapes.CheckedInSchema)
def patch_check_in(changes: dict[str, Any], check_in_id: UUID) -> dict[str, Any]:
    """Change one of my check-ins, for two hours and until I share it."""
    with unit_of_work() as uow:
        return _with_recommendations(uow, actions.amend_check_in(uow, check_in_id=check_in_id, **changes))


@api.get("/check-ins")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.CheckInPage)
def get_check_ins(page: dict[str, Any]) -> Any:
    """List my check-ins, newest first."""
    with read_context() as ctx:
        return queries.my_check_ins(ctx, **page)


@api.delete("/check-ins/<uuid:check_in_id>")
@api.response(204)
def delete_check_in(check_in_id: UUID) -> None:
    """Delete one of my check-ins for everyone."""
    with unit_of_work() as uow:
        actions.delete_check_in(uow, check_in_id=check_in_id)


@api.post("/check-ins/not-today")
@api.response(204)
def post_not_today() -> None:
    """Skip the check-in today. It counts as an answer."""
    with unit_of_work() as uow:
        actions.skip_today(uow)


@api.put("/check-ins/<uuid:check_in_id>/helped")
@api.arguments(shapes.HelpfulActionSchema, example={"helped": "breathe"})
@api.response(204)
def put_helped(said: dict[str, Any], check_in_id: UUID) -> None:
    """Say once which recommendation helped. It only changes the order of my own recommendations."""
    with unit_of_work() as uow:
        actions.record_helpful_action(uow, check_in_id=check_in_id, kind=said["helped"])


@api.get("/me/check-in-rhythm")
@api.response(200, shapes.CheckInScheduleSchema)
def get_schedule() -> schedule_queries.CheckInScheduleView:
    """Return when I get reminders to check in."""
    with read_context() as ctx:
        return schedule_queries.my_schedule(ctx)


@api.put("/me/check-in-rhythm")
@api.arguments(shapes.CheckInScheduleSchema, example={"every": "day", "at": "20:00"})
@api.response(200, shapes.CheckInScheduleSchema)
def put_schedule(wanted: dict[str, Any]) -> schedule_queries.CheckInScheduleView:
    """Set how often I get a reminder to check in, and at what time on my clock."""
    with unit_of_work() as uow:
        schedule.set_schedule(uow, **wanted)
        return schedule_queries.my_schedule(uow)


@api.get("/pairings/<uuid:pairing_id>/check-ins")
@api.response(200, shapes.CheckInPage)
def get_shared_by_buddy(pairing_id: UUID) -> Page[queries.CheckInView]:
    """List what my buddy has shared with me since we were paired, newest first."""
    with read_context() as ctx:
        _, shared = queries.shared_by_buddy(ctx, pairing_id)
        return Page(shared, None)


@api.get("/shared-check-ins")
@api.response(200, shapes.SharedPage)
def get_shared() -> Page[queries.SharedView]:
    """List the check-ins shared with coordinators: member and time, without answers."""
    with read_context() as ctx:
        return Page(queries.shared_check_ins(ctx), None)


@api.get("/shared-check-ins/<uuid:check_in_id>")
@api.response(200, shapes.SharedSchema)
def get_one_shared(check_in_id: UUID) -> queries.SharedView:
    """Return a check-in that was shared with coordinators. The audit log records that it was read."""
    with unit_of_work() as uow:
        return actions.open_shared_check_in(uow, check_in_id=check_in_id)


@api.post("/shared-check-ins/<uuid:check_in_id>/seen")
@api.response(204)
def post_seen(check_in_id: UUID) -> None:
    """Mark a shared check-in as seen, which resolves its task."""
    with unit_of_work() as uow:
        actions.mark_shared_seen(uow, check_in_id=check_in_id)


@api.get("/check-in-trend")
@api.response(200, shapes.TrendSchema)
def get_trend() -> dict[str, Any]:
    """Return weekly averages of the members who gave their answers to the trend; null for fewer than eleven."""
    with read_context() as ctx:
        return {"weeks": queries.trend(ctx)}


@api.post("/coordinator-requests")
@api.response(204)
def post_coordinator_request() -> None:
    """Ask that a coordinator contact me."""
    with unit_of_work() as uow:
        actions.request_coordinator(uow)


def _with_recommendations(ctx: ReadContext, made: queries.CheckInView) -> dict[str, Any]:
    return {**vars(made), "actions": recommendations.recommendations_for(ctx, made.answers.offered)}
