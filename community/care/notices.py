"""Who hears what of care, in words that tell nothing on a lock screen."""

from collections.abc import Iterator
from uuid import UUID

from community.care.events.people import (
    CheckInAsked,
    CheckInMissed,
    CheckInNudged,
    CheckInRecorded,
    CoordinatorAsked,
    HandOverDue,
    HardHourBegun,
    QuietNoticed,
    ShiftChanged,
)
from community.care.events.reach_outs import (
    ReachOutAnswered,
    ReachOutAsked,
    ReachOutClaimed,
    ReachOutClosed,
    ReachOutReopened,
    ReachOutUnanswered,
)
from community.care.queries import check_ins, quiet, reach_outs, rhythms, rota
from community.care.rules import quiet as quiet_rules
from community.care.rules.rhythm import worthless_at
from community.core.kind_registries import still_true
from community.core.outbox.subscriptions import Notice, notices
from community.core.unit_of_work import ReadContext
from community.members.queries.active_members import coordinators


@notices.on(ReachOutAsked)
def ask_them(ctx: ReadContext, event: ReachOutAsked) -> Notice | None:
    """Those whose turn it is. Whom it may be asked of in their quiet hours was decided when they were."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or not row.is_waiting:
        return None
    title = "A practice: can you be reached?" if row.is_drill else "Somebody could use you now"
    to, step = reach_outs.asked_in(ctx.session, row.id, event.round)
    kind = "reachout.waiting" if step == "lines" else None  # coordinators who were not on call may sleep
    return Notice(to=to, title=title, url=f"/reach-outs/{row.id}", subject=row.id, kind=kind)


@still_true.on("reachout.asked", "reachout.waiting")
def is_still_asked(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Nobody is called for what somebody else does already, or who said not now."""
    row = reach_outs.row(ctx.session, subject) if subject else None
    return row is not None and row.is_waiting and recipient_id in reach_outs.all_asked(ctx.session, row.id)


@notices.on(ReachOutClaimed)
def tell_who_comes(ctx: ReadContext, event: ReachOutClaimed) -> Notice | None:
    """Tell the requester that a responder is there."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or row.asker_id is None or row.claimed_by != event.member_id:
        return None
    return Notice(to=[row.asker_id], title="Somebody is here for you", url=f"/reach-outs/{row.id}", subject=row.id)


@notices.on(ReachOutAnswered)
def thank_the_others(ctx: ReadContext, event: ReachOutAnswered) -> Notice | None:
    """Thank everyone else who was asked, once the responder has written."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or row.asker_id is None:
        return None
    others = [one for one in reach_outs.all_asked(ctx.session, row.id) if one != event.member_id]
    return Notice(to=others, title="Somebody is there. Thank you", url=f"/reach-outs/{row.id}", kind="reachout.thanked")


@notices.on(ReachOutUnanswered)
def tell_the_truth(ctx: ReadContext, event: ReachOutUnanswered) -> Notice | None:
    """Who asked: nobody is free, and these lines are."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or not row.is_waiting or row.asker_id is None:
        return None
    title = (
        "Nobody here has written yet. You can call now" if row.claimed_by else "Nobody here is free. You can call now"
    )
    return Notice(to=[row.asker_id], title=title, url=f"/reach-outs/{row.id}", subject=row.id)


@notices.on(ReachOutReopened)
def tell_that_it_goes_on(ctx: ReadContext, event: ReachOutReopened) -> Notice | None:
    """Who asked: we go on asking."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or row.asker_id is None:
        return None
    return Notice(to=[row.asker_id], title="We go on asking for you", url=f"/reach-outs/{row.id}")


@notices.on(ReachOutClosed)
def ask_the_other(ctx: ReadContext, event: ReachOutClosed) -> Notice | None:
    """The one of the two who did not close it has a question, too."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or row.asker_id is None or row.claimed_by is None:
        return None
    to = {row.asker_id, row.claimed_by} - {event.by}
    return Notice(to=sorted(to), title="One question", url=f"/reach-outs/{row.id}")


@notices.on(CheckInRecorded)
def tell_the_buddy(ctx: ReadContext, event: CheckInRecorded) -> list[Notice]:
    """Only when it was shared with them."""
    row = check_ins.check_in_row(ctx.session, event.check_in_id)
    if row is None or row.audience != "buddy":
        return []
    title = "Your buddy shared how the day was"
    buddies = check_ins.buddies_of(ctx, row.member_id)
    return [Notice(to=[one], title=title, url=f"/pairings/{two}/check-ins") for one, two in buddies.items()]


@notices.on(CheckInAsked)
def ask_how_it_was(ctx: ReadContext, event: CheckInAsked) -> Notice | None:
    """At their time."""
    row = rhythms.rhythm_row(ctx.session, event.member_id)
    if row is None or row.every == "never":
        return None
    return Notice(
        to=[event.member_id],
        title="How was today?",
        url="/check-in",
        subject=event.member_id,
        subject_version=int(event.due_at.timestamp()),
        worthless_at=worthless_at(row.every, event.due_at),
    )


@notices.on(CheckInNudged)
def say_a_gentle_word(_look: ReadContext, event: CheckInNudged) -> Notice:
    """Once, to whoever said nothing for a while."""
    title, version = "We thought of you. Nothing is asked; we are here", int(event.due_at.timestamp())
    return Notice(to=[event.member_id], title=title, url="/check-in", subject=event.member_id, subject_version=version)


@notices.on(CheckInMissed)
def tell_the_buddy_of_silence(ctx: ReadContext, event: CheckInMissed) -> list[Notice]:
    """In plain words, and nothing of any answer; they wanted it so."""
    buddies = check_ins.buddies_of(ctx, event.member_id)
    return [
        Notice(
            to=[one],
            title="Your buddy has been quieter than usual. A line from you may do good",
            url=f"/pairings/{pairing_id}",
            subject=event.member_id,
            subject_version=int(event.due_at.timestamp()),
        )
        for one, pairing_id in buddies.items()
    ]


@still_true.on("checkin.asked", "checkin.nudged")
def is_still_silent(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Whoever has answered since, or is not asked any more, hears nothing."""
    row = rhythms.rhythm_row(ctx.session, subject) if subject else None
    if row is None or row.every == "never":
        return False
    return row.answered_at is None or row.answered_at.timestamp() < (version or 0)


