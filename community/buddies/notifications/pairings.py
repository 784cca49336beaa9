"""Notifications of pairings, and of members who offer to help newcomers."""

from uuid import UUID

from community.buddies.events import (
    BuddyMatched,
    MentorApplied,
    MentorApproved,
    PairingEnded,
    PairingSafetyFlagged,
    PhonesShared,
    PromptSent,
    ReviewRequested,
)
from community.buddies.queries import pairings, profiles
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import ANSWER_THIS_WEEK, ANSWER_TODAY, Kind, StaffKind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators
from community.members.queries.blocks import blocked_ids

WHY_PAIRED = "It’s about you and your buddy."


@notify.on(
    BuddyMatched,
    kind=Kind(
        label="I have a new buddy",
        staff_label="Two members are buddies now",
        preview="You have a new contact",
        why=WHY_PAIRED,
        icon="buddy",
        mails=True,
        pushes=True,
        position=210,
        section="buddy",
        audience="buddy_seekers",
    ),
)
def notify_both(ctx: ReadContext, event: BuddyMatched) -> NotificationSpec | None:
    """Notify both that they are buddies."""
    row = pairings.pair(ctx.session, event.pairing_id)
    if row is None:
        return None
    return NotificationSpec(
        to=(row.a_id, row.b_id), title="You have a new buddy", url=f"/pairings/{row.id}", subject=row.id
    )


@still_true.on("buddy.matched")
def go_on_together(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether a mail is still true: the pairing goes on, and the two are not blocked."""
    row = pairings.pair(ctx.session, subject) if subject else None
    if row is None:
        return subject is None
    return row.state == "active" and row.other(recipient_id) not in blocked_ids(ctx.session, recipient_id)


@notify.on(
    PairingEnded,
    kind=Kind(
        label="Someone and I are no longer buddies",
        staff_label="Two members are no longer buddies",
        why=WHY_PAIRED,
        icon="buddy",
        position=300,
        preview="Something changed",
        section="buddy",
        audience="buddies",
    ),
)
def notify_other(ctx: ReadContext, event: PairingEnded) -> NotificationSpec | None:
    """Notify the member who did not end a pairing, or both when a private review ended it."""
    row = pairings.pair(ctx.session, event.pairing_id)
    if row is None or (event.ended_by is None and not event.asked):
        return None
    if event.ended_by is None:
        return NotificationSpec(to=[row.a_id, row.b_id], title="You’re no longer buddies", url=f"/pairings/{row.id}")
    other = row.other(event.ended_by)
    url = "/buddy" if event.ended_by in blocked_ids(ctx.session, other) else f"/pairings/{row.id}"
    return NotificationSpec(to=[other], title="You’re no longer buddies", url=url)


@notify.on(
    PromptSent,
    kind=Kind(
        label="It’s my turn to say hello to my buddy",
        staff_label="A member’s turn to say hello to their buddy",
        why=WHY_PAIRED,
        icon="buddy",
        position=240,
        preview="Maybe send a quick hello",
        section="buddy",
        audience="buddies",
    ),
)
def remind_of_a_line(ctx: ReadContext, event: PromptSent) -> NotificationSpec | None:
    """Prompt a member that a short message is enough. On a quiet day it waits for the next."""
    row = pairings.pair(ctx.session, event.pairing_id)
    if row is None:
        return None
    return NotificationSpec(
        to=[event.member_id],
        title="Maybe send your buddy a quick hello",
        url=f"/pairings/{row.id}",
        subject=row.id,
        subject_version=event.prompt_number,
        due_at=profiles.quiet_until_of(ctx.session, event.member_id, now=ctx.now),
    )


@notify.on(
    ReviewRequested,
    kind=Kind(
        label="A question about how it’s going with my buddy",
        staff_label="A question about how it’s going with a buddy",
        why=WHY_PAIRED,
        icon="buddy",
        mails=True,
        position=250,
        preview="One question for you",
        section="buddy",
        audience="buddies",
    ),
)
def ask_each(ctx: ReadContext, event: ReviewRequested) -> list[NotificationSpec]:
    """Ask each of the two in private."""
    row = pairings.pair(ctx.session, event.pairing_id)
    if row is None:
        return []
    now = ctx.now
    return [
        NotificationSpec(
            to=[member_id],
            title="How is it going with your buddy?",
            url=f"/pairings/{row.id}",
            subject=row.id,
            subject_version=int((row.review_requested_at or now).timestamp()),
            due_at=profiles.quiet_until_of(ctx.session, member_id, now=now),
        )
        for member_id in (row.a_id, row.b_id)
    ]


@still_true.on("pairing.prompt_sent", "pairing.review_requested")
def is_still_asked(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool | str:
    """Return whether a mail is still true: the pairing neither ended nor pauses, and the two are not blocked."""
    return go_on_together(ctx, recipient_id, subject, version)


@notify.on(
    PhonesShared,
    kind=Kind(
        label="My buddy and I can see each other’s phone number",
        staff_label="Buddies can see each other’s phone number",
        why=WHY_PAIRED,
        icon="buddy",
        position=260,
        preview="You can see each other’s phone number",
        section="buddy",
        audience="buddies",
    ),
)
def notify_of_numbers(ctx: ReadContext, event: PhonesShared) -> NotificationSpec | None:
    """Notify both that the other's number can be seen."""
    row = pairings.pair(ctx.session, event.pairing_id)
    if row is None:
        return None
    return NotificationSpec(
        to=(row.a_id, row.b_id), title="You can see each other’s phone number", url=f"/pairings/{row.id}"
    )


@notify.on(
    PairingSafetyFlagged,
    kind=StaffKind(
        label="A member says that they don’t feel safe with their buddy",
        preview="A task needs you",
        icon="flag",
        mails=True,
        pushes=True,
        position=310,
        subject=ANSWER_TODAY,
    ),
)
def notify_coordinators(ctx: ReadContext, event: PairingSafetyFlagged) -> NotificationSpec:
    """Notify coordinators that a pairing has to be reviewed."""
    to = coordinators(ctx.session, now=ctx.now)
    return NotificationSpec(
        to=to, title="A member doesn’t feel safe with their buddy", url=f"/console/buddies#{event.pairing_id}"
    )


@notify.on(
    MentorApplied,
    kind=StaffKind(
        label="A member offers to support someone new",
        icon="buddy",
        position=320,
        preview="A task needs you",
        subject=ANSWER_THIS_WEEK,
    ),
)
def ask_coordinators(ctx: ReadContext, event: MentorApplied) -> NotificationSpec:
    """Notify coordinators that a member wants to be a mentor."""
    to = coordinators(ctx.session, now=ctx.now)
    return NotificationSpec(
        to=to, title="A member offers to support someone new", url=f"/console/buddies#{event.member_id}"
    )


@notify.on(
    MentorApproved,
    kind=Kind(
        label="A coordinator approves my offer to support someone new",
        staff_label="An offer to support someone new is approved",
        why="You offered to help.",
        icon="buddy",
        mails=True,
        position=330,
        preview="Your offer was approved",
        section="buddy",
        audience="mentors",
    ),
)
def notify_mentor(_ctx: ReadContext, event: MentorApproved) -> NotificationSpec:
    """Notify a mentor of their approval."""
    return NotificationSpec(
        to=[event.member_id], title="A coordinator approved your offer to support someone new", url="/buddy"
    )
