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
    """Whether my quiet is noticed. Unless I said so, nothing is looked at."""
    with read_context() as ctx:
        return queries.my_watch(ctx)


@api.put("/me/quiet-watch")
@api.arguments(shapes.InactivityWatchSchema, example={"is_on": True, "tells_buddy": True})
@api.response(200, shapes.InactivityWatchSchema)
def put_watch(wanted: dict[str, Any]) -> queries.WatchView:
    """Have it noticed from now on, or no longer; then what was known of it is forgotten."""
    with unit_of_work() as uow:
        actions.set_watch(uow, **wanted)
        return queries.my_watch(uow)
