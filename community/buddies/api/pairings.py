"""JSON endpoints of suggestions, pairings and stand-ins."""

from typing import Any
from uuid import UUID

from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import stand_ins as stand_ins_actions
from community.buddies.actions import suggestions as suggestions_actions
from community.buddies.actions import trial_review
from community.buddies.api import api
from community.buddies.queries import pairings, stand_ins, suggestions
from community.buddies.schemas import pairings as shapes
from community.core.schemas import PageArgs
from community.core.web.request_context import read_context, unit_of_work


@api.get("/buddy-suggestions")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.SuggestionPage)
def get_suggestions(page: dict[str, Any]) -> Any:
    """List my suggestions, newest first."""
    with read_context() as ctx:
        return suggestions.my_suggestions(ctx, **page)


@api.post("/buddy-suggestions/<uuid:suggestion_id>/accept")
@api.response(200, shapes.AnsweredSchema)
def post_accept(suggestion_id: UUID) -> dict[str, str]:
    """Accept a suggestion. The other only finds out if they accept too."""
    with unit_of_work() as uow:
        return {"state": suggestions_actions.accept(uow, suggestion_id=suggestion_id)}


@api.post("/buddy-suggestions/<uuid:suggestion_id>/decline")
@api.response(200, shapes.AnsweredSchema)
def post_decline(suggestion_id: UUID) -> dict[str, str]:
    """Decline a suggestion. To the other it looks unanswered."""
    with unit_of_work() as uow:
        return {"state": suggestions_actions.decline(uow, suggestion_id=suggestion_id)}


@api.get("/pairings")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.PairingPage)
def get_pairings(page: dict[str, Any]) -> Any:
    """List my pairings, newest first, with the room of each."""
    with read_context() as ctx:
        return pairings.my_pairings(ctx, **page)


@api.get("/pairings/<uuid:pairing_id>")
@api.response(200, shapes.PairingSchema)
def get_pairing(pairing_id: UUID) -> pairings.PairingView:
    """Return one of my pairings."""
    with read_context() as ctx:
        return pairings.pairing(ctx, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/pause")
@api.response(200, shapes.PairingSchema)
def post_pause(pairing_id: UUID) -> pairings.PairingView:
    """Pause a pairing. The two stay buddies."""
    with unit_of_work() as uow:
        pairings_actions.pause(uow, pairing_id=pairing_id)
        return pairings.pairing(uow, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/resume")
@api.response(200, shapes.PairingSchema)
def post_resume(pairing_id: UUID) -> pairings.PairingView:
    """End the pause of a pairing."""
    with unit_of_work() as uow:
        pairings_actions.resume(uow, pairing_id=pairing_id)
        return pairings.pairing(uow, pairing_id)


@api.post("/pairings/<uuid:pairing_id>/end")
@api.arguments(shapes.EndSchema, example={"reason": "completed"})
@api.response(200, shapes.PairingSchema)
def post_end(why: dict[str, str], pairing_id: UUID) -> pairings.PairingView:
    """End a pairing, at any time. The other gets a short, kind note, and never the reason."""
    with unit_of_work() as uow:
        view = pairings.pairing(uow, pairing_id)
        return pairings.ended(view, pairings_actions.end(uow, pairing_id=pairing_id, **why))


@api.put("/pairings/<uuid:pairing_id>/choice")
@api.arguments(shapes.ChoiceSchema, example={"choice": "keep"})
@api.response(200, shapes.PairingSchema)
def put_choice(said: dict[str, str], pairing_id: UUID) -> pairings.PairingView:
    """Answer in private whether we stay buddies. The other never sees my answer."""
    with unit_of_work() as uow:
        row = trial_review.record_review(uow, pairing_id=pairing_id, **said)
        view = pairings.pairing(uow, pairing_id)
        return pairings.ended(view, row) if row.ended_at else view


@api.get("/pairings/<uuid:pairing_id>/phones")
@api.response(200, shapes.PhonesSchema)
def get_phones(pairing_id: UUID) -> pairings.PhonesView:
    """Return our phone numbers. Theirs is included only when both are shared."""
    with read_context() as ctx:
        return pairings.phones(ctx, pairing_id)


@api.put("/pairings/<uuid:pairing_id>/phone")
@api.arguments(shapes.PhoneSchema, example={"number": "+1 555 0100"})
@api.response(200, shapes.PhonesSchema)
def put_phone(mine: dict[str, str], pairing_id: UUID) -> pairings.PhonesView:
    """Share my number. My buddy sees it only when we both share."""
    with unit_of_work() as uow:
        pairings_actions.share_phone(uow, pairing_id=pairing_id, **mine)
        return pairings.phones(uow, pairing_id)


@api.delete("/pairings/<uuid:pairing_id>/phone")
@api.response(200, shapes.PhonesSchema)
def delete_phone(pairing_id: UUID) -> pairings.PhonesView:
    """Stop sharing my number; then we no longer see each other's."""
    with unit_of_work() as uow:
        pairings_actions.take_back_phone(uow, pairing_id=pairing_id)
        return pairings.phones(uow, pairing_id)


@api.post("/buddy-days")
@api.response(200, shapes.NotifiedSchema)
def post_day() -> dict[str, int]:
    """Announce that I’m away today: my buddies are notified and may ask for a stand-in."""
    with unit_of_work() as uow:
        return {"notified_count": stand_ins_actions.cannot_today(uow)}


@api.delete("/buddy-days")
@api.response(204)
def delete_day() -> None:
    """Undo "I'm away today". A stand-in who said yes already stays."""
    with unit_of_work() as uow:
        stand_ins_actions.can_today(uow)


@api.get("/buddy-days/<uuid:stand_in_id>")
@api.response(200, shapes.DaySchema)
def get_day(stand_in_id: UUID) -> stand_ins.DayView:
    """Return a day on which my buddy is away, or for which I was asked to be the stand-in."""
    with read_context() as ctx:
        return stand_ins.day(ctx, stand_in_id)


@api.post("/buddy-days/<uuid:stand_in_id>/want")
@api.response(200, shapes.DaySchema)
def post_want(stand_in_id: UUID) -> stand_ins.DayView:
    """Ask for a stand-in today."""
    with unit_of_work() as uow:
        stand_ins_actions.request_cover(uow, stand_in_id=stand_in_id)
        return stand_ins.day(uow, stand_in_id)


@api.post("/buddy-days/<uuid:stand_in_id>/claim")
@api.response(200, shapes.DaySchema)
def post_claim(stand_in_id: UUID) -> stand_ins.DayView:
    """Say yes to being the stand-in today."""
    with unit_of_work() as uow:
        stand_ins_actions.claim(uow, stand_in_id=stand_in_id)
        return stand_ins.day(uow, stand_in_id)
