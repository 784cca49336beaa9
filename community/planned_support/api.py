"""JSON endpoints of planned support."""

from typing import Any
from uuid import UUID

from community.core.db import Page
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work
from community.planned_support import actions, queries
from community.planned_support import schemas as shapes

api = api_blueprint("planned_support", __name__, "Times that a member plans help for.")


@api.get("/hard-hours")
@api.response(200, shapes.PlannedSupportPage)
def get_planned_supports() -> Page[queries.PlannedSupportView]:
    """List the times that I plan support for."""
    with read_context() as ctx:
        return Page(queries.my_planned_supports(ctx), None)


@api.post("/hard-hours")
@api.arguments(
    shapes.PlannedSupportSchema,
    example={"weekday": 4, "begins": "17:00", "ends": "20:00", "kinds": ["buddy", "breathe"]},
)
@api.response(201, shapes.PlannedSupportSchema)
def post_planned_support(wanted: dict[str, Any]) -> queries.PlannedSupportView:
    """Plan support for a tough time."""
    with unit_of_work() as uow:
        row = actions.plan_support(uow, **wanted)
        return queries.my_planned_support(uow, row.id)


@api.delete("/hard-hours/<uuid:hard_hour_id>")
@api.response(204)
def delete_planned_support(hard_hour_id: UUID) -> None:
    """Delete a planned time."""
    with unit_of_work() as uow:
        actions.delete_planned_support(uow, hard_hour_id=hard_hour_id)
