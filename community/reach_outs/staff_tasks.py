"""Staff tasks of reach-outs."""

from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.reach_outs.events import DebriefRequested, ReachOutAnswered, ReachOutClosed, ReachOutUnanswered
from community.reach_outs.queries import reach_outs


@staff_tasks.on(ReachOutUnanswered)
def answer_request(ctx: ReadContext, event: ReachOutUnanswered) -> StaffTask | None:
    """Nobody was free for somebody who needs a person."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    if row is None or row.asker_id is None or not row.is_waiting:
        return None
    return StaffTask(
        title="Somebody waits for a person, and nobody was free",
        url=f"/reach-outs/{row.id}",
        subject=row.id,
        due_at=row.lines_at,
        hidden_from=(row.asker_id,),
    )


@staff_tasks.on(ReachOutAnswered)
def resolve_answered(_look: ReadContext, event: ReachOutAnswered) -> TaskResolved:
    """Somebody is there now."""
    return TaskResolved(kind="reach_out.unanswered", subject=event.reach_out_id, by=event.member_id)


@staff_tasks.on(ReachOutClosed)
def follow_up_unanswered(ctx: ReadContext, event: ReachOutClosed) -> list[TaskResolved | StaffTask]:
    """It is over. Where nobody came at all, somebody asks tomorrow how it went."""
    row = reach_outs.row(ctx.session, event.reach_out_id)
    settled = TaskResolved(kind="reach_out.unanswered", subject=event.reach_out_id)
    if row is None or row.asker_id is None or row.lines_at is None or row.claimed_at is not None:
        return [settled]
    ask = StaffTask(
        title="Somebody found nobody free. Ask how they are",
        url=f"/console/members/{row.asker_id}",
        subject=row.id,
        kind="reach_out.missed",
        hidden_from=(row.asker_id,),
    )
    return [settled, ask]


@staff_tasks.on(DebriefRequested)
def talk_to_responder(_look: ReadContext, event: DebriefRequested) -> StaffTask:
    """Somebody who came for another would like to talk about it."""
    return StaffTask(
        title="Somebody who helped would like a word",
        url=f"/console/members/{event.member_id}",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )
