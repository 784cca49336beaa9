"""Notifications of reach-outs."""

from uuid import UUID

from community.core.events import Priority
from community.core.kind_registries import still_true
from community.core.outbox.notification_kinds import Kind, StaffKind, declare_kind
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import ReadContext
from community.reach_outs.access import reach_outs as access
from community.reach_outs.events import (
    ReachOutAnswered,
    ReachOutClaimed,
    ReachOutClosed,
    ReachOutResumed,
    ReachOutUnanswered,
    RespondersNotified,
)
from community.reach_outs.queries import reach_outs

WHY_ASKED = "You asked for somebody."

declare_kind(
    "reach_out.waiting",
    StaffKind(
        label="Somebody waits for a coordinator",
        preview="A task is waiting",
        icon="lamp",
        mails=True,
        pushes=True,
        can_wait=False,
        position=530,
    ),
)


@notify.on(
    RespondersNotified,
    kind=Kind(
        label="Somebody could use me now",
        preview="Somebody could use you now",
        why="You are their buddy, on call, or said that you are free.",
        icon="lamp",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        can_wait=False,
        position=520,
    ),
)
def notify_responders(ctx: ReadContext, event: RespondersNotified) -> NotificationSpec | None:
    """Notify the responders of a round. Their quiet hours were considered when they were chosen."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or not row.is_waiting:
        return None
    title = "A practice: can you be reached?" if row.is_drill else "Somebody could use you now"
    to, step = reach_outs.asked_in_round(ctx.session, row.id, event.round)
    kind = "reach_out.waiting" if step == "lines" else None  # coordinators who were not on call may sleep
    return NotificationSpec(to=to, title=title, url=f"/reach-outs/{row.id}", subject=row.id, kind=kind)


@still_true.on("reach_out.responders_notified", "reach_out.waiting")
def is_still_requested(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Return whether the reach-out still waits and the recipient has not declined."""
    row = access.find_request(ctx, subject) if subject else None
    return row is not None and row.is_waiting and recipient_id in reach_outs.notified_responders(ctx.session, row.id)


@notify.on(
    ReachOutClaimed,
    kind=Kind(
        label="Somebody is here for me",
        preview="Somebody is here",
        why=WHY_ASKED,
        icon="lamp",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        can_wait=False,
        position=540,
    ),
)
def notify_claimed(ctx: ReadContext, event: ReachOutClaimed) -> NotificationSpec | None:
    """Notify the requester that a responder is there."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None or row.claimed_by != event.member_id:
        return None
    return NotificationSpec(
        to=[row.requester_id], title="Somebody is here for you", url=f"/reach-outs/{row.id}", subject=row.id
    )


declare_kind(
    "reach_out.thanked",
    Kind(label="Somebody else was there first", why="You were asked, too.", icon="lamp", position=570),
)


@notify.on(ReachOutAnswered)
def notify_other_responders(ctx: ReadContext, event: ReachOutAnswered) -> NotificationSpec | None:
    """Thank everyone else who was asked, once the responder has written."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None:
        return None
    others = [one for one in reach_outs.notified_responders(ctx.session, row.id) if one != event.member_id]
    return NotificationSpec(
        to=others, title="Somebody is there. Thank you", url=f"/reach-outs/{row.id}", kind="reach_out.thanked"
    )


@notify.on(
    ReachOutUnanswered,
    kind=Kind(
        label="Nobody was free for me",
        preview="Open it for what you can do now",
        why=WHY_ASKED,
        icon="lamp",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        can_wait=False,
        position=550,
    ),
)
def notify_unanswered(ctx: ReadContext, event: ReachOutUnanswered) -> NotificationSpec | None:
    """Tell the requester that no one is available and that the crisis lines are."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or not row.is_waiting or row.requester_id is None:
        return None
    title = (
        "Nobody here has written yet. You can call now" if row.claimed_by else "Nobody here is free. You can call now"
    )
    return NotificationSpec(to=[row.requester_id], title=title, url=f"/reach-outs/{row.id}", subject=row.id)


@notify.on(
    ReachOutResumed,
    kind=Kind(
        label="Somebody else is asked for me",
        preview="We go on asking",
        why=WHY_ASKED,
        icon="lamp",
        priority=Priority.CRISIS,
        pushes=True,
        can_wait=False,
        position=560,
    ),
)
def notify_reopened(ctx: ReadContext, event: ReachOutResumed) -> NotificationSpec | None:
    """Tell the requester that others are asked."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None:
        return None
    return NotificationSpec(to=[row.requester_id], title="We go on asking for you", url=f"/reach-outs/{row.id}")


@notify.on(
    ReachOutClosed,
    kind=Kind(label="One question after somebody was there", why="You were one of the two.", icon="lamp", position=580),
)
def notify_closed(ctx: ReadContext, event: ReachOutClosed) -> NotificationSpec | None:
    """Notify the one of the two who did not close it of the closing question."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None or row.claimed_by is None:
        return None
    to = {row.requester_id, row.claimed_by} - {event.by}
    return NotificationSpec(to=sorted(to), title="One question", url=f"/reach-outs/{row.id}")
