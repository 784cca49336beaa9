"""Who hears what of buddies. Nobody hears of a decline, of an expiry, or of what the other answered."""

from dataclasses import replace
from uuid import UUID

from community.buddies.access import stand_ins as stand_ins_access
from community.buddies.events import (
    BuddiesAsked,
    BuddyMatched,
    BuddyPrompted,
    BuddySuggested,
    MentorApproved,
    MentorAsked,
    PairingEnded,
    PairingFlagged,
    PhonesShared,
    StandInClaimed,
    StandInOffered,
    StandInWanted,
    SuggestionSuperseded,
)
from community.buddies.queries import pairings, profiles, stand_ins, suggestions
from community.buddies.rules import SUGGESTION_REMINDED
from community.core.kind_registries import still_true
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators
from community.members.queries.blocks import blocked_ids


@notify.on(BuddySuggested)
def tell_both(ctx: ReadContext, event: BuddySuggested) -> list[NotificationSpec]:
    """There is somebody for each of them to look at; one reminder later. Not on a quiet day."""
    row = suggestions.row(ctx.session, event.suggestion_id)
    if row is None:
        return []
    url, now = f"/buddy/suggestions/{row.id}", ctx.now
    told = []
    for member_id in (row.a_id, row.b_id):
        held = profiles.quiet_until_of(ctx.session, member_id, now=now)
        first = NotificationSpec(to=[member_id], title="A suggestion for you", url=url, subject=row.id, due_at=held)
        reminded_at = max(row.created_at + SUGGESTION_REMINDED, held or now)
        again = replace(first, title="A suggestion waits for you", kind="buddy.reminded", due_at=reminded_at)
        told += [first, again]
    return told


