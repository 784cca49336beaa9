"""Notifications of shifts."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from community.core.events import Priority
from community.core.outbox.notification_kinds import StaffKind, declare_kind
from community.core.outbox.notification_texts import (
    NotificationText,
    StoredNotification,
    fact_ids,
    named,
    notification_texts,
    short_time,
    texts_about,
)
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators
from community.shifts import access, queries
from community.shifts.events import HandoverDue, ShiftChanged
from community.shifts.queries import ShiftView


@notify.on(
    ShiftChanged,
    kind=StaffKind(
        label="A shift is offered or taken",
        icon="repeat",
        mails=True,
        position=650,
        preview="A shift changed",
        subject="About your shifts",
    ),
)
def notify_shift_change(ctx: ReadContext, event: ShiftChanged) -> NotificationSpec | None:
    """Notify the other coordinators of an offered shift, and the previous coordinator of a taken one."""
    row = access.find_shift(ctx, event.shift_id)
    if row is None:
        return None
    if event.taken_from is not None:
        return NotificationSpec(to=[event.taken_from], title="Someone took your shift", url="/console/shifts")
    if not event.offered or row.offered_at is None:
        return None
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != row.member_id]
    return NotificationSpec(to=to, title="A shift is open", url="/console/shifts")


declare_kind(
    "shift.next",
    StaffKind(
        label="My shift starts soon",
        staff_label="A shift starts soon",
        icon="clock",
        priority=Priority.TIMED,
        pushes=True,
        position=670,
        preview="Your shift starts soon",
        subject="About your shifts",
    ),
)


@notify.on(
    HandoverDue,
    kind=StaffKind(
        label="My shift ends soon",
        staff_label="A shift ends soon",
        icon="clock",
        priority=Priority.TIMED,
        position=660,
        preview="Your shift ends soon",
        subject="About your shifts",
    ),
)
def notify_handover(ctx: ReadContext, event: HandoverDue) -> Iterator[NotificationSpec]:
    """Notify the coordinator on shift and the next ones, once and in the same words whatever is open."""
    row = access.find_shift(ctx, event.shift_id)
    if row is None or row.handed_over_at is not None:
        return
    url = "/console/shifts#hand-over"
    yield NotificationSpec(to=[row.member_id], title="Your shift ends soon. Please write handover notes", url=url)
    nexts = [one for one in queries.next_on_shift(ctx.session, row) if one != row.member_id]
    yield NotificationSpec(to=nexts, title="Your shift starts soon. See what’s open", url=url, kind="shift.next")


@notification_texts.on("shift.changed")
def shift_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return who took a shift, or which one is open, for those who take shifts."""
    if not ctx.actor.may(Permission.TAKE_SHIFTS):
        return {}
    found = {one.id: one for one in queries.shifts_by_id(ctx, fact_ids(stored, "shift_id"))}

    def say(one: StoredNotification, shift: ShiftView) -> NotificationText:
        when = short_time(shift.starts_at, ctx.actor.time_zone)
        if one.facts.get("taken_from"):
            return NotificationText(f"{named(shift.handle)} took your shift", when)
        return NotificationText(one.title, when, is_ended=not shift.is_offered)

    return texts_about(stored, "shift_id", found, say)
