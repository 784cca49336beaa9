"""What coordinators have to do about care."""

from community.care.events.people import CheckInRead, CheckInRecorded, CoordinatorAsked, QuietEnded, QuietNoticed
from community.care.events.reach_outs import HelperWantsWord, ReachOutAnswered, ReachOutClosed, ReachOutUnanswered
from community.care.queries import check_ins, reach_outs
from community.care.rules.quiet import COORDINATORS
from community.core.outbox.subscriptions import Settled, Task, tasks
from community.core.unit_of_work import ReadContext


@tasks.on(ReachOutUnanswered)
def come_yourself(ctx: ReadContext, event: ReachOutUnanswered) -> Task | None:
    """Nobody was free for somebody who needs a person."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or row.asker_id is None or not row.is_waiting:
        return None
    return Task(
        title="Somebody waits for a person, and nobody was free",
        url=f"/reach-outs/{row.id}",
        subject=row.id,
        due_at=row.lines_at,
        hidden_from=(row.asker_id,),
    )


@tasks.on(ReachOutAnswered)
def somebody_came(_look: ReadContext, event: ReachOutAnswered) -> Settled:
    """Somebody is there now."""
    return Settled(kind="reachout.unanswered", subject=event.reach_out_id, by=event.member_id)


@tasks.on(ReachOutClosed)
def call_them_back(ctx: ReadContext, event: ReachOutClosed) -> list[Settled | Task]:
    """It is over. Where nobody came at all, somebody asks tomorrow how it went."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    settled = Settled(kind="reachout.unanswered", subject=event.reach_out_id)
    if row is None or row.asker_id is None or row.lines_at is None or row.claimed_at is not None:
        return [settled]
    ask = Task(
        title="Somebody found nobody free. Ask how they are",
        url=f"/console/members/{row.asker_id}",
        subject=row.id,
        kind="reachout.missed",
        hidden_from=(row.asker_id,),
    )
    return [settled, ask]


@tasks.on(HelperWantsWord)
def talk_to_them(_look: ReadContext, event: HelperWantsWord) -> Task:
    """Somebody who came for another would like to talk about it."""
    return Task(
        title="Somebody who helped would like a word",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@tasks.on(CheckInRecorded)
def read_what_was_shared(ctx: ReadContext, event: CheckInRecorded) -> Task | None:
    """Somebody wanted a coordinator to see how they are."""
    row = check_ins.check_in_row(ctx.session, event.check_in_id)
    if row is None or row.audience != "coordinator":
        return None
    url = f"/console/check-ins/{row.id}"
    return Task(title="Somebody shared how they are", url=url, subject=row.id, hidden_from=(row.member_id,))


@tasks.on(CheckInRead)
def it_was_read(_look: ReadContext, event: CheckInRead) -> Settled:
    """A coordinator has seen to it."""
    return Settled(kind=CheckInRecorded.name, subject=event.check_in_id, by=event.by)


@tasks.on(CoordinatorAsked)
def get_in_touch(_look: ReadContext, event: CoordinatorAsked) -> Task:
    """Somebody would like to hear from a coordinator."""
    return Task(
        title="Somebody would like to hear from a coordinator",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@tasks.on(QuietNoticed)
def ask_how_they_are(_look: ReadContext, event: QuietNoticed) -> Task | None:
    """Somebody wanted you to know when they have been quiet for weeks. Ask how they are, that is all."""
    if event.level != COORDINATORS:
        return None
    return Task(
        title="Somebody has been quieter than usual for weeks. Ask how they are",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@tasks.on(QuietEnded)
def they_are_back(_look: ReadContext, event: QuietEnded) -> Settled:
    """They are as they used to be, or do not want it noticed any more."""
    return Settled(kind=QuietNoticed.name, subject=event.member_id)
