"""Notifications of inactivity."""

from collections.abc import Sequence
from uuid import UUID

from community.check_ins.queries import check_ins
from community.core.events import Priority
from community.core.kind_registries import audiences, still_true
from community.core.outbox.notification_kinds import Kind, declare_kind
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
from community.inactivity import access, rules
from community.inactivity.events import InactivityDetected
from community.members.queries.blocks import visible_handles

declare_kind(
    "inactivity.shared",
    Kind(
        label="My buddy is here less than usual for weeks",
        staff_label="A note to the buddy of someone who is here less",
        preview="Maybe send a quick hello",
        why="They wanted you to know.",
        icon="buddy",
        priority=Priority.TIMED,
        mails=True,
        position=370,
        section="care",
        audience="buddies",
    ),
)


@notify.on(
    InactivityDetected,
    kind=Kind(
        label="I’m here less than usual for weeks",
        staff_label="A note to a member who is here less",
        preview="A question for you. No need to answer",
        why="You asked us to notice.",
        icon="moon",
        priority=Priority.TIMED,
        mails=True,
        position=360,
        section="care",
        audience="inactivity_watches",
    ),
)
def notify_inactivity(ctx: ReadContext, event: InactivityDetected) -> list[NotificationSpec]:
    """Notify the member first, later their buddy if they allow it. Coordinators get a task."""
    row = access.watch_of(ctx, event.member_id)
    if row is None or row.inactive_since is None or event.level > rules.BUDDY:
        return []
    who, first = event.member_id, row.inactive_since.toordinal()
    if event.level == rules.MEMBER:
        title = "You’ve been quieter than usual. How are you?"
        return [NotificationSpec(to=[who], title=title, url="/quiet", subject=who, subject_version=first)]
    title = "Your buddy has been quieter than usual"
    buddies = check_ins.buddies_of(ctx, who)
    return [
        NotificationSpec(
            to=[one], title=title, url=f"/pairings/{two}", kind="inactivity.shared", subject=who, subject_version=first
        )
        for one, two in buddies.items()
    ]


@still_true.on("inactivity.detected", "inactivity.shared")
def is_still_inactive(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether the inactivity goes on and the recipient is still allowed to hear of it."""
    row = access.watch_of(ctx, subject) if subject else None
    if row is None or not row.escalation_level:
        return False
    if recipient_id == row.member_id:
        return True
    return row.notify_buddy and recipient_id in check_ins.buddies_of(ctx, row.member_id)


@notification_texts.on("inactivity.shared")
def shared_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return which buddy is quieter than usual, as long as they allow it."""
    buddies = check_ins.buddies_of(ctx, ctx.actor.id)
    watches = access.watches_shared_with_buddies(ctx, fact_ids(stored, "member_id") & set(buddies))
    names = visible_handles(ctx, watches)
    found = {
        one: NotificationText(_quiet(name), "Maybe send a quick hello.", not watches[one])
        for one, name in names.items()
    }
    return texts_about(stored, "member_id", found, lambda _, text: text)


def _quiet(name: str) -> str:
    return f"{named(name)} has been quieter than usual for a while"


@audiences.on("inactivity_watches")
def is_watched(ctx: ReadContext) -> bool:
    """Return whether the actor asked us to notice when they go quiet."""
    return access.own_watch(ctx) is not None
