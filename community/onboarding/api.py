"""JSON endpoints of onboarding."""

from typing import Any
from uuid import UUID

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext
from community.core.web.api_blueprint import api_blueprint
from community.core.web.request_context import read_context, services, unit_of_work
from community.onboarding import actions, queries
from community.onboarding import schemas as shapes

api = api_blueprint("onboarding", __name__, "The first seven days of a member.")


@api.get("/me/first-days")
@api.response(200, shapes.OnboardingSchema)
def get_onboarding() -> queries.OnboardingView:
    """Return my first days; 404 after two weeks or when I've hidden them."""
    with read_context() as ctx:
        return _my_onboarding(ctx)


@api.delete("/me/first-days")
@api.response(204)
def delete_onboarding() -> None:
    """Hide my onboarding."""
    with unit_of_work() as uow:
        actions.hide_onboarding(uow)


@api.put("/me/first-days/door")
@api.arguments(shapes.CompanionRequestSchema, example={"occurrence_id": "01a21594-a6f8-71ba-87d6-198b3efa7b5b"})
@api.response(200, shapes.OnboardingSchema)
def put_companion_request(wish: dict[str, UUID]) -> queries.OnboardingView:
    """Go to an occurrence and ask for a companion there."""
    with unit_of_work() as uow:
        actions.request_companion(uow, **wish)
        return _my_onboarding(uow)


@api.get("/me/welcome")
@api.response(200, shapes.GreeterSchema)
def get_newcomers() -> queries.GreeterView:
    """Return the newcomers I say hello to, and those I could meet at the door."""
    with read_context() as ctx:
        return queries.my_newcomers(ctx)


@api.put("/me/welcome")
@api.arguments(shapes.GreeterOfferSchema, example={"offers": True})
@api.response(200, shapes.GreeterSchema)
def put_greeter_offer(said: dict[str, bool]) -> queries.GreeterView:
    """Offer to greet newcomers, or end the offer."""
    with unit_of_work() as uow:
        actions.set_greeter_offer(uow, **said)
        return queries.my_newcomers(uow)


@api.post("/newcomers/<uuid:member_id>/hello")
@api.arguments(shapes.GreetingSchema, example={"body": "Hi and welcome.", "client_msg_id": "hello"})
@api.response(200, shapes.GreeterSchema)
def post_greeting(said: dict[str, str], member_id: UUID) -> queries.GreeterView:
    """Say hello to a newcomer in a room of the two of us. We tell them once there are words in it."""
    say_hello(member_id, **said)
    with read_context() as ctx:
        return queries.my_newcomers(ctx)


@api.put("/newcomers/room")
@api.arguments(shapes.NewcomerRoomSchema, example={"room_id": "01a21594-a6f8-71ba-87d6-198b3efa7b5b"})
@api.response(200, shapes.GreeterSchema)
def put_newcomer_room(chosen: dict[str, UUID | None]) -> queries.GreeterView:
    """Choose the room in which newcomers begin (coordinators)."""
    with unit_of_work() as uow:
        actions.choose_newcomer_room(uow, room_id=chosen["room_id"])
        return queries.my_newcomers(uow)


@api.post("/newcomers/<uuid:member_id>/door")
@api.response(200, shapes.GreeterSchema)
def post_companion(member_id: UUID) -> queries.GreeterView:
    """Become the companion of a newcomer; 409 `door_taken` when another is."""
    with unit_of_work() as uow:
        actions.become_companion(uow, member_id=member_id)
        return queries.my_newcomers(uow)


@api.get("/first-week-figures")
@api.response(200, shapes.CompletionSchema)
def get_completion() -> Any:
    """Return how many members complete all four steps in their first seven days (coordinators)."""
    with read_context() as ctx:
        return queries.completion(ctx)


def say_hello(member_id: UUID, *, body: str, client_msg_id: str) -> UUID:
    """Open the room with a newcomer, post the first words if there are any, and return the room.

    Raises NotFound, and what the message writer raises.
    """
    with unit_of_work() as uow:
        room_id, actor = actions.open_hello_room(uow, member_id=member_id), uow.actor
    if body:
        services().writer.post(actor, room_id=room_id, client_msg_id=client_msg_id, body=body)
        with unit_of_work() as uow:
            actions.record_greeting(uow, room_id=room_id)
    return room_id


def _my_onboarding(ctx: ReadContext) -> queries.OnboardingView:
    view = queries.my_onboarding(ctx)
    if view is None:
        raise NotFound
    return view
