"""The rota, drills and figures, for coordinators' programs."""

from typing import Any
from uuid import UUID

from community.care.actions import drilling, shifts
from community.care.api import api
from community.care.queries import figures, rota
from community.care.schemas import shifts as shapes
from community.core.unit_of_work import ReadContext
from community.core.web.request_context import reading, unit_of_work, web

EXAMPLE = {"day": "2099-11-26", "starts": "17:00", "ends": "23:00", "time_zone": "America/New_York", "weeks": 4}


@api.get("/shifts")
@api.arguments(shapes.ShiftSpanArgs, location="query")
@api.response(200, shapes.ShiftList)
def get_shifts(span: dict[str, Any]) -> dict[str, Any]:
    """Who is on shift when (coordinators)."""
    with reading() as ctx:
        return {"items": rota.shifts(ctx, **span, sealer=web().sealer)}


@api.post("/shifts")
@api.arguments(shapes.PlanShiftSchema, example=EXAMPLE)
@api.response(201, shapes.ShiftList)
def post_shifts(plan: dict[str, Any]) -> dict[str, Any]:
    """Plan a shift, or the same one in each of some weeks, for oneself or another coordinator."""
    with unit_of_work() as uow:
        made = {row.id for row in shifts.plan_shifts(uow, **plan)}
        return {"items": rota.some(uow, made, sealer=web().sealer)}


@api.delete("/shifts/<uuid:shift_id>")
@api.arguments(shapes.DropShiftArgs, location="query")
@api.response(204)
def delete_shift(how: dict[str, bool], shift_id: UUID) -> None:
    """Take a shift out of the rota, with `following` also those after it of its series."""
    with unit_of_work() as uow:
        shifts.drop_shift(uow, shift_id=shift_id, **how)


@api.post("/shifts/<uuid:shift_id>/offer")
@api.response(200, shapes.ShiftSchema)
def post_offer(shift_id: UUID) -> rota.ShiftView:
    """Let somebody else have my shift; until they take it, it stays mine."""
    with unit_of_work() as uow:
        shifts.offer_shift(uow, shift_id=shift_id)
        return _one(uow, shift_id)


@api.post("/shifts/<uuid:shift_id>/keep")
@api.response(200, shapes.ShiftSchema)
def post_keep(shift_id: UUID) -> rota.ShiftView:
    """Keep a shift that I offered."""
    with unit_of_work() as uow:
        shifts.keep_shift(uow, shift_id=shift_id)
        return _one(uow, shift_id)


@api.post("/shifts/<uuid:shift_id>/take")
@api.response(200, shapes.ShiftSchema)
def post_take(shift_id: UUID) -> rota.ShiftView:
    """Take a shift that another offers. The first who does has it; 409 `shift_not_offered` for the others."""
    with unit_of_work() as uow:
        shifts.take_shift(uow, shift_id=shift_id)
        return _one(uow, shift_id)


@api.put("/shifts/<uuid:shift_id>/notes")
@api.arguments(shapes.ShiftNotesSchema, example={"notes": "Otis wanted to be called at nine."})
@api.response(200, shapes.ShiftSchema)
def put_notes(said: dict[str, str], shift_id: UUID) -> rota.ShiftView:
    """What I leave for who comes next."""
    with unit_of_work() as uow:
        shifts.leave_notes(uow, shift_id=shift_id, sealer=web().sealer, **said)
        return _one(uow, shift_id)


@api.get("/reach-out-figures")
@api.response(200, shapes.FiguresSchema)
def get_figures() -> figures.Figures:
    """How long it took until somebody was there (coordinators)."""
    with reading() as ctx:
        return figures.figures(ctx)


@api.get("/drills")
@api.response(200, shapes.DrillList)
def get_drills() -> dict[str, Any]:
    """The last drills (coordinators)."""
    with reading() as ctx:
        return {"items": figures.drills(ctx)}


@api.post("/drills")
@api.response(201, shapes.DrillSchema)
def post_drill() -> figures.DrillView:
    """Look whether who is on call can be reached; one that goes on is the same one."""
    with unit_of_work() as uow:
        started = drilling.start_drill(uow).id
        return next(one for one in figures.drills(uow) if one.id == started)


def _one(ctx: ReadContext, shift_id: UUID) -> rota.ShiftView:
    return rota.some(ctx, {shift_id}, sealer=web().sealer)[0]
