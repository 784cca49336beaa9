"""JSON endpoints of reach-outs, availability, drills and response times."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from community.core.unit_of_work import ReadContext
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, services, unit_of_work
from community.reach_outs import schemas as shapes
from community.reach_outs.actions import drills, feedback, reach_outs
from community.reach_outs.queries import reach_outs as queries
from community.reach_outs.queries import response_times

api = api_blueprint("reach_outs", __name__, "Reach-outs: ask for help, and answer someone who asked.")


@api.post("/reach-outs")
@api.arguments(shapes.ReachOutRequestSchema, example={"note": "I'm outside the shop."})
@api.response(201, shapes.ReachOutSchema)
@api.alt_response(200, shapes.ReachOutSchema, when="The one that is already open.")
def post_reach_out(said: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Ask for help now: my buddy first, then available peers, then the coordinator on call, then crisis lines.

    With `delay_seconds` I can still close it for that long as a `mistake`, before anyone is told. It's stored at once,
    and needs nothing more.
    """
    with unit_of_work() as uow:
        row, is_new = reach_outs.request_help(uow, **said)
        return _view(uow, row.id), 201 if is_new else 200


@api.get("/reach-outs/<uuid:reach_out_id>")
@api.response(200, shapes.ReachOutSchema)
def get_reach_out(reach_out_id: UUID) -> dict[str, Any]:
    """Return my reach-out, or one that I was asked for, with its present steps."""
    with read_context() as ctx:
        return _view(ctx, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/advance")
@api.response(200, shapes.ReachOutSchema)
def post_advance(reach_out_id: UUID) -> dict[str, Any]:
    """Take the steps that are due. Workers do it in time; this is for when none runs."""
    with unit_of_work() as uow:
        reach_outs.advance_as_member(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/reading")
@api.response(200, shapes.ReachOutSchema)
def post_reading(reach_out_id: UUID) -> dict[str, Any]:
    """Show the requester that I read the reach-out now."""
    with unit_of_work() as uow:
        reach_outs.mark_seen(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/pass")
@api.response(200, shapes.ReachOutSchema)
def post_pass(reach_out_id: UUID) -> dict[str, Any]:
    """Decline, and no one finds out. When all who were asked decline, the next step begins at once."""
    with unit_of_work() as uow:
        reach_outs.decline(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/claim")
@api.response(200, shapes.ReachOutSchema)
def post_claim(reach_out_id: UUID) -> dict[str, Any]:
    """Claim a reach-out. The first responder gets it; the others get 409 `already_claimed`.

    The steps continue until I write. A responder who has written nothing after two minutes may be replaced by another
    who was asked.
    """
    with unit_of_work() as uow:
        reach_outs.claim(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/again")
@api.response(200, shapes.ReachOutSchema)
def post_again(reach_out_id: UUID) -> dict[str, Any]:
    """Ask others because the responder isn't there after all."""
    with unit_of_work() as uow:
        reach_outs.replace_responder(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/close")
@api.arguments(shapes.ReachOutCloseSchema, example={"ending": "okay"})
@api.response(200, shapes.ReachOutSchema)
def post_close(how: dict[str, str], reach_out_id: UUID) -> dict[str, Any]:
    """Close a reach-out: the requester at any time, the responder once they have written."""
    with unit_of_work() as uow:
        reach_outs.close(uow, reach_out_id=reach_out_id, **how)
        return _view(uow, reach_out_id)


@api.put("/reach-outs/<uuid:reach_out_id>/answer")
@api.arguments(shapes.FeedbackSchema, example={"answer": "yes"})
@api.response(200, shapes.ReachOutSchema)
def put_answer(said: dict[str, str], reach_out_id: UUID) -> dict[str, Any]:
    """Answer the closing question: did it help, or how am I after it."""
    with unit_of_work() as uow:
        feedback.record_feedback(uow, reach_out_id=reach_out_id, **said)
        return _view(uow, reach_out_id)


@api.get("/me/availability")
@api.response(200, shapes.SavedAvailabilitySchema)
def get_availability() -> queries.AvailabilityView:
    """Return until when I'm available as a responder."""
    with read_context() as ctx:
        return queries.my_availability(ctx)


@api.put("/me/availability")
@api.arguments(shapes.AvailabilitySchema, example={"until": None})
@api.response(200, shapes.SavedAvailabilitySchema)
def put_availability(said: dict[str, Any]) -> queries.AvailabilityView:
    """Set until when I'm available as a responder, at most a day ahead."""
    with unit_of_work() as uow:
        reach_outs.set_availability(uow, **said)
        return queries.my_availability(uow)


@api.get("/reach-out-figures")
@api.response(200, shapes.ResponseTimesSchema)
def get_figures() -> response_times.ResponseTimes:
    """Return how long it took until a responder was there (coordinators)."""
    with read_context() as ctx:
        return response_times.response_times(ctx)


@api.get("/drills")
@api.response(200, shapes.DrillList)
def get_drills() -> dict[str, Any]:
    """List the last drills (coordinators)."""
    with read_context() as ctx:
        return {"items": response_times.recent_drills(ctx)}


@api.post("/drills")
@api.response(201, shapes.DrillSchema)
def post_drill() -> response_times.DrillView:
    """Start a drill of those on call, or return the open one."""
    with unit_of_work() as uow:
        started = drills.start_drill(uow).id
        return next(one for one in response_times.recent_drills(uow) if one.id == started)


def _view(ctx: ReadContext, reach_out_id: UUID) -> dict[str, Any]:
    view = queries.reach_out(ctx, reach_out_id)
    return {**asdict(view), "crisis_lines": services().settings.crisis_lines}
