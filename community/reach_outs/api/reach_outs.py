"""Reaching out, for programs."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from community.core.unit_of_work import ReadContext
from community.core.web.request_context import read_context, services, unit_of_work
from community.reach_outs import schemas as shapes
from community.reach_outs.actions import availability, feedback, reach_outs
from community.reach_outs.api import api
from community.reach_outs.queries import reach_outs as reach_outs_queries


@api.post("/reach-outs")
@api.arguments(shapes.ReachOutRequestSchema, example={"note": "I am outside the shop."})
@api.response(201, shapes.ReachOutSchema)
@api.alt_response(200, shapes.ReachOutSchema, when="The one that goes on already.")
def post_reach_out(said: dict[str, str]) -> tuple[dict[str, Any], int]:
    """I need a person now. My buddy is asked first, then who is free, then who is on call; nothing ends in silence."""
    with unit_of_work() as uow:
        row, is_new = reach_outs.request_help(uow, **said)
        return _view(uow, row.id), 201 if is_new else 200


@api.get("/reach-outs/<uuid:reach_out_id>")
@api.response(200, shapes.ReachOutSchema)
def get_reach_out(reach_out_id: UUID) -> dict[str, Any]:
    """One of mine, or one that I was asked for, with its steps as time has them."""
    with read_context() as ctx:
        return _view(ctx, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/advance")
@api.response(200, shapes.ReachOutSchema)
def post_advance(reach_out_id: UUID) -> dict[str, Any]:
    """Go on with what is due. Workers do it at its moment; this is for when none does."""
    with unit_of_work() as uow:
        reach_outs.advance_as_member(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/reading")
@api.response(200, shapes.ReachOutSchema)
def post_reading(reach_out_id: UUID) -> dict[str, Any]:
    """I look at it: who asked sees that somebody does."""
    with unit_of_work() as uow:
        reach_outs.mark_seen(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/pass")
@api.response(200, shapes.ReachOutSchema)
def post_pass(reach_out_id: UUID) -> dict[str, Any]:
    """I cannot now. Nobody learns of it; when nobody who was asked can, the next step begins at once."""
    with unit_of_work() as uow:
        reach_outs.decline(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/claim")
@api.response(200, shapes.ReachOutSchema)
def post_claim(reach_out_id: UUID) -> dict[str, Any]:
    """I am there. The first who says so is; 409 `already_claimed` for the others.

    The steps go on until I write. Who has written nothing after two minutes may be replaced by another who was asked.
    """
    with unit_of_work() as uow:
        reach_outs.claim(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/again")
@api.response(200, shapes.ReachOutSchema)
def post_again(reach_out_id: UUID) -> dict[str, Any]:
    """Whoever came is not there after all: others are asked."""
    with unit_of_work() as uow:
        reach_outs.replace_responder(uow, reach_out_id=reach_out_id)
        return _view(uow, reach_out_id)


@api.post("/reach-outs/<uuid:reach_out_id>/close")
@api.arguments(shapes.ReachOutCloseSchema, example={"ending": "okay"})
@api.response(200, shapes.ReachOutSchema)
def post_close(how: dict[str, str], reach_out_id: UUID) -> dict[str, Any]:
    """It is over. Who asked may say so at any time, who came when they have."""
    with unit_of_work() as uow:
        reach_outs.close(uow, reach_out_id=reach_out_id, **how)
        return _view(uow, reach_out_id)


@api.put("/reach-outs/<uuid:reach_out_id>/answer")
@api.arguments(shapes.FeedbackSchema, example={"answer": "yes"})
@api.response(200, shapes.ReachOutSchema)
def put_answer(said: dict[str, str], reach_out_id: UUID) -> dict[str, Any]:
    """The one question when it is over: did it help, or how am I after it."""
    with unit_of_work() as uow:
        feedback.record_feedback(uow, reach_out_id=reach_out_id, **said)
        return _view(uow, reach_out_id)


@api.get("/me/availability")
@api.response(200, shapes.SavedAvailabilitySchema)
def get_availability() -> reach_outs_queries.AvailabilityView:
    """Until when I am free for others."""
    with read_context() as ctx:
        return reach_outs_queries.my_availability(ctx)


@api.put("/me/availability")
@api.arguments(shapes.AvailabilitySchema, example={"until": None})
@api.response(200, shapes.SavedAvailabilitySchema)
def put_availability(said: dict[str, Any]) -> reach_outs_queries.AvailabilityView:
    """Be free for others until a moment within a day, or no longer."""
    with unit_of_work() as uow:
        availability.set_availability(uow, **said)
        return reach_outs_queries.my_availability(uow)


def _view(ctx: ReadContext, reach_out_id: UUID) -> dict[str, Any]:
    view = reach_outs_queries.reach_out(ctx, reach_out_id)
    return {**asdict(view), "crisis_lines": services().settings.crisis_lines}
