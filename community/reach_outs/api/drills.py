"""JSON endpoints of drills and response times."""

from typing import Any

from community.core.web.request_context import read_context, unit_of_work
from community.reach_outs import schemas as shapes
from community.reach_outs.actions import drills
from community.reach_outs.api import api
from community.reach_outs.queries import response_times


@api.get("/reach-out-figures")
@api.response(200, shapes.ResponseTimesSchema)
def get_figures() -> response_times.ResponseTimes:
    """How long it took until somebody was there (coordinators)."""
    with read_context() as ctx:
        return response_times.response_times(ctx)


@api.get("/drills")
@api.response(200, shapes.DrillList)
def get_drills() -> dict[str, Any]:
    """The last drills (coordinators)."""
    with read_context() as ctx:
        return {"items": response_times.recent_drills(ctx)}


@api.post("/drills")
@api.response(201, shapes.DrillSchema)
def post_drill() -> response_times.DrillView:
    """Look whether who is on call can be reached; one that goes on is the same one."""
    with unit_of_work() as uow:
        started = drills.start_drill(uow).id
        return next(one for one in response_times.recent_drills(uow) if one.id == started)
