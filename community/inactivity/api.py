"""JSON endpoints of inactivity."""

from typing import Any

from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work
from community.inactivity import actions, queries
from community.inactivity import schemas as shapes

api = api_blueprint("inactivity", __name__, "Noticing that a member has gone quiet.")


@api.get("/me/quiet-watch")
@api.response(200, shapes.InactivityWatchSchema)
def get_watch() -> queries.WatchView:
    """Return my inactivity watch. Unless I turned it on, nothing is compared."""
    with read_context() as ctx:
        return queries.my_watch(ctx)


@api.put("/me/quiet-watch")
@api.arguments(shapes.InactivityWatchSchema, example={"is_on": True, "tells_buddy": True})
@api.response(200, shapes.InactivityWatchSchema)
def put_watch(wanted: dict[str, Any]) -> queries.WatchView:
    """Turn my inactivity watch on, or turn it off and forget what it detected."""
    with unit_of_work() as uow:
        actions.set_watch(uow, **wanted)
        return queries.my_watch(uow)
