"""RSVPs without scripts: to an occurrence, to a series, to an offered seat."""

from uuid import UUID

from flask import flash, redirect

from community.core.web.flashes import flash_with_undo
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.meetups.actions import rsvps
from community.meetups.pages import pages, redirect_to_occurrence, refuse, submit
from community.meetups.queries import my_rsvps
from community.meetups.rules.rsvps import RsvpAnswer, RsvpState
from community.meetups.schemas.rsvps import RsvpAnswerSchema

SAID: dict[str, str] = {
    RsvpState.GOING: "You’re going.",
    RsvpState.WAITLISTED: "You’re on the waiting list. If a seat becomes free, it’s yours and we’ll tell you.",
    RsvpState.MAYBE: "You said maybe.",
    RsvpState.DECLINED: "You’re not going.",
}
SAID_OF_ALL: dict[str, str] = {
    RsvpAnswer.GOING: "You’re going every time. You can still skip one.",
    RsvpAnswer.MAYBE: "You said maybe, every time.",
    RsvpAnswer.DECLINED: "We’ll ask you each time.",
}


@pages.post("/occurrences/<uuid:occurrence_id>/rsvp")
def answer(occurrence_id: UUID) -> PageResponse:
    """Answer an occurrence. The answer before it can be restored, unless someone on the waiting list has the seat."""
    form = Form(RsvpAnswerSchema())
    with read_context() as ctx:
        before = my_rsvps.restorable_answer(ctx, occurrence_id)
    if not form.submit(rsvps.answer_occurrence, occurrence_id=occurrence_id):
        refuse(form)
    elif before is None or before == form.result.state:
        flash(SAID[form.result.state])
    else:
        flash_with_undo(SAID[form.result.state], f"/occurrences/{occurrence_id}/rsvp", answer=before)
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
    done = "Thanks for telling us. We’ll ask the next person."
    submit(Form(), rsvps.decline_offer, occurrence_id=occurrence_id, done=done)
    return redirect_to_occurrence(occurrence_id)


def _let_go_on(occurrence_id: UUID) -> None:
    """Expire lapsed offers in a transaction of their own, which stays when the following action fails."""
    with unit_of_work() as uow:
        rsvps.expire_offers(uow, occurrence_id=occurrence_id)
