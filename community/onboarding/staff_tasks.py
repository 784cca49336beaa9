"""Staff tasks of onboarding."""

from community.core.outbox.subscriptions import StaffTask, TaskResolved, staff_tasks
from community.core.unit_of_work import ReadContext
from community.onboarding import queries
from community.onboarding.events import DoorClosed, DoorTaken, DoorUnwatched, HelloDue, NewcomerWelcomed


@staff_tasks.on(HelloDue)
def greet_newcomer(ctx: ReadContext, event: HelloDue) -> StaffTask | None:
    """Nobody has said hello for a day."""
    row = queries.week_row(ctx.session, event.member_id)
    if row is None or row.greeted_at is not None:
        return None
    title, url = "Somebody new has not been welcomed yet", f"/console/members/{row.member_id}"
    return StaffTask(title=title, url=url, subject=row.member_id, kind="first_week.hello", hidden_from=(row.member_id,))


@staff_tasks.on(NewcomerWelcomed)
def resolve_greeted(_look: ReadContext, event: NewcomerWelcomed) -> TaskResolved:
    """Somebody did."""
    return TaskResolved(kind="first_week.hello", subject=event.member_id, by=event.by)


@staff_tasks.on(DoorUnwatched)
def find_companion(ctx: ReadContext, event: DoorUnwatched) -> StaffTask | None:
    """A day before, nobody waits at the door yet."""
    row = queries.week_row(ctx.session, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id or row.companion_id is not None:
        return None
    title, url = "Somebody new would like to be met at the door", "/welcome#doors"
    return StaffTask(title=title, url=url, subject=row.member_id, kind="first_week.door", hidden_from=(row.member_id,))


@staff_tasks.on(DoorClosed)
def resolve_withdrawn(_look: ReadContext, event: DoorClosed) -> TaskResolved:
    """Who is new does not come there."""
    return TaskResolved(kind="first_week.door", subject=event.member_id)


@staff_tasks.on(DoorTaken)
def resolve_companion_found(_look: ReadContext, event: DoorTaken) -> TaskResolved:
    """Somebody does."""
    return TaskResolved(kind="first_week.door", subject=event.member_id, by=event.by)
