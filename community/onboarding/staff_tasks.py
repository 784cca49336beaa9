"""Staff tasks of onboarding."""

from community.core.outbox.subscriptions import Settled, Task, tasks
from community.core.unit_of_work import ReadContext
from community.onboarding import queries
from community.onboarding.events import DoorClosed, DoorTaken, DoorUnwatched, HelloDue, NewcomerWelcomed


@tasks.on(HelloDue)
def say_it_yourself(ctx: ReadContext, event: HelloDue) -> Task | None:
    """Nobody has said hello for a day."""
    row = queries.week_row(ctx.session, event.member_id)
    if row is None or row.greeted_at is not None:
        return None
    title, url = "Somebody new has not been welcomed yet", f"/console/members/{row.member_id}"
    return Task(title=title, url=url, subject=row.member_id, kind="first_week.hello", hidden_from=(row.member_id,))


@tasks.on(NewcomerWelcomed)
def it_was_said(_look: ReadContext, event: NewcomerWelcomed) -> Settled:
    """Somebody did."""
    return Settled(kind="first_week.hello", subject=event.member_id, by=event.by)


@tasks.on(DoorUnwatched)
def find_somebody(ctx: ReadContext, event: DoorUnwatched) -> Task | None:
    """A day before, nobody waits at the door yet."""
    row = queries.week_row(ctx.session, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id or row.companion_id is not None:
        return None
    title, url = "Somebody new would like to be met at the door", "/welcome#doors"
    return Task(title=title, url=url, subject=row.member_id, kind="first_week.door", hidden_from=(row.member_id,))


@tasks.on(DoorClosed)
def nobody_is_needed(_look: ReadContext, event: DoorClosed) -> Settled:
    """Who is new does not come there."""
    return Settled(kind="first_week.door", subject=event.member_id)


@tasks.on(DoorTaken)
def somebody_waits(_look: ReadContext, event: DoorTaken) -> Settled:
    """Somebody does."""
    return Settled(kind="first_week.door", subject=event.member_id, by=event.by)
