"""What is noticed of quiet, and hard hours, for programs."""

from typing import Any
from uuid import UUID

from community.care.actions import quiet as actions
from community.care.api import api
from community.care.queries import quiet as queries
from community.care.schemas import quiet as shapes
from community.core.db import Page
from community.core.web.request_context import reading, unit_of_work, web


@api.get("/me/quiet-watch")
@api.response(200, shapes.WatchSchema)
def get_watch() -> queries.WatchView:
    """Whether my quiet is noticed. Unless I said so, nothing is looked at."""
    with reading() as ctx:
        return queries.my_watch(ctx)


@api.put("/me/quiet-watch")
@api.arguments(shapes.WatchSchema, example={"is_on": True, "tells_buddy": True})
@api.response(200, shapes.WatchSchema)
def put_watch(wanted: dict[str, Any]) -> queries.WatchView:
    """Have it noticed from now on, or no longer; then what was known of it is forgotten."""
    with unit_of_work() as uow:
        actions.watch(uow, **wanted)
        return queries.my_watch(uow)


@api.get("/hard-hours")
@api.response(200, shapes.HardHourPage)
def get_hard_hours() -> Page[queries.HardHourView]:
    """The times that I plan for."""
    with reading() as ctx:
        return Page(queries.my_hard_hours(ctx, sealer=web().sealer), None)


@api.post("/hard-hours")
@api.arguments(
    shapes.HardHourSchema, example={"weekday": 4, "begins": "17:00", "ends": "20:00", "kinds": ["buddy", "breathe"]}
)
@api.response(201, shapes.HardHourSchema)
def post_hard_hour(wanted: dict[str, Any]) -> queries.HardHourView:
    """Plan for a time that is hard for me."""
    with unit_of_work() as uow:
        row = actions.plan_for(uow, sealer=web().sealer, **wanted)
        return queries.my_hard_hour(uow, row.id, sealer=web().sealer)


@api.delete("/hard-hours/<uuid:hard_hour_id>")
@api.response(204)
def delete_hard_hour(hard_hour_id: UUID) -> None:
    """Plan for it no more."""
    with unit_of_work() as uow:
        actions.let_go(uow, hard_hour_id=hard_hour_id)
