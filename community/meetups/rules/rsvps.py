"""States of an RSVP, the answers a member may give, and the state that an answer leads to."""

from enum import StrEnum


class RsvpAnswer(StrEnum):
    """An answer that a member may give to an occurrence or to a whole series."""

    GOING = "going"
    MAYBE = "maybe"
    DECLINED = "declined"


class RsvpState(StrEnum):
    """A state of a stored RSVP: an answer, a place on the waitlist, an offered seat, or a withdrawal."""

    GOING = "going"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    MAYBE = "maybe"
    DECLINED = "declined"
    CANCELLED = "cancelled"


ON_WAITLIST = (RsvpState.WAITLISTED, RsvpState.OFFERED)
HAS_PLACE = (RsvpState.GOING, *ON_WAITLIST)
WANTS_TO_COME = (*HAS_PLACE, RsvpState.MAYBE)
SHOWN = (*WANTS_TO_COME, RsvpState.DECLINED)


def state_after(answer: RsvpAnswer, *, before: str | None, left: int | None) -> RsvpState:
    """Return the state that an answer leads to, given the state before it and the free seats (None: no limit).

    A member who has a seat, or is offered one, has it when they answer "going" again. A member on the waitlist takes a
    free seat: one is free only when no one before them wanted it, or in the last minutes before the start.
    """
    if answer is not RsvpAnswer.GOING:
        return RsvpState(answer)
    if before in (RsvpState.GOING, RsvpState.OFFERED):
        return RsvpState.GOING
    return RsvpState.WAITLISTED if left == 0 else RsvpState.GOING
