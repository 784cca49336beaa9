"""My suggestions and pairings, for programs."""

from typing import Any
from uuid import UUID

from community.buddies.actions import pairing, suggesting
from community.buddies.api.doors import api
from community.buddies.queries import pairings, suggestions
from community.buddies.schemas import pairings as shapes
from community.core.schemas import PageArgs
from community.core.web import reading, unit_of_work, web


@api.get("/buddy-suggestions")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.SuggestionPage)
def get_suggestions(page: dict[str, Any]) -> Any:
    """Who was suggested to me, newest first."""
    with reading() as look:
        return suggestions.my_suggestions(look, sealer=web().sealer, **page)


@api.post("/buddy-suggestions/<uuid:suggestion_id>/accept")
@api.response(200, shapes.AnsweredSchema)
def post_accept(suggestion_id: UUID) -> dict[str, str]:
    """Say yes. The other learns of it only if they say yes too."""
    with unit_of_work() as uow:
        return {"state": suggesting.accept(uow, suggestion_id=suggestion_id)}


@api.post("/buddy-suggestions/<uuid:suggestion_id>/decline")
@api.response(200, shapes.AnsweredSchema)
def post_decline(suggestion_id: UUID) -> dict[str, str]:
    """Say not this time. To the other it looks like no answer."""
    with unit_of_work() as uow:
        return {"state": suggesting.decline(uow, suggestion_id=suggestion_id)}


@api.get("/pairings")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.PairingPage)
def get_pairings(page: dict[str, Any]) -> Any:
    """My pairings, newest first, with the room of each."""
    with reading() as look:
        return pairings.my_pairings(look, **page)


@api.get("/pairings/<uuid:pairing_id>")
@api.response(200, shapes.PairingSchema)
def get_pairing(pairing_id: UUID) -> pairings.PairingView:
    """One pairing of mine."""
    with reading() as look:
        return pairings.pairing(look, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/pause")
@api.response(200, shapes.PairingSchema)
def post_pause(pairing_id: UUID) -> pairings.PairingView:
    """Take a break. We stay buddies."""
    with unit_of_work() as uow:
        pairing.pause(uow, pairing_id=pairing_id)
        return pairings.pairing(uow, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/resume")
@api.response(200, shapes.PairingSchema)
def post_resume(pairing_id: UUID) -> pairings.PairingView:
    """Go on after a break."""
    with unit_of_work() as uow:
        pairing.resume(uow, pairing_id=pairing_id)
        return pairings.pairing(uow, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/end")
@api.arguments(shapes.EndSchema, example={"reason": "completed"})
@api.response(200, shapes.PairingSchema)
def post_end(why: dict[str, str], pairing_id: UUID) -> pairings.PairingView:
    """End a pairing, at any time. The other gets a short, kind note, and never the reason."""
    with unit_of_work() as uow:
        view = pairings.pairing(uow, pairing_id)
        return pairings.ended(view, pairing.end(uow, pairing_id=pairing_id, **why))
