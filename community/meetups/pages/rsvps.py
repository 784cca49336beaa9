"""RSVPs without scripts: to an occurrence, to a series, to an offered seat."""

from uuid import UUID

from flask import redirect

from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import unit_of_work
from community.meetups.actions import rsvps
from community.meetups.pages import pages, redirect_to_occurrence, submit
from community.meetups.rules.rsvps import RsvpAnswer, RsvpState
from community.meetups.schemas import RsvpAnswerSchema

SAID: dict[str, str] = {
    RsvpState.GOING: "You are going. Your answer is saved.",
    RsvpState.WAITLISTED: "You are in line. When a seat comes free it is yours, and we tell you.",
    RsvpState.MAYBE: "Saved as maybe.",
    RsvpState.DECLINED: "Saved. You are not going.",
}
SAID_OF_ALL: dict[str, str] = {
    RsvpAnswer.GOING: "You are going every time. You can still skip one.",
    RsvpAnswer.MAYBE: "Saved as maybe, every time.",
    RsvpAnswer.DECLINED: "Saved. You come only to what you say yes to.",
}


@pages.post("/occurrences/<uuid:occurrence_id>/rsvp")
def answer(occurrence_id: UUID) -> PageResponse:
    """Answer an occurrence."""
    form = Form(RsvpAnswerSchema())
    submit(form, rsvps.answer_occurrence, occurrence_id=occurrence_id, done=lambda rsvp: SAID[rsvp.state])
    return redirect_to_occurrence(occurrence_id)


@pages.post("/meetups/<uuid:meetup_id>/standing-rsvp")
def answer_series(meetup_id: UUID) -> PageResponse:
    """Answer every upcoming occurrence."""
    form = Form(RsvpAnswerSchema())
    submit(form, rsvps.answer_series, meetup_id=meetup_id, done=lambda standing: SAID_OF_ALL[standing.answer])
    return redirect(f"/meetups/{meetup_id}", code=303)


@pages.post("/occurrences/<uuid:occurrence_id>/offer/accept")
def accept(occurrence_id: UUID) -> PageResponse:
    """Take the offered seat."""
    _let_go_on(occurrence_id)
    submit(Form(), rsvps.accept_offer, occurrence_id=occurrence_id, done=lambda rsvp: SAID[rsvp.state])
    return redirect_to_occurrence(occurrence_id)


@pages.post("/occurrences/<uuid:occurrence_id>/offer/decline")
def decline(occurrence_id: UUID) -> PageResponse:
    """Pass the offered seat on."""
    _let_go_on(occurrence_id)
    done = "Passed on. The next in line is asked."
    submit(Form(), rsvps.decline_offer, occurrence_id=occurrence_id, done=done)
    return redirect_to_occurrence(occurrence_id)


def _let_go_on(occurrence_id: UUID) -> None:
    """Expire lapsed offers in a transaction of their own, which stays when the following action fails."""
    with unit_of_work() as uow:
        rsvps.expire_offers(uow, occurrence_id=occurrence_id)
