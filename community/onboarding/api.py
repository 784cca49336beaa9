"""The first seven days, for programs."""

from typing import Any
from uuid import UUID

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, unit_of_work
from community.onboarding import actions, queries
from community.onboarding import schemas as shapes

api = api_blueprint("onboarding", __name__, "The first seven days of a member.")


@api.get("/me/first-days")
@api.response(200, shapes.FirstDaysSchema)
def get_first_days() -> queries.FirstDaysView:
    """My first days here; 404 when they are long over or put away."""
    with read_context() as ctx:
        return _mine(ctx)


@api.delete("/me/first-days")
@api.response(204)
def delete_first_days() -> None:
    """Put them away."""
    with unit_of_work() as uow:
        actions.hide_first_week(uow)


@api.put("/me/first-days/door")
@api.arguments(shapes.MeetMeSchema, example={"occurrence_id": "01a21594-a6f8-71ba-87d6-198b3efa7b5b"})
@api.response(200, shapes.FirstDaysSchema)
def put_door(wish: dict[str, UUID]) -> queries.FirstDaysView:
    """I come to this date and would like to be met at the door."""
    with unit_of_work() as uow:
        actions.want_to_be_met(uow, **wish)
        return _mine(uow)


@api.get("/me/welcome")
@api.response(200, shapes.WelcomeSchema)
def get_welcome() -> queries.WelcomeView:
    """Whom I welcome, and whom I could meet at a door."""
    with read_context() as ctx:
        return queries.welcome(ctx)


@api.put("/me/welcome")
@api.arguments(shapes.WelcomeOfferSchema, example={"offers": True})
@api.response(200, shapes.WelcomeSchema)
def put_welcome(said: dict[str, bool]) -> queries.WelcomeView:
    """Offer to welcome those who are new, or no longer."""
    with unit_of_work() as uow:
        actions.offer_to_welcome(uow, **said)
        return queries.welcome(uow)


@api.post("/newcomers/<uuid:member_id>/hello")
@api.response(200, shapes.WelcomeSchema)
def post_hello(member_id: UUID) -> queries.WelcomeView:
    """Welcome somebody, in a room of us two."""
    with unit_of_work() as uow:
        actions.say_hello(uow, member_id=member_id)
        return queries.welcome(uow)


@api.post("/newcomers/<uuid:member_id>/door")
@api.response(200, shapes.WelcomeSchema)
def post_door(member_id: UUID) -> queries.WelcomeView:
    """Wait for somebody new at the door; 409 `door_taken` when another does."""
    with unit_of_work() as uow:
        actions.wait_at_the_door(uow, member_id=member_id)
        return queries.welcome(uow)


@api.get("/first-week-figures")
@api.response(200, shapes.CompletionSchema)
def get_completion() -> Any:
    """How many find all four in their first seven days (coordinators)."""
    with read_context() as ctx:
        return queries.completion(ctx)


def _mine(ctx: ReadContext) -> queries.FirstDaysView:
    view = queries.first_days(ctx)
    if view is None:
        raise NotFound
    return view
