"""Staff tasks of reach-outs."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

from community.conversations.events import ConversationAnswered, ConversationClosed
from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.members.queries.people import handles
from community.members.queries.task_titles import declare_member_task
from community.reach_outs.access import reach_outs as access
from community.reach_outs.events import DebriefRequested, ReachOutAnswered, ReachOutClosed, ReachOutUnanswered

declare_task(ReachOutUnanswered.name, TaskKind(verb="Answer", icon="lamp", group="now", settles_itself=True))
declare_task("reach_out.missed", TaskKind(verb="Ask", icon="person", group="today"))
declare_member_task(
    DebriefRequested.name,
    TaskKind(verb="Talk", icon="person", group="today"),
    lambda name: f"{name} helped someone and would like to talk",
)


@task_titles.on(ReachOutUnanswered.name)
def unanswered_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the name of who waits."""
    return {one: f"{name} is waiting for help. No one answered" for one, name in _requesters(ctx, subjects).items()}


@task_titles.on("reach_out.missed")
def missed_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the name of who asked."""
    found = _requesters(ctx, subjects)
    return {one: f"{name} asked for help and no one was free. Ask how they are" for one, name in found.items()}


def _requesters(ctx: ReadContext, subjects: Collection[UUID]) -> dict[UUID, str]:
    rows = [row for one in subjects if (row := access.find_request(ctx, one)) is not None]
    names = handles(ctx.session, {row.requester_id for row in rows if row.requester_id is not None})
    return {row.id: named(names[row.requester_id]) for row in rows if row.requester_id in names}


@staff_tasks.on(ReachOutUnanswered)
def answer_request(ctx: ReadContext, event: ReachOutUnanswered) -> StaffTask | None:
    """Create a task when no one was available for a requester."""
    row = access.find_request(ctx, event.reach_out_id)
    if row is None or row.requester_id is None or not row.is_waiting:
        return None
    return StaffTask(
        title="Someone is waiting for help. No one answered",
        url=f"/reach-outs/{row.id}",
        subject=row.id,
        due_at=row.hotlines_shown_at,
        hidden_from=(row.requester_id,),
    )


@staff_tasks.on(ReachOutAnswered)
def resolve_answered(_ctx: ReadContext, event: ReachOutAnswered) -> TaskResolved:
    """Resolve the task once a responder is there."""
    return TaskResolved(kind="reach_out.unanswered", subject=event.reach_out_id, by=event.member_id)


@staff_tasks.on(ReachOutClosed)
def follow_up_unanswered(ctx: ReadContext, event: ReachOutClosed) -> list[TaskResolved | StaffTask]:
    """Resolve the task when the reach-out is closed, and create one to follow up when no responder ever came."""
    row = access.find_request(ctx, event.reach_out_id)
    settled = TaskResolved(kind="reach_out.unanswered", subject=event.reach_out_id)
    if row is None or row.requester_id is None or row.hotlines_shown_at is None or row.claimed_at is not None:
        return [settled]
    ask = StaffTask(
        title="Someone asked for help and no one was free. Ask how they are",
        url=f"/console/members/{row.requester_id}/write?about=missed",
        subject=row.id,
        kind="reach_out.missed",
        hidden_from=(row.requester_id,),
    )
    return [settled, ask]


@staff_tasks.on(DebriefRequested)
def talk_to_responder(_ctx: ReadContext, event: DebriefRequested) -> StaffTask:
    """Create a task to talk to a responder who asked for it."""
    return StaffTask(
        title="Someone who helped would like to talk",
        url=f"/console/members/{event.member_id}/write",
        subject=event.member_id,
        hidden_from=(event.member_id,),
    )


@staff_tasks.on(ConversationAnswered, ConversationClosed)
def resolve_written_to(ctx: ReadContext, event: ConversationAnswered | ConversationClosed) -> list[TaskResolved]:
    """Resolve the tasks to talk to a responder, and to ask how a requester is, once a coordinator has written."""
    missed = access.unanswered_requests(ctx, event.member_id, since=ctx.now - timedelta(days=30))
    return [
        TaskResolved(kind=DebriefRequested.name, subject=event.member_id, by=event.by),
        *(TaskResolved(kind="reach_out.missed", subject=one, by=event.by) for one in missed),
    ]
