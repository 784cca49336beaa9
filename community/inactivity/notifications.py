"""Notifications of inactivity."""

from uuid import UUID

from community.check_ins.queries import check_ins
from community.core.events import Priority
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.inactivity import access, rules
from community.inactivity.events import InactivityDetected

declare_kind(
    "inactivity.shared",
    Kind(
        label="My buddy is quieter than usual for weeks",
        preview="A line may do good",
        why="They wanted you to know.",
        icon="buddy",
        priority=Priority.TIMED,
        mails=True,
        position=370,
    ),
)


@notify.on(
    InactivityDetected,
    kind=Kind(
        label="I am quieter than usual",
        preview="We thought of you",
        why="You wanted it noticed.",
        icon="moon",
        priority=Priority.TIMED,
        mails=True,
        position=360,
    ),
)
def notify_inactivity(ctx: ReadContext, event: InactivityDetected) -> list[NotificationSpec]:
    """Notify the member first, later their buddy if they allow it. Coordinators get a task."""
    row = access.watch_of(ctx, event.member_id)
    if row is None or row.inactive_since is None or event.level > rules.BUDDY:
        return []
    who, first = event.member_id, row.inactive_since.toordinal()
    if event.level == rules.MEMBER:
        title = "You have been quieter here than usual. How are you?"
        return [NotificationSpec(to=[who], title=title, url="/quiet", subject=who, subject_version=first)]
    title = "Your buddy has been quieter than usual. A line from you may do good"
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