@still_true.on("buddy.reminded")
def was_not_answered(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Who has answered, or for whom it is over, is not reminded."""
    return subject is not None and suggestions.is_unanswered(ctx.session, subject, recipient_id, now=ctx.now)


@notify.on(SuggestionSuperseded)
def tell_kindly(_look: ReadContext, event: SuggestionSuperseded) -> NotificationSpec:
    """One of the two has found somebody; there will be somebody else."""
    url = f"/buddy/suggestions/{event.suggestion_id}"
    return NotificationSpec(to=[event.member_id], title="We look for somebody else for you", url=url)


@still_true.on("buddy.suggested")
def can_still_be_answered(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """A suggestion that was answered or is over is not mailed any more."""
    return subject is None or suggestions.waits_for(ctx.session, subject, recipient_id, now=ctx.now)


@notify.on(BuddyMatched)
def tell_the_two(ctx: ReadContext, event: BuddyMatched) -> NotificationSpec | None:
    """Both said yes."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None:
        return None
    return NotificationSpec(
        to=(row.a_id, row.b_id), title="You both said yes", url=f"/pairings/{row.id}", subject=row.id
    )


@still_true.on("buddy.matched")
def go_on_together(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """A pairing that ended, or whose two are kept apart by now, is not mailed any more."""
    row = pairings.pairing_row(ctx.session, subject) if subject else None
    if row is None:
        return subject is None
    return row.state == "active" and row.other(recipient_id) not in blocked_ids(ctx.session, recipient_id)


@notify.on(PairingEnded)
def tell_the_other(ctx: ReadContext, event: PairingEnded) -> NotificationSpec | None:
    """A kind line for who did not end it, for both when it came of what they were asked; else nobody is told."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None or (event.ended_by is None and not event.asked):
        return None
    if event.ended_by is None:
        return NotificationSpec(to=[row.a_id, row.b_id], title="A pairing has ended", url=f"/pairings/{row.id}")
    other = row.other(event.ended_by)
    url = "/buddy" if event.ended_by in blocked_ids(ctx.session, other) else f"/pairings/{row.id}"
    return NotificationSpec(to=[other], title="A pairing has ended", url=url)


@notify.on(BuddyPrompted)
def remind_of_a_line(ctx: ReadContext, event: BuddyPrompted) -> NotificationSpec | None:
    """A line is enough; on a quiet day it waits for the next."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None:
        return None
    return NotificationSpec(
        to=[event.member_id],
        title="A line to your buddy is enough",
        url=f"/pairings/{row.id}",
        subject=row.id,
        subject_version=event.beat,
        due_at=profiles.quiet_until_of(ctx.session, event.member_id, now=ctx.now),
    )


@notify.on(BuddiesAsked)
def ask_each(ctx: ReadContext, event: BuddiesAsked) -> list[NotificationSpec]:
    """Each of the two, in private."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None:
        return []
    now = ctx.now
    return [
        NotificationSpec(
            to=[member_id],
            title="How is it going, the two of you?",
            url=f"/pairings/{row.id}",
            subject=row.id,
            subject_version=int((row.asked_at or now).timestamp()),
            due_at=profiles.quiet_until_of(ctx.session, member_id, now=now),
        )
        for member_id in (row.a_id, row.b_id)
    ]


@still_true.on("pairing.prompted", "pairing.asked")
def is_still_asked(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool | str:
    """A pairing that ended or takes a break, or whose two are kept apart, is not mailed of."""
    return go_on_together(ctx, recipient_id, subject, version)


@notify.on(PhonesShared)
def tell_of_numbers(ctx: ReadContext, event: PhonesShared) -> NotificationSpec | None:
    """Both numbers are there to see."""
    row = pairings.pairing_row(ctx.session, event.pairing_id)
    if row is None:
        return None
    return NotificationSpec(to=(row.a_id, row.b_id), title="You both share your number", url=f"/pairings/{row.id}")


@notify.on(StandInOffered)
def tell_who_is_waiting(ctx: ReadContext, event: StandInOffered) -> NotificationSpec | None:
    """Their buddy cannot today; they may have somebody else."""
    row = stand_ins.row(ctx.session, event.stand_in_id)
    if row is None:
        return None
    return NotificationSpec(to=[row.member_id], title="Your buddy cannot today", url=f"/pairings/{row.pairing_id}")


@notify.on(StandInWanted)
def ask_who_could(ctx: ReadContext, event: StandInWanted) -> NotificationSpec | None:
    """Everybody who offers such days and fits."""
    row = stand_ins.row(ctx.session, event.stand_in_id)
    if row is None or row.state != "wanted":
        return None
    to = stand_ins_access.asked_to_stand_in(ctx, row)
    return NotificationSpec(
        to=to, title="Could you be there for somebody today?", url=f"/buddy/days/{row.id}", subject=row.id
    )


@still_true.on("standin.wanted")
def is_still_wanted(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Nobody is asked for what somebody else does already."""
    row = stand_ins.row(ctx.session, subject) if subject else None
    return row is not None and row.state == "wanted"


@notify.on(StandInClaimed)
def tell_who_wanted(ctx: ReadContext, event: StandInClaimed) -> NotificationSpec | None:
    """Somebody is there for them today."""
    row = stand_ins.row(ctx.session, event.stand_in_id)
    if row is None or row.room_id is None:
        return None
    return NotificationSpec(to=[row.member_id], title="Somebody is there for you today", url=f"/rooms/{row.room_id}")


@notify.on(PairingFlagged)
def tell_coordinators(ctx: ReadContext, event: PairingFlagged) -> NotificationSpec:
    """Somebody has to look into it."""
    to = coordinators(ctx.session, now=ctx.now)
    return NotificationSpec(to=to, title="Somebody asked for a coordinator", url=f"/console/buddies#{event.pairing_id}")


@notify.on(MentorAsked)
def ask_coordinators(ctx: ReadContext, event: MentorAsked) -> NotificationSpec:
    """Somebody offers to be there for newcomers."""
    to = coordinators(ctx.session, now=ctx.now)
    return NotificationSpec(to=to, title="Somebody offers to help", url=f"/console/buddies#{event.member_id}")


@notify.on(MentorApproved)
def tell_the_mentor(_look: ReadContext, event: MentorApproved) -> NotificationSpec:
    """Their offer was taken up."""
    return NotificationSpec(to=[event.member_id], title="A coordinator has said yes to your offer", url="/buddy")
