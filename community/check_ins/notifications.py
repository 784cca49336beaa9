"""Notifications of check-ins."""

from uuid import UUID

from community.check_ins import access
from community.check_ins.events import (
    CheckInMissed,
    CheckInPrompted,
    CheckInRecorded,
    CheckInReminded,
    CoordinatorContactRequested,
)
from community.check_ins.queries import check_ins
from community.check_ins.rules.schedule import reminder_expires_at
from community.core.events import Priority
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind, StaffKind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators


@notify.on(
    CheckInRecorded,
    kind=Kind(label="My buddy shows me how a day was", why="It is about you and a buddy.", icon="edit", position=390),
)
def notify_buddy_of_check_in(ctx: ReadContext, event: CheckInRecorded) -> list[NotificationSpec]:
    """Notify the buddies of a member who shared a check-in with them."""
    row = access.find_check_in(ctx, event.check_in_id)
    if row is None or row.audience != "buddy" or not event.is_for("buddy"):
        return []
    title = "Your buddy shared how the day was"
    buddies = check_ins.buddies_of(ctx, row.member_id)
    return [NotificationSpec(to=[one], title=title, url=f"/pairings/{two}/check-ins") for one, two in buddies.items()]


@notify.on(
    CheckInPrompted,
    kind=Kind(
        label="How was today?",
        preview="A question waits for you",
        why="You chose when you are asked.",
        icon="edit",
        priority=Priority.TIMED,
        pushes=True,
        position=340,
    ),
)
def notify_check_in_due(ctx: ReadContext, event: CheckInPrompted) -> NotificationSpec | None:
    """Notify a member at the time that they chose."""
    row = access.schedule_of(ctx, event.member_id)
    if row is None or row.interval == "never":
        return None
    return NotificationSpec(
        to=[event.member_id],
        title="How was today?",
        url="/check-in",
        subject=event.member_id,
        subject_version=int(event.due_at.timestamp()),
        expires_at=reminder_expires_at(row.interval, event.due_at),
    )


@notify.on(
    CheckInReminded,
    kind=Kind(
        label="A gentle word when I have said nothing for a while",
        preview="We thought of you",
        why="You chose when you are asked.",
        icon="edit",
        priority=Priority.TIMED,
        mails=True,
        pushes=True,
        position=350,
    ),
)
def notify_nudge(_ctx: ReadContext, event: CheckInReminded) -> NotificationSpec:
    """Notify a member once when they have not answered for a while."""
    title, version = "We thought of you. Nothing is asked; we are here", int(event.due_at.timestamp())
    return NotificationSpec(
        to=[event.member_id], title=title, url="/check-in", subject=event.member_id, subject_version=version
    )


@notify.on(
    CheckInMissed,
    kind=Kind(
        label="My buddy is quieter than usual",
        preview="A line may do good",
        why="They wanted you to know.",
        icon="buddy",
        priority=Priority.TIMED,
        mails=True,
        position=400,
    ),
)
def notify_buddy_of_missed(ctx: ReadContext, event: CheckInMissed) -> list[NotificationSpec]:
    """Notify the buddies of a member who does not answer and allowed it, without any answer of theirs."""
    buddies = check_ins.buddies_of(ctx, event.member_id)
    return [
        NotificationSpec(
            to=[one],
            title="Your buddy has been quieter than usual. A line from you may do good",
            url=f"/pairings/{pairing_id}",
            subject=event.member_id,
            subject_version=int(event.due_at.timestamp()),
        )
        for one, pairing_id in buddies.items()
    ]


@still_true.on("check_in.prompted", "check_in.reminded")
def is_still_unanswered(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Return whether the member is still asked and has not answered since."""
    row = access.schedule_of(ctx, subject) if subject else None
    if row is None or row.interval == "never":
        return False
    return row.answered_at is None or row.answered_at.timestamp() < (version or 0)


@still_true.on("check_in.missed")
def may_still_notify_buddy(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Return whether the member has still not answered, still allows it, and the recipient is still their buddy."""
    if subject is None or not is_still_unanswered(ctx, recipient_id, subject, version):
        return False
    row = access.schedule_of(ctx, subject)
    return row is not None and row.notify_buddy and recipient_id in check_ins.buddies_of(ctx, subject)


@notify.on(
    CoordinatorContactRequested,
    kind=StaffKind(
        label="Somebody would like to hear from a coordinator",
        preview="A task is waiting",
        icon="person",
        mails=True,
        pushes=True,
        position=410,
    ),
)
def notify_coordinators(ctx: ReadContext, event: CoordinatorContactRequested) -> NotificationSpec:
    """Notify the other coordinators of a member who wants to be contacted."""
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != event.member_id]
    return NotificationSpec(
        to=to, title="Somebody would like to hear from you", url=f"/console/members/{event.member_id}"
    )
