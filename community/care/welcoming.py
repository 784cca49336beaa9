"""The first seven days as events go: what starts them, who hears of them, and what coordinators then have to do."""

from collections.abc import Iterator
from uuid import UUID

from community.care.access import first_weeks as first_weeks_access
from community.care.actions import welcoming
from community.care.events.first_weeks import (
    DoorClosed,
    DoorDue,
    DoorTaken,
    DoorUnwatched,
    DoorWanted,
    FirstWeekBegun,
    FirstWeekDue,
    HelloDue,
    NewcomerWelcomed,
)
from community.care.queries import first_weeks
from community.core.outbox.subscriptions import Notice, Settled, Task, notices, reactions, tasks
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.meetups.events import OccurrenceCancelled, OccurrenceRescheduled, RsvpWithdrawn
from community.meetups.queries.attendees import begins_if_on, meetup_of, who_answered
from community.members.events import ContactForbidden, MemberBlocked, MemberJoined, SanctionImposed
from community.members.queries.active_members import is_plain_member


@reactions.on(MemberJoined)
def begin(uow: UnitOfWork, event: MemberJoined) -> None:
    """Whoever joins as a member is welcomed; coordinators know their way."""
    if is_plain_member(uow.session, event.member_id):
        welcoming.begin_first_week(uow, member_id=event.member_id)


@reactions.on(FirstWeekDue)
def count(uow: UnitOfWork, event: FirstWeekDue) -> None:
    """How many of the four there were."""
    welcoming.count_first_week(uow, member_id=event.member_id)


@reactions.on(DoorDue)
def look_at_the_door(uow: UnitOfWork, event: DoorDue) -> None:
    """It is the day before."""
    welcoming.see_to_door(uow, member_id=event.member_id)


@reactions.on(RsvpWithdrawn)
def see_who_still_comes(uow: UnitOfWork, event: RsvpWithdrawn) -> None:
    """Who does not come waits for nobody, and is waited for by nobody. So it is with who is gone: they free seats."""
    for one in first_weeks_access.doors_of(uow, event.occurrence_id, event.member_id):
        welcoming.see_to_door(uow, member_id=one)


@reactions.on(OccurrenceCancelled, OccurrenceRescheduled)
def see_what_becomes_of_it(uow: UnitOfWork, event: OccurrenceCancelled | OccurrenceRescheduled) -> None:
    """A date is off, or at another time."""
    for one in first_weeks_access.doors_of(uow, event.occurrence_id):
        welcoming.see_to_door(uow, member_id=one)


@reactions.on(MemberBlocked)
def let_others_wait(uow: UnitOfWork, event: MemberBlocked) -> None:
    """Who must not meet does not meet at a door either."""
    for one in first_weeks_access.doors_between(uow, event.blocker_id, event.blocked_id):
        welcoming.see_to_door(uow, member_id=one)


@reactions.on(ContactForbidden)
def let_others_wait_by_order(uow: UnitOfWork, event: ContactForbidden) -> None:
    """The same for two whom a coordinator or a court keeps apart."""
    for one in first_weeks_access.doors_between(uow, event.one_id, event.other_id):
        welcoming.see_to_door(uow, member_id=one)


@reactions.on(SanctionImposed)
def find_another_helper(uow: UnitOfWork, event: SanctionImposed) -> None:
    """Find others for the newcomers whom a restricted member was to greet or meet."""
    welcoming.replace_helper(uow, member_id=event.member_id)


@notices.on(FirstWeekBegun)
def ask_to_welcome(ctx: ReadContext, event: FirstWeekBegun) -> Notice | None:
    """Whose turn it is."""
    row = first_weeks.week_row(ctx.session, event.member_id)
    if row is None or row.greeter_id is None:
        return None
    return Notice(to=[row.greeter_id], title="Somebody is new here. Say hello", url="/welcome")


@notices.on(NewcomerWelcomed)
def tell_of_the_hello(ctx: ReadContext, event: NewcomerWelcomed) -> Notice | None:
    """Who is new."""
    row = first_weeks.week_row(ctx.session, event.member_id)
    if row is None or row.hello_room_id is None:
        return None
    return Notice(to=[row.member_id], title="Somebody says hello", url=f"/rooms/{row.hello_room_id}")


@notices.on(DoorWanted)
def ask_who_goes_there(ctx: ReadContext, event: DoorWanted) -> Iterator[Notice]:
    """Everybody who goes there and may meet them; and who is new, when somebody else is looked for."""
    row = first_weeks.week_row(ctx.session, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id:
        return
    if event.instead_of is not None and event.instead_of != row.companion_id:
        yield _need_not_wait(ctx, event.occurrence_id, event.instead_of)
    if row.companion_id is not None:
        return
    to = first_weeks_access.may_wait_for(ctx, row)
    yield Notice(to=to, title="Could you wait at the door for somebody new?", url="/welcome#doors")
    if event.instead_of is not None:
        title = "We look for somebody else to wait for you at the door"
        url = f"/meetups/{meetup_of(ctx, event.occurrence_id)}"
        yield Notice(to=[row.member_id], title=title, url=url, kind="first_week.door_again")


@notices.on(DoorClosed)
def tell_who_would_have_waited(ctx: ReadContext, event: DoorClosed) -> Notice | None:
    """Who is new does not come there. Of a date that is off everybody hears anyway."""
    if event.companion_id is None or begins_if_on(ctx, event.occurrence_id) is None:
        return None
    return _need_not_wait(ctx, event.occurrence_id, event.companion_id)


@notices.on(DoorTaken)
def tell_who_waits(ctx: ReadContext, event: DoorTaken) -> Notice | None:
    """Who is new: somebody waits for them at the door."""
    row = first_weeks.week_row(ctx.session, event.member_id)
    if row is None or row.occurrence_id is None:
        return None
    meetup_id = meetup_of(ctx, row.occurrence_id)
    return Notice(to=[row.member_id], title="Somebody waits for you at the door", url=f"/meetups/{meetup_id}")


@tasks.on(HelloDue)
def say_it_yourself(ctx: ReadContext, event: HelloDue) -> Task | None:
    """Nobody has said hello for a day."""
    row = first_weeks.week_row(ctx.session, event.member_id)
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
    row = first_weeks.week_row(ctx.session, event.member_id)
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


def _need_not_wait(ctx: ReadContext, occurrence_id: UUID, companion_id: UUID) -> Notice:
    """Who still goes there, in the same words whatever the reason; who does not knows it."""
    to = [one for one in who_answered(ctx, occurrence_id, ["going"]) if one == companion_id]
    title = "You need not wait at the door any more"
    return Notice(to=to, title=title, url="/welcome#doors", kind="first_week.door_closed")
