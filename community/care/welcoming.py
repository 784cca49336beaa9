"""The first seven days as events go: what starts them, who hears of them, and what coordinators then have to do."""

from sqlalchemy.orm import Session

from community.care import access
from community.care.actions import welcoming
from community.care.events import (
    DoorDue,
    DoorTaken,
    DoorWanted,
    FirstWeekBegun,
    FirstWeekDue,
    HelloDue,
    NewcomerWelcomed,
)
from community.care.queries import first_weeks
from community.core.subscribers import Notice, Settled, Task, notices, reactions, tasks
from community.core.unit_of_work import Reading, UnitOfWork, utc_now
from community.meetups.queries import meetup_of
from community.members.events import MemberJoined
from community.members.queries import is_plain_member


@reactions.on(MemberJoined)
def begin(uow: UnitOfWork, event: MemberJoined) -> None:
    """Whoever joins as a member is welcomed; coordinators know their way."""
    if is_plain_member(uow.session, event.member_id):
        welcoming.begin_first_week(uow, member_id=event.member_id)


@reactions.on(FirstWeekDue)
def count(uow: UnitOfWork, event: FirstWeekDue) -> None:
    """How many of the four there were."""
    welcoming.count_first_week(uow, member_id=event.member_id)


@notices.on(FirstWeekBegun)
def ask_to_welcome(session: Session, event: FirstWeekBegun) -> Notice | None:
    """Whose turn it is."""
    row = first_weeks.week_row(session, event.member_id)
    if row is None or row.greeter_id is None:
        return None
    return Notice(to=[row.greeter_id], title="Somebody is new here. Say hello", url="/welcome")


@notices.on(NewcomerWelcomed)
def tell_of_the_hello(session: Session, event: NewcomerWelcomed) -> Notice | None:
    """Who is new."""
    row = first_weeks.week_row(session, event.member_id)
    if row is None or row.hello_room_id is None:
        return None
    return Notice(to=[row.member_id], title="Somebody says hello", url=f"/rooms/{row.hello_room_id}")


@notices.on(DoorWanted)
def ask_who_goes_there(session: Session, event: DoorWanted) -> Notice | None:
    """Everybody who goes there and may meet them."""
    row = first_weeks.week_row(session, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id or row.companion_id is not None:
        return None
    to = access.may_wait_for(Reading(session, None, utc_now()), row)
    return Notice(to=to, title="Could you wait at the door for somebody new?", url="/welcome#doors")


@notices.on(DoorTaken)
def tell_who_waits(session: Session, event: DoorTaken) -> Notice | None:
    """Who is new: somebody waits for them at the door."""
    row = first_weeks.week_row(session, event.member_id)
    if row is None or row.occurrence_id is None:
        return None
    meetup_id = meetup_of(Reading(session, None, utc_now()), row.occurrence_id)
    return Notice(to=[row.member_id], title="Somebody waits for you at the door", url=f"/meetups/{meetup_id}")


@tasks.on(HelloDue)
def say_it_yourself(session: Session, event: HelloDue) -> Task | None:
    """Nobody has said hello for a day."""
    row = first_weeks.week_row(session, event.member_id)
    if row is None or row.greeted_at is not None:
        return None
    title, url = "Somebody new has not been welcomed yet", f"/console/members/{row.member_id}"
    return Task(title=title, url=url, subject=row.member_id, kind="first_week.hello", hidden_from=(row.member_id,))


@tasks.on(NewcomerWelcomed)
def it_was_said(_session: Session, event: NewcomerWelcomed) -> Settled:
    """Somebody did."""
    return Settled(kind="first_week.hello", subject=event.member_id, by=event.by)


@tasks.on(DoorDue)
def find_somebody(session: Session, event: DoorDue) -> Task | None:
    """A day before, nobody waits at the door yet."""
    row = first_weeks.week_row(session, event.member_id)
    if row is None or row.occurrence_id != event.occurrence_id or row.companion_id is not None:
        return None
    title, url = "Somebody new would like to be met at the door", "/welcome#doors"
    return Task(title=title, url=url, subject=row.member_id, kind="first_week.door", hidden_from=(row.member_id,))


@tasks.on(DoorTaken)
def somebody_waits(_session: Session, event: DoorTaken) -> Settled:
    """Somebody does."""
    return Settled(kind="first_week.door", subject=event.member_id, by=event.by)
