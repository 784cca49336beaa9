"""Notifications of reach-outs."""

from collections.abc import Sequence
from uuid import UUID

from community.core.events import Priority
from community.core.kind_registries import audiences, still_true
from community.core.outbox.notification_kinds import URGENT, Kind, StaffKind, declare_kind
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
from community.members.queries.helping import can_help
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
from community.reach_outs.queries.notified_reach_outs import NotifiedReachOut, notified_reach_outs

WHY_ASKED = "You asked for someone."

PRACTICE = "Practice: can you be reached?"

declare_kind(
    "reach_out.waiting",
    StaffKind(
        label="Someone is waiting for a coordinator",
        preview="A task needs you",
        icon="lamp",
        mails=True,
        pushes=True,
        can_wait=False,
        position=530,
        subject=URGENT,
    ),
)


@notify.on(
    RespondersNotified,
    kind=Kind(
        label="Someone needs a person right now",
        preview="Someone is asking for you",
        why="You’re their buddy, you’re on call, or you said that you’re free.",
        icon="lamp",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        can_wait=False,
        position=520,
        section="care",
        audience="helpers",
    ),
)
def notify_responders(ctx: ReadContext, event: RespondersNotified) -> NotificationSpec | None:
    """Notify the responders of a round. Their quiet hours were considered when they were chosen."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or not row.is_waiting:
        return None
    title = PRACTICE if row.is_drill else "Someone needs a person right now"
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
        label="I asked for someone, and someone answered",
        staff_label="Someone answered a call for help",
        preview="Someone answered",
        why=WHY_ASKED,
        icon="lamp",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        can_wait=False,
        position=540,
        section="care",
    ),
)
def notify_claimed(ctx: ReadContext, event: ReachOutClaimed) -> NotificationSpec | None:
    """Notify the requester that a responder is there."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None or row.claimed_by != event.member_id:
        return None
    return NotificationSpec(
        to=[row.requester_id], title="Someone is here for you", url=f"/reach-outs/{row.id}", subject=row.id
    )


declare_kind(
    "reach_out.thanked",
    Kind(
        label="Someone else answered first",
        why="You were asked too.",
        icon="lamp",
        position=570,
        preview="Someone else answered first",
        section="care",
        audience="helpers",
    ),
)


@notify.on(ReachOutAnswered)
def notify_other_responders(ctx: ReadContext, event: ReachOutAnswered) -> NotificationSpec | None:
    """Thank everyone else who was asked, once the responder has written."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None:
        return None
    others = [one for one in reach_outs.notified_responders(ctx.session, row.id) if one != event.member_id]
    return NotificationSpec(
        to=others, title="Someone else answered first. Thank you", url=f"/reach-outs/{row.id}", kind="reach_out.thanked"
    )


@notify.on(
    ReachOutUnanswered,
    kind=Kind(
        label="I asked for someone, and no one is free",
        staff_label="No one is free to answer a call for help",
        preview="See what you can do now",
        why=WHY_ASKED,
        icon="lamp",
        priority=Priority.CRISIS,
        mails=True,
        pushes=True,
        can_wait=False,
        position=550,
        section="care",
    ),
)
def notify_unanswered(ctx: ReadContext, event: ReachOutUnanswered) -> NotificationSpec | None:
    """Tell the requester that no one is available and that the crisis lines are."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or not row.is_waiting or row.requester_id is None:
        return None
    title = (
        "No one has written yet. You can call someone now"
        if row.claimed_by
        else "No one here is free right now. You can call someone now"
    )
    return NotificationSpec(to=[row.requester_id], title=title, url=f"/reach-outs/{row.id}", subject=row.id)


@notify.on(
    ReachOutResumed,
    kind=Kind(
        label="I asked for someone, and we ask others",
        staff_label="We ask others about a call for help",
        preview="We’re asking others",
        why=WHY_ASKED,
        icon="lamp",
        priority=Priority.CRISIS,
        pushes=True,
        can_wait=False,
        position=560,
        section="care",
    ),
)
def notify_reopened(ctx: ReadContext, event: ReachOutResumed) -> NotificationSpec | None:
    """Tell the requester that others are asked."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None:
        return None
    return NotificationSpec(to=[row.requester_id], title="We’re asking others for you", url=f"/reach-outs/{row.id}")


@notify.on(
    ReachOutClosed,
    kind=Kind(
        label="How it went, after a call for help I was part of",
        staff_label="How a call for help went",
        why="You were one of the two.",
        icon="lamp",
        position=580,
        preview="One question for you",
        section="care",
    ),
)
def notify_closed(ctx: ReadContext, event: ReachOutClosed) -> NotificationSpec | None:
    """Notify the one of the two who did not close it of the closing question."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None or row.claimed_by is None:
        return None
    to = {row.requester_id, row.claimed_by} - {event.by}
    return NotificationSpec(to=sorted(to), title="How did it go? One question", url=f"/reach-outs/{row.id}")


@notification_texts.on(
    "reach_out.responders_notified",
    "reach_out.waiting",
    "reach_out.claimed",
    "reach_out.unanswered",
    "reach_out.resumed",
    "reach_out.closed",
)
def reach_out_texts(ctx: ReadContext, stored: Sequence[StoredNotification]) -> dict[UUID, NotificationText]:
    """Return what is said of reach-outs. A note is never shown, and a name only to those who may know it."""
    found = notified_reach_outs(ctx, fact_ids(stored, "reach_out_id"))
    return texts_about(stored, "reach_out_id", found, _text)


def _text(one: StoredNotification, row: NotifiedReachOut) -> NotificationText:
    name = named(row.handle)
    if one.kind == "reach_out.claimed":
        is_here = row.handle and row.state == "claimed"
        return NotificationText(f"{name} is here for you" if is_here else one.title, is_ended=row.state != "claimed")
    if one.kind == "reach_out.closed":
        return NotificationText(one.title)
    if one.kind == "reach_out.responders_notified":
        asks = row.handle and row.state == "open" and not row.is_drill
        return NotificationText(f"{name} is asking for you" if asks else one.title, is_ended=not row.is_open)
    return NotificationText(one.title, is_ended=not (row.is_open and row.is_waiting))


@audiences.on("helpers")
def may_be_asked(ctx: ReadContext) -> bool:
    """Return whether the actor may be asked to help someone."""
    return can_help(ctx.session, ctx.actor.id, now=ctx.now)
