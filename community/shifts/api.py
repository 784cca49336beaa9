"""JSON endpoints of shifts."""

from typing import Any
from uuid import UUID

from community.core.unit_of_work import ReadContext
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work
from community.shifts import actions, queries
from community.shifts import schemas as shapes

api = api_blueprint("shifts", __name__, "Shifts of coordinators.")


EXAMPLE = {"day": "2099-11-26", "starts": "17:00", "ends": "23:00", "time_zone": "America/New_York", "weeks": 4}


@api.get("/shifts")
@api.arguments(shapes.ShiftSpanArgs, location="query")
@api.response(200, shapes.ShiftList)
def get_shifts(span: dict[str, Any]) -> dict[str, Any]:
    """List shifts by time (coordinators)."""
    with read_context() as ctx:
        return {"items": queries.shifts(ctx, **span)}


@api.post("/shifts")
@api.arguments(shapes.PlanShiftSchema, example=EXAMPLE)
@api.response(201, shapes.ShiftList)
def post_shifts(plan: dict[str, Any]) -> dict[str, Any]:
    """Plan a shift in each of some weeks, for oneself or another coordinator."""
    with unit_of_work() as uow:
        made = {row.id for row in actions.plan_shifts(uow, **plan)}
        return {"items": queries.shifts_by_id(uow, made)}


@api.delete("/shifts/<uuid:shift_id>")
@api.arguments(shapes.DropShiftArgs, location="query")
@api.response(204)
def delete_shift(how: dict[str, bool], shift_id: UUID) -> None:
    """Remove a shift, with `following` also the later ones of its series."""
    with unit_of_work() as uow:
        actions.remove_shift(uow, shift_id=shift_id, **how)


@api.post("/shifts/<uuid:shift_id>/offer")
@api.response(200, shapes.ShiftSchema)
def post_offer(shift_id: UUID) -> queries.ShiftView:
    """Offer my shift to others. It stays mine until it is taken."""
    with unit_of_work() as uow:
        actions.offer_shift(uow, shift_id=shift_id)
        return _one(uow, shift_id)


@api.post("/shifts/<uuid:shift_id>/keep")
@api.response(200, shapes.ShiftSchema)
def post_keep(shift_id: UUID) -> queries.ShiftView:
    """Keep a shift that I offered."""
    with unit_of_work() as uow:
        actions.withdraw_offer(uow, shift_id=shift_id)
        return _one(uow, shift_id)


@api.post("/shifts/<uuid:shift_id>/take")
@api.response(200, shapes.ShiftSchema)
def post_take(shift_id: UUID) -> queries.ShiftView:
    """Take an offered shift. The first coordinator gets it; the others get 409 `shift_not_offered`."""
    with unit_of_work() as uow:
        actions.take_shift(uow, shift_id=shift_id)
        return _one(uow, shift_id)


@api.put("/shifts/<uuid:shift_id>/notes")
@api.arguments(shapes.ShiftNotesSchema, example={"notes": "Otis wanted to be called at nine."})
@api.response(200, shapes.ShiftSchema)
def put_notes(said: dict[str, str], shift_id: UUID) -> queries.ShiftView:
    """Save my notes for the next coordinator."""
    with unit_of_work() as uow:
        actions.save_notes(uow, shift_id=shift_id, **said)
        return _one(uow, shift_id)


def _one(ctx: ReadContext, shift_id: UUID) -> queries.ShiftView:
    return queries.shifts_by_id(ctx, {shift_id})[0]
