"""Tasks that meetups create for coordinators."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from community.core.outbox.notification_texts import named
from community.core.outbox.staff_task_kinds import TaskKind, declare_task, task_titles
from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.meetups.events import AttendanceNoShow, BlockedPairDetected, SeriesPaused, SeriesResumed
from community.meetups.models import Meetup
from community.members.queries.task_titles import declare_member_task

declare_member_task(
    AttendanceNoShow.name,
    TaskKind(verb="Ask", icon="person"),
    lambda name: f"{name} missed three meetups. Ask how they are",
)
declare_task(SeriesPaused.name, TaskKind(icon="calendar", settles_itself=True))
declare_task(BlockedPairDetected.name, TaskKind(icon="calendar", group="today"))


@task_titles.on(SeriesPaused.name)
def paused_titles(ctx: ReadContext, subjects: Collection[UUID]) -> Mapping[UUID, str]:
    """Return titles with the name of the series."""
    rows = ctx.session.execute(select(Meetup.id, Meetup.title).where(Meetup.id.in_(subjects)))
    return {row.id: f"“{named(row.title)}” is paused. No host confirmed it" for row in rows}


@staff_tasks.on(AttendanceNoShow)
def attendance_missed(_ctx: ReadContext, event: AttendanceNoShow) -> StaffTask:
    """Create a task to ask a member who missed three occurrences how they are. Nothing else follows from it."""
    url = f"/console/members/{event.member_id}"
    return StaffTask(title="Someone missed three meetups. Ask how they are", url=url, subject=event.member_id)


@staff_tasks.on(SeriesPaused)
def series_paused(_ctx: ReadContext, event: SeriesPaused) -> StaffTask:
    """Create a task to find a host for a paused series."""
    return StaffTask(
        title="A meetup series is paused. No host confirmed it",
        url=f"/meetups/{event.meetup_id}",
        subject=event.meetup_id,
    )


@staff_tasks.on(SeriesResumed)
def series_resumed(_ctx: ReadContext, event: SeriesResumed) -> TaskResolved:
    """Resolve the task of a paused series."""
    return TaskResolved(kind=SeriesPaused.name, subject=event.meetup_id, by=event.member_id)


@staff_tasks.on(BlockedPairDetected)
def conflict_found(_ctx: ReadContext, event: BlockedPairDetected) -> StaffTask:
    """Create a task for two members with a no-contact order at the same occurrence. Neither sees it."""
    return StaffTask(
        title="Two people who must not meet are going to the same meetup",
        url=f"/meetups/{event.meetup_id}/attendance?date={event.occurrence_id}",
        subject=event.occurrence_id,
        hidden_from=[event.first_id, event.second_id],
    )
