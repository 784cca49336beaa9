"""Notifications of check-ins."""

from collections.abc import Sequence
from uuid import UUID

from community.check_ins import access
from community.check_ins.events import (
    CheckInMissed,
    CheckInPrompted,
    CheckInRecorded,
    CheckInReminded,
    CoordinatorContactRequested,
)
from community.check_ins.queries import check_ins, notified
from community.check_ins.rules.schedule import reminder_expires_at
from community.core.events import Priority
from community.core.kind_registries import audiences, still_true
from community.core.outbox.notification_kinds import ANSWER_TODAY, Kind, StaffKind
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    texts_about,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators
from community.members.queries.blocks import visible_handles
from community.members.queries.people import handles_for_staff


@notify.on(
    CheckInRecorded,
    kind=Kind(
        label="My buddy shares a check-in with me",
        staff_label="A check-in shared with a buddy",
        why="It’s about you and your buddy.",
        icon="edit",
        position=390,
        preview="Someone shared something with you",
        section="care",
        audience="buddies",
    ),
)
def notify_buddy_of_check_in(ctx: ReadContext, event: CheckInRecorded) -> list[NotificationSpec]:
    """Notify the buddies of a member who shared a check-in with them."""
    row = access.find_check_in(ctx, event.check_in_id)
    if row is None or row.audience != "buddy" or not event.is_for("buddy"):
        return []
    title = "Your buddy shared a check-in with you"
    buddies = check_ins.buddies_of(ctx, row.member_id)
    return [NotificationSpec(to=[one], title=title, url=f"/pairings/{two}/check-ins") for one, two in buddies.items()]


@notify.on(
    CheckInPrompted,
    kind=Kind(
        label="A check-in question at the time I chose",
        staff_label="A check-in question at the time the member chose",
        preview="A question for you",
        why="You chose when we ask.",
        icon="edit",
        priority=Priority.TIMED,
        pushes=True,
        position=340,
        section="care",
        is_requested=True,
        audience="check_in_schedules",
    ),
)
def notify_check_in_due(ctx: ReadContext, event: CheckInPrompted) -> NotificationSpec | None:
    """Notify a member at the time that they chose."""
    row = access.schedule_of(ctx, event.member_id)
    if row is None or row.interval == "never":
        return None
    return NotificationSpec(
        to=[event.member_id],
        title="How are you?",
        url="/check-in",
        subject=event.member_id,
        subject_version=int(event.due_at.timestamp()),
        expires_at=reminder_expires_at(row.interval, event.due_at),
    )


@notify.on(
    CheckInReminded,
    kind=Kind(
        label="A gentle note when I haven’t checked in for a while",
        staff_label="A gentle note to a member who hasn’t checked in",
        preview="How are you? No need to answer",
        why="You chose when we ask.",
        icon="edit",
        priority=Priority.TIMED,
        mails=True,
        pushes=True,
        position=350,
        section="care",
        audience="check_in_schedules",
    ),
)
def notify_nudge(_ctx: ReadContext, event: CheckInReminded) -> NotificationSpec:
    """Notify a member once when they have not answered for a while."""
    title, version = "How are you? No need to answer", int(event.due_at.timestamp())
    return NotificationSpec(
        to=[event.member_id], title=title, url="/check-in", subject=event.member_id, subject_version=version
    )


@notify.on(
    CheckInMissed,
    kind=Kind(
        label="My buddy hasn’t checked in for a while",
        staff_label="A note to the buddy of someone who hasn’t checked in",
        preview="Maybe send a quick hello",
        why="They wanted you to know.",
        icon="buddy",
        priority=Priority.TIMED,
        mails=True,
        position=400,
        section="care",
        audience="buddies",
    ),
)
def notify_buddy_of_missed(ctx: ReadContext, event: CheckInMissed) -> list[NotificationSpec]:
    """Notify the buddies of a member who does not answer and allowed it, without any answer of theirs."""
    buddies = check_ins.buddies_of(ctx, event.member_id)
    return [
        NotificationSpec(
            to=[one],
            title="Your buddy has been quieter than usual",
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
        label="A member would like to talk to a coordinator",
        preview="A task needs you",
        icon="person",
        mails=True,
        pushes=True,
        position=410,
        subject=ANSWER_TODAY,
    ),
)
def notify_coordinators(ctx: ReadContext, event: CoordinatorContactRequested) -> NotificationSpec:
    """Notify the other coordinators of a member who wants to be contacted."""
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != event.member_id]
    return NotificationSpec(
        to=to, title="A member would like to talk to you", url=f"/console/members/{event.member_id}/write?about=contact"
    )


@notification_texts.on("coordinator_contact.requested")
def contact_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who would like to talk to a coordinator."""
    names = handles_for_staff(ctx, fact_ids(stored, "member_id"))
    return texts_about(
        stored, "member_id", names, lambda _, name: NotificationText(f"{named(name)} would like to talk to you")
    )


@notification_texts.on("check_in.recorded")
def shared_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return which buddy shared a check-in, as long as it is shared and they are buddies."""
    authors = notified.authors_of_shared(ctx, fact_ids(stored, "check_in_id"))
    names = visible_handles(ctx, authors.values())
    found = {check_in_id: names[one] for check_in_id, one in authors.items() if one in names}
    return texts_about(
        stored, "check_in_id", found, lambda _, name: NotificationText(f"{named(name)} shared a check-in with you")
    )


@notification_texts.on("check_in.prompted", "check_in.reminded")
def question_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return which questions the member has answered since."""
    row = access.schedule_of(ctx, ctx.actor.id)
    answered = row.answered_at.timestamp() if row and row.answered_at else 0
    return {one.id: NotificationText(one.title, is_ended=answered >= (one.subject_version or 0)) for one in stored}


@notification_texts.on("check_in.missed")
def missed_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return which buddy is quieter than usual, as long as they allow it and have not checked in since."""
    answered = notified.answer_times_of_buddies(ctx, fact_ids(stored, "member_id"))
    names = visible_handles(ctx, answered)
    texts = {}
    for one in stored:
        member_id = one.fact("member_id")
        if member_id in names:
            is_over = answered[member_id] >= (one.subject_version or 0)
            title = f"{named(names[member_id])} has been quieter than usual"
            texts[one.id] = NotificationText(title, "Maybe send a quick hello.", is_ended=is_over)
    return texts


@audiences.on("check_in_schedules")
def is_asked_to_check_in(ctx: ReadContext) -> bool:
    """Return whether the actor chose to be asked."""
    row = access.own_schedule(ctx)
    return row is not None and row.interval != "never"
