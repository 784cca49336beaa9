"""Notifications of shifts."""

from collections.abc import Iterator

from community.core.events import Priority
from community.core.outbox.notification_kinds import StaffKind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators
from community.shifts import access, queries
from community.shifts.events import HandoverDue, ShiftChanged


@notify.on(ShiftChanged, kind=StaffKind(label="A shift changes hands", icon="repeat", mails=True, position=650))
def notify_shift_change(ctx: ReadContext, event: ShiftChanged) -> NotificationSpec | None:
    """Notify the other coordinators of an offered shift, and the previous coordinator of a taken one."""
    row = access.find_shift(ctx, event.shift_id)
    if row is None:
        return None
    if event.taken_from is not None:
        return NotificationSpec(to=[event.taken_from], title="Somebody took your shift", url="/console/shifts")
    if not event.offered or row.offered_at is None:
        return None
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != row.member_id]
    return NotificationSpec(to=to, title="A shift is free to take", url="/console/shifts")


declare_kind(
    "shift.next",
    StaffKind(label="My shift begins soon", icon="clock", priority=Priority.TIMED, pushes=True, position=670),
)


@notify.on(HandoverDue, kind=StaffKind(label="My shift ends soon", icon="clock", priority=Priority.TIMED, position=660))
def notify_handover(ctx: ReadContext, event: HandoverDue) -> Iterator[NotificationSpec]:
    """Notify the coordinator on shift and the next ones, once and in the same words whatever is open."""
    row = access.find_shift(ctx, event.shift_id)
    if row is None or row.handed_over_at is not None:
        return
    url = "/console/shifts#hand-over"
    yield NotificationSpec(to=[row.member_id], title="Your shift ends soon. Leave notes for the next one", url=url)
    nexts = [one for one in queries.next_on_shift(ctx.session, row) if one != row.member_id]
    yield NotificationSpec(to=nexts, title="You are next on shift. See what is open", url=url, kind="shift.next")