@still_true.on("checkin.missed")
def is_still_to_be_told(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, version: int | None) -> bool:
    """Nobody hears of a silence that has ended, of whom they are no buddy, or who took back that they may."""
    if subject is None or not is_still_silent(ctx, recipient_id, subject, version):
        return False
    row = rhythms.rhythm_row(ctx.session, subject)
    return row is not None and row.tells_buddy and recipient_id in check_ins.buddies_of(ctx, subject)


@notices.on(CoordinatorAsked)
def tell_coordinators(ctx: ReadContext, event: CoordinatorAsked) -> Notice:
    """Somebody would like to hear from one of them."""
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != event.member_id]
    return Notice(to=to, title="Somebody would like to hear from you", url=f"/console/members/{event.member_id}")


@notices.on(ShiftChanged)
def tell_of_a_swap(ctx: ReadContext, event: ShiftChanged) -> Notice | None:
    """Everybody else when one is offered; who had it when somebody took it."""
    row = rota.row(ctx.session, event.shift_id)
    if row is None:
        return None
    if event.taken_from is not None:
        return Notice(to=[event.taken_from], title="Somebody took your shift", url="/console/shifts")
    if not event.offered or row.offered_at is None:
        return None
    to = [one for one in coordinators(ctx.session, now=ctx.now) if one != row.member_id]
    return Notice(to=to, title="A shift is free to take", url="/console/shifts")


@notices.on(HandOverDue)
def tell_of_the_end(ctx: ReadContext, event: HandOverDue) -> Iterator[Notice]:
    """Who has the shift, and who comes next; once, in the same words whatever is open."""
    row = rota.row(ctx.session, event.shift_id)
    if row is None or row.handed_over_at is not None:
        return
    url = "/console/shifts#hand-over"
    yield Notice(to=[row.member_id], title="Your shift ends soon. Leave notes for the next one", url=url)
    nexts = [one for one in rota.after(ctx.session, row) if one != row.member_id]
    yield Notice(to=nexts, title="You are next on shift. See what is open", url=url, kind="shift.next")


@notices.on(QuietNoticed)
def say_it_to_them_first(ctx: ReadContext, event: QuietNoticed) -> list[Notice]:
    """They hear of it before anybody else; then their buddy, if they allow it. Coordinators have a task."""
    row = quiet.watch_row(ctx.session, event.member_id)
    if row is None or row.quiet_since is None or event.level > quiet_rules.BUDDY:
        return []
    who, first = event.member_id, row.quiet_since.toordinal()
    if event.level == quiet_rules.ALONE:
        title = "You have been quieter here than usual. How are you?"
        return [Notice(to=[who], title=title, url="/quiet", subject=who, subject_version=first)]
    title = "Your buddy has been quieter than usual. A line from you may do good"
    buddies = check_ins.buddies_of(ctx, who)
    return [
        Notice(to=[one], title=title, url=f"/pairings/{two}", kind="quiet.told", subject=who, subject_version=first)
        for one, two in buddies.items()
    ]


@still_true.on("quiet.noticed", "quiet.told")
def is_still_quiet(ctx: ReadContext, recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Nothing is said of a quiet that is over, nor to whom it may not be said any more."""
    row = quiet.watch_row(ctx.session, subject) if subject else None
    if row is None or not row.level:
        return False
    if recipient_id == row.member_id:
        return True
    return row.tells_buddy and recipient_id in check_ins.buddies_of(ctx, row.member_id)


@notices.on(HardHourBegun)
def say_that_it_is_planned(_look: ReadContext, event: HardHourBegun) -> Notice:
    """In neutral words, while it lasts."""
    return Notice(
        to=[event.member_id],
        title="Something you planned for now",
        url=f"/hard-hours/{event.hard_hour_id}",
        subject=event.hard_hour_id,
        subject_version=int(event.starts_at.timestamp()),
        worthless_at=event.ends_at,
    )


@still_true.on("hardhour.begun")
def is_still_planned(ctx: ReadContext, _recipient_id: UUID, subject: UUID | None, _version: int | None) -> bool:
    """Nothing comes of an hour that was taken away."""
    return subject is not None and quiet.hard_hour_row(ctx.session, subject) is not None
