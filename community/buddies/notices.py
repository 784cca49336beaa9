"""Who hears what of buddies. Nobody hears of a decline, of an expiry, or of what the other answered."""

from uuid import UUID

from sqlalchemy.orm import Session

from community.buddies.events import (
    BuddyMatched,
    BuddySuggested,
    MentorApproved,
    MentorAsked,
    PairingEnded,
    PairingFlagged,
)
from community.buddies.queries import pairings, suggestions
from community.core.subscribers import Notice, notices, still_true
from community.core.unit_of_work import utc_now
from community.members.queries import coordinators, kept_apart


@notices.on(BuddySuggested)
def tell_both(session: Session, event: BuddySuggested) -> Notice | None:
    """There is somebody for each of them to look at."""
    pair = suggestions.two_of_suggestion(session, event.suggestion_id)
    if pair is None:
        return None
    url = f"/buddy/suggestions/{event.suggestion_id}"
    return Notice(to=pair, title="A suggestion for you", url=url, subject=event.suggestion_id)


@still_true.on("buddy.suggested")
def can_still_be_answered(session: Session, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """A suggestion that was answered or is over is not mailed any more."""
    return subject is None or suggestions.waits_for(session, subject, recipient_id, now=utc_now())


@notices.on(BuddyMatched)
def tell_the_two(session: Session, event: BuddyMatched) -> Notice | None:
    """Both said yes."""
    row = pairings.pairing_row(session, event.pairing_id)
    if row is None:
        return None
    return Notice(to=(row.a_id, row.b_id), title="You both said yes", url=f"/pairings/{row.id}", subject=row.id)


@still_true.on("buddy.matched")
def go_on_together(session: Session, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """A pairing that ended, or whose two are kept apart by now, is not mailed any more."""
    row = pairings.pairing_row(session, subject) if subject else None
    if row is None:
        return subject is None
    return row.state != "ended" and row.other(recipient_id) not in kept_apart(session, recipient_id)


@notices.on(PairingEnded)
def tell_the_other(session: Session, event: PairingEnded) -> Notice | None:
    """A kind line for who did not end it; nobody hears of an end that keeping apart made."""
    row = pairings.pairing_row(session, event.pairing_id)
    if row is None or event.ended_by is None:
        return None
    other = row.other(event.ended_by)
    url = "/buddy" if event.ended_by in kept_apart(session, other) else f"/pairings/{row.id}"
    return Notice(to=[other], title="A pairing has ended", url=url)


@notices.on(PairingFlagged)
def tell_coordinators(session: Session, event: PairingFlagged) -> Notice:
    """Somebody has to look into it."""
    to = coordinators(session, now=utc_now())
    return Notice(to=to, title="Somebody asked for a coordinator", url=f"/console/buddies#{event.pairing_id}")


@notices.on(MentorAsked)
def ask_coordinators(session: Session, event: MentorAsked) -> Notice:
    """Somebody offers to be there for newcomers."""
    to = coordinators(session, now=utc_now())
    return Notice(to=to, title="Somebody offers to help", url=f"/console/buddies#{event.member_id}")


@notices.on(MentorApproved)
def tell_the_mentor(_session: Session, event: MentorApproved) -> Notice:
    """Their offer was taken up."""
    return Notice(to=[event.member_id], title="A coordinator has said yes to your offer", url="/buddy")
