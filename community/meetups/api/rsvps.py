"""Endpoints of RSVPs: to an occurrence, to a series, and to an offered seat."""

from typing import Any
from uuid import UUID

from community.core.web.request_context import unit_of_work
from community.meetups.actions import rsvps
from community.meetups.api import api
from community.meetups.queries import my_rsvps
from community.meetups.schemas.rsvps import RsvpAnswerSchema, RsvpSchema, StandingRsvpSchema


@api.put("/occurrences/<uuid:occurrence_id>/rsvp")
@api.arguments(RsvpAnswerSchema, example={"answer": "going"})
@api.response(200, RsvpSchema)
def put_rsvp(said: dict[str, Any], occurrence_id: UUID) -> Any:
    """Answer an occurrence. When it is full, "going" puts me on the waitlist."""
    with unit_of_work() as uow:
        rsvps.answer_occurrence(uow, occurrence_id=occurrence_id, **said)
        return my_rsvps.my_rsvp(uow, occurrence_id)


@api.put("/meetups/<uuid:meetup_id>/standing-rsvp")
@api.arguments(RsvpAnswerSchema, example={"answer": "going"})
@api.response(200, StandingRsvpSchema)
def put_standing_rsvp(said: dict[str, Any], meetup_id: UUID) -> Any:
    """Answer every upcoming occurrence of a series. My answers to single occurrences stay."""
    with unit_of_work() as uow:
        return rsvps.answer_series(uow, meetup_id=meetup_id, **said)


@api.post("/occurrences/<uuid:occurrence_id>/offer/accept")
@api.response(200, RsvpSchema)
def post_accept(occurrence_id: UUID) -> Any:
    """Take the seat that is offered to me. 410 when its time was over: it has gone to the next on the waitlist."""
    _let_go_on(occurrence_id)
    with unit_of_work() as uow:
        rsvps.accept_offer(uow, occurrence_id=occurrence_id)
        return my_rsvps.my_rsvp(uow, occurrence_id)


@api.post("/occurrences/<uuid:occurrence_id>/offer/decline")
@api.response(200, RsvpSchema)
def post_decline(occurrence_id: UUID) -> Any:
    """Pass the offered seat on to the next on the waitlist."""
    _let_go_on(occurrence_id)
    with unit_of_work() as uow:
        rsvps.decline_offer(uow, occurrence_id=occurrence_id)
        return my_rsvps.my_rsvp(uow, occurrence_id)


def _let_go_on(occurrence_id: UUID) -> None:
    """Expire lapsed offers in a transaction of their own, which stays when the following action fails."""
    with unit_of_work() as uow:
        rsvps.expire_offers(uow, occurrence_id=occurrence_id)
