"""The first seven days: somebody says hello, one room, one wish for a buddy, and one who waits at the door."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import event, select

from community.console.models import CoordinatorTask
from community.core.errors import Forbidden, NotFound
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.home.queries.home import home_page
from community.meetups.actions import create, edit_occurrence, rsvps
from community.meetups.queries.meetups import next_meetups
from community.members.actions import accounts, invitations, sanctions
from community.members.actions.session_auth import actor_for
from community.members.rules.consent_texts import by_version
from community.notifications.queries import inbox
from community.onboarding import actions
from community.onboarding import queries as onboarding_queries
from community.onboarding.actions import CannotBeMetThere, CompanionAlreadyFound
from community.onboarding.models import Onboarding
from community.rooms.actions import create as create_actions
from community.rooms.actions import membership
from community.rooms.actions import settings as room_settings
from community.rooms.engine.message_writer import MessageWriter
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.support.accounts import PASSWORD, join_body, token_in
from tests.support.buddy_fixtures import MakeProfile
from tests.support.reach_out_fixtures import count_notifications
from tests.support.run_worker import run_until_idle

CALL = "https://call.example/table"


def joins(act: Act, cast: Cast, handle: str, settings: Settings) -> Actor:
    """Somebody follows an invitation."""
    email = f"{handle.lower()}@example.org"
    invited = act(cast.ada, invitations.invite, email=email, role=Role.ALUMNUS, secret=settings.secret_key)
    agreed = dict.fromkeys(by_version(), True)
    member = act(
        None,
        invitations.accept_invitation,
        token=invited.token,
        handle=handle,
        password_hash="x",
        time_zone="America/New_York",
        consents=agreed,
    )
    return actor_for(member)


def says_hello(act: Act, greeter: Actor, newcomer: Actor) -> UUID:
    """The greeter opens the room of the two and writes in it; returns the room."""
    room_id: UUID = act(greeter, actions.open_hello_room, member_id=newcomer.id)
    MessageWriter(act.store).post(greeter, room_id=room_id, client_msg_id="hello", body="Hi. Welcome.")
    return room_id


def table(act: Act, host: Actor, *, hour: int | None = None, kind: str = "in_person", days: int = 3) -> UUID:
    """A meetup in three days, in the waking hours of its place unless said otherwise; its date."""
    zone = "UTC" if 9 <= act.now.hour < 21 else "Asia/Tokyo" if act.now.hour < 9 else "America/Los_Angeles"
    starts = (act.now.astimezone(ZoneInfo(zone)) + timedelta(days=days)).replace(tzinfo=None, second=0, microsecond=0)
    before = {date.id for _, date in act.read(host, next_meetups, limit=20)}
    act(
        host,
        create.post,
        title="Thursday table",
        description="",
        starts_at_local=starts if hour is None else starts.replace(hour=hour, minute=30),
        time_zone=zone,
        duration_minutes=90,
        place={"kind": kind, "address": "12 Elm Street"} if kind == "in_person" else {"kind": kind, "url": CALL},
    )
    [date_id] = [date.id for _, date in act.read(host, next_meetups, limit=20) if date.id not in before]
    return date_id


def open_tasks(act: Act) -> list[str]:
    """What coordinators have to do about care."""
    query = select(CoordinatorTask.title).where(
        CoordinatorTask.done_at.is_(None), CoordinatorTask.kind.in_(("onboarding.greeting", "companion.wanted"))
    )
    return act.read(None, lambda ctx: list(ctx.session.scalars(query)))


def test_all_four_in_the_first_seven_days(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, make_profile: MakeProfile
) -> None:
    evenings = act(cast.ada, create_actions.create_room, kind="open", name="Evenings", members=[cast.ben.id])
    for one in (cast.ben, cast.cleo):
        act(one, actions.set_greeter_offer, offers=True)
        act.later(seconds=1)
    date = table(act, cast.ada)
    act(cast.cleo, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    nia = joins(act, cast, "Nia", settings)
    run_until_idle(store, settings, now=act.now)
    days = act.read(nia, onboarding_queries.my_onboarding)
    assert days is not None
    assert (days.greeter, days.room_name, days.done) == ("Ben", "Evenings", dict.fromkeys(days.done, False))
    assert count_notifications(act, cast.ben, "onboarding.started") == 1
    second = joins(act, cast, "Ola", settings)
    run_until_idle(store, settings, now=act.now)
    assert act.read(second, onboarding_queries.my_onboarding).greeter == "Cleo", "they take turns"

    with pytest.raises(NotFound):
        act(cast.cleo, actions.open_hello_room, member_id=nia.id)
    says_hello(act, cast.ben, nia)
    act(nia, membership.join, room_id=evenings.id)
    make_profile(nia)
    act(nia, actions.request_companion, occurrence_id=date)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, nia, "message.posted") == 1
    assert [count_notifications(act, one, "companion.requested") for one in (cast.cleo, cast.ben)] == [1, 0]
    with pytest.raises(NotFound):
        act(cast.ben, actions.become_companion, member_id=nia.id)
    act(cast.cleo, actions.become_companion, member_id=nia.id)
    act(cast.dov, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    with pytest.raises(CompanionAlreadyFound):
        act(cast.dov, actions.become_companion, member_id=nia.id)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, nia, "companion.assigned") == 1
    done = act.read(nia, onboarding_queries.my_onboarding)
    assert (set(done.done.values()), done.companion) == ({True}, "Cleo")
    act.later(days=7)
    run_until_idle(store, settings, now=act.now)
    counted = act.read(
        None, lambda ctx: {row.member_id: row.completed_steps for row in ctx.session.scalars(select(Onboarding))}
    )
    assert (counted[nia.id], counted[second.id]) == (4, 0)


def test_no_newcomer_is_forgotten(cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings) -> None:
    """No hello for a day, nobody at the door a day before: a coordinator has it to do. Who may not meet never does."""
    for one in (cast.ben, cast.cleo):
        act(one, actions.set_greeter_offer, offers=True)
    nia = joins(act, cast, "Nia", settings)
    act(nia, accounts.block, member_id=cast.cleo.id)
    act(cast.ben, accounts.block, member_id=nia.id)
    with store.unit_of_work(now=act.now) as uow:
        row = uow.session.get(Onboarding, nia.id)
        assert row is None, "nothing has run yet"
    run_until_idle(store, settings, now=act.now)
    assert act.read(nia, onboarding_queries.my_onboarding).greeter in ("Ada", "Root"), "of those who may"
    date = table(act, cast.ada)
    act(cast.cleo, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    act(nia, actions.request_companion, occurrence_id=date)
    with pytest.raises(NotFound):
        act(cast.cleo, actions.become_companion, member_id=nia.id)
    act.later(days=1, seconds=1)
    run_until_idle(store, settings, now=act.now)
    assert open_tasks(act) == ["Someone new hasn't been welcomed yet"]
    act.later(days=1)
    run_until_idle(store, settings, now=act.now)
    assert sorted(open_tasks(act))[1] == "Someone new would like to be met at the door"
    act(nia, actions.hide_onboarding)
    assert act.read(nia, onboarding_queries.my_onboarding) is None


def companion_assigned_at(
    act: Act, cast: Cast, settings: Settings, store: UnitOfWorkFactory, *going: Actor
) -> tuple[Actor, UUID]:
    """Nia is new and wants to be met at a date to which these go, the first of whom waits: who she is, and the date."""
    date = table(act, cast.ada)
    for one in going:
        act(one, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    nia = joins(act, cast, "Nia", settings)
    run_until_idle(store, settings, now=act.now)
    act(nia, actions.request_companion, occurrence_id=date)
    act(going[0], actions.become_companion, member_id=nia.id)
    run_until_idle(store, settings, now=act.now)
    return nia, date


def test_a_companion_who_cannot_come_is_replaced(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    """By whatever it is that they do not come: their answer, a block, a suspension."""
    nia, date = companion_assigned_at(act, cast, settings, store, cast.ben, cast.cleo, cast.dov)
    before = [count_notifications(act, one, "companion.requested") for one in (cast.cleo, cast.dov)]
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=date, answer="declined")
    run_until_idle(store, settings, now=act.now)
    days = act.read(nia, onboarding_queries.my_onboarding)
    assert (days.companion, days.is_wanted, days.done["door"]) == (None, True, False)
    assert count_notifications(act, nia, "companion.requested_again") == 1
    after = [count_notifications(act, one, "companion.requested") for one in (cast.cleo, cast.dov)]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1]
    assert count_notifications(act, cast.ben, "companion.cancelled") == 0, "Ben knows it"

    act(cast.cleo, actions.become_companion, member_id=nia.id)
    act(nia, accounts.block, member_id=cast.cleo.id)
    run_until_idle(store, settings, now=act.now)
    assert act.read(nia, onboarding_queries.my_onboarding).companion is None
    assert count_notifications(act, cast.cleo, "companion.cancelled") == 1, "in the words that it has for every reason"

    act(cast.dov, actions.become_companion, member_id=nia.id)
    act.later(days=2, hours=12)
    run_until_idle(store, settings, now=act.now)
    assert "Someone new would like to be met at the door" not in open_tasks(act)
    act(cast.root, sanctions.impose, member_id=cast.dov.id, kind="suspension", reason="x")
    run_until_idle(store, settings, now=act.now)
    assert act.read(nia, onboarding_queries.my_onboarding).companion is None
    assert "Someone new would like to be met at the door" in open_tasks(act), "half a day before, at once"
    [seen] = act.read(cast.ada, onboarding_queries.my_newcomers).companion_requests
    assert (seen.member_id, seen.i_go) == (nia.id, False), "who has it to do sees whom it is about"
    with pytest.raises(NotFound):
        act(cast.ada, actions.become_companion, member_id=nia.id)
    act(cast.ada, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    act(cast.ada, actions.become_companion, member_id=nia.id)
    run_until_idle(store, settings, now=act.now)
    assert "Someone new would like to be met at the door" not in open_tasks(act)


def test_no_companion_waits_for_a_newcomer_who_does_not_come(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    """Whether they take it back or choose another date; and a date that is moved is looked after at its new time."""
    nia, date = companion_assigned_at(act, cast, settings, store, cast.ben)
    act(nia, rsvps.answer_occurrence, occurrence_id=date, answer="maybe")
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.ben, "companion.cancelled") == 1
    assert not act.read(nia, onboarding_queries.my_onboarding).is_wanted
    act(nia, rsvps.answer_occurrence, occurrence_id=date, answer="declined")
    act(nia, actions.request_companion, occurrence_id=date)
    run_until_idle(store, settings, now=act.now)
    assert act.read(nia, onboarding_queries.my_onboarding).is_wanted, "it was taken back before anybody saw to it"

    starts = (act.now + timedelta(days=9)).replace(tzinfo=None, second=0, microsecond=0)
    act(cast.ada, edit_occurrence.change_occurrence, occurrence_id=date, changes={"starts_at_local": starts})
    act(
        nia, rsvps.answer_occurrence, occurrence_id=date, answer="going"
    )  # as who is asked again says that they still come
    act.later(days=3)
    run_until_idle(store, settings, now=act.now)
    assert "Someone new would like to be met at the door" not in open_tasks(act), "it is not the day before"
    act.later(days=5, seconds=1)
    run_until_idle(store, settings, now=act.now)
    assert "Someone new would like to be met at the door" in open_tasks(act)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date, reason="Rain")
    run_until_idle(store, settings, now=act.now)
    assert "Someone new would like to be met at the door" not in open_tasks(act)
    assert act.read(None, lambda ctx: ctx.session.get_one(Onboarding, nia.id).occurrence_id) is None
    assert count_notifications(act, cast.ben, "companion.cancelled") == 1, "of a date that is off all hear anyway"


def test_its_figure_is_of_eleven_people_or_not_shown(
    cast: Cast, act: Act, store: UnitOfWorkFactory, page: Any
) -> None:  # C7
    assert "Too few to show" in page_text(page(cast.ada), "/console/today")
    with store.unit_of_work(now=act.now) as uow:
        for number in range(11):
            one = make_member(uow, f"Person {number}").id
            begun, done = act.now - timedelta(days=8), 4 if number < 7 else 2
            uow.session.add(Onboarding(member_id=one, started_at=begun, ends_at=act.now, completed_steps=done))
            if number == 9:
                uow.session.flush()
                assert onboarding_queries.completion(_staff(uow, cast.ada)).people is None
    assert act.read(cast.ada, onboarding_queries.completion) == onboarding_queries.Completion(11, 7)
    text = page_text(page(cast.ada), "/console/today")
    assert "7 <small>of 11 people</small>" in text
    assert "Too few" not in text
    with pytest.raises(Forbidden):
        act.read(cast.ben, onboarding_queries.completion)


def test_pages_of_the_first_days(cast: Cast, act: Act, page: Any, settings: Settings, store: UnitOfWorkFactory) -> None:
    act(cast.ada, create_actions.create_room, kind="open", name="Evenings", members=[cast.dov.id])
    date = table(act, cast.ada)
    step = act.read(cast.dov, home_page).next_step
    assert step is not None
    assert "Can you make it?" in step.text
    post_form(page(cast.ben), "/welcome", {"offers": "1"})
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    nia = joins(act, cast, "Nia", settings)
    run_until_idle(store, settings, now=act.now)
    text = page_text(page(nia), "/")
    assert "Ben will say hello" in text
    assert "Begin in Evenings" in text
    assert "Someone can meet you at the door" in text
    assert act.read(nia, home_page).next_step is None, "the first days come first"
    post_form(page(nia), f"/first-days/door/{date}", {})
    ben = page(cast.ben)
    text = page_text(ben, "/welcome")
    assert "Say hello<span" in text
    assert "Hi Nia, I&#39;m Ben. Welcome." in text
    opened = post_form(ben, f"/welcome/{nia.id}/hello", {"body": ""}).location
    assert opened.startswith("/rooms/")
    assert "Ben will say hello" in page_text(page(nia), "/"), "a room without a word in it is no hello"
    hello = {"body": "Hi Nia. No need to answer.", "client_msg_id": "one"}
    assert [post_form(ben, f"/welcome/{nia.id}/hello", hello).location for _ in range(2)] == [opened] * 2
    said = page(nia).get(f"/api/v1{opened}/messages").json["messages"]
    assert [message["body"] for message in said] == ["Hi Nia. No need to answer."]
    post_form(ben, f"/welcome/{nia.id}/door", {})
    text = page_text(page(nia), "/")
    assert "Ben says hello" in text
    assert "Ben will meet you at the door" in text
    post_form(page(nia), "/first-days/hide", {})
    assert "Your first days" not in page_text(page(nia), "/")


def test_the_page_asks_no_more_for_twenty_who_are_new_than_for_one(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:
    date = table(act, cast.ada)
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=date, answer="going")

    def somebody_new(number: int) -> None:
        with store.unit_of_work(now=act.now) as uow:
            one = make_member(uow, f"Person {number}").id
            row = Onboarding(member_id=one, started_at=act.now, ends_at=act.now, occurrence_id=date)
            uow.session.add(row)

    def asked() -> tuple[int, int]:
        """How many doors Ben sees, and how many queries that takes."""
        seen: list[str] = []
        note = lambda _conn, _cursor, text, *_: seen.append(text)  # noqa: E731 - to be taken off again
        event.listen(store.database.engine, "before_cursor_execute", note)
        page_text = act.read(cast.ben, onboarding_queries.my_newcomers)
        event.remove(store.database.engine, "before_cursor_execute", note)
        return len(page_text.companion_requests), len(seen)

    somebody_new(0)
    one, queries = asked()
    for number in range(1, 20):
        somebody_new(number)
    assert one == 1
    assert asked() == (20, queries)


def test_nia_is_told_of_a_hello_when_there_are_words_in_it(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    act(cast.ben, actions.set_greeter_offer, offers=True)
    nia = joins(act, cast, "Nia", settings)
    run_until_idle(store, settings, now=act.now)
    room_id = act(cast.ben, actions.open_hello_room, member_id=nia.id)
    assert act(cast.ben, actions.open_hello_room, member_id=nia.id) == room_id
    MessageWriter(act.store).post(nia, room_id=room_id, client_msg_id="who", body="Is anyone here?")
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, nia, "message.posted") == 0
    assert not act.read(nia, onboarding_queries.my_onboarding).done["hello"]
    says_hello(act, cast.ben, nia)
    run_until_idle(store, settings, now=act.now)
    told = [(one.kind, one.title) for one in act.read(nia, inbox.notifications, cursor=None, limit=200).items]
    assert told == [("message.posted", "Ben wrote to you")], "one hello, one notification"
    assert act.read(nia, onboarding_queries.my_onboarding).done["hello"]


def test_nia_is_met_only_in_person_and_at_waking_hours(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    nia = joins(act, cast, "Nia", settings)
    run_until_idle(store, settings, now=act.now)
    online = table(act, cast.ada, hour=12, kind="online", days=2)
    early, late = table(act, cast.ada, hour=4, days=3), table(act, cast.ada, hour=22, days=3)
    assert act.read(nia, onboarding_queries.my_onboarding).door is None
    for date in (online, early, late):
        with pytest.raises(CannotBeMetThere):
            act(nia, actions.request_companion, occurrence_id=date)
    evening = table(act, cast.ada, hour=21, days=4)
    assert act.read(nia, onboarding_queries.my_onboarding).door.occurrence_id == evening
    act(nia, actions.request_companion, occurrence_id=evening)
    assert act.read(nia, onboarding_queries.my_onboarding).is_wanted


@pytest.mark.parametrize("by_form", [True, False])
def test_nia_has_her_first_days_on_the_first_page(
    cast: Cast, act: Act, app: Flask, api: Any, settings: Settings, store: UnitOfWorkFactory, by_form: bool
) -> None:
    """No worker has run: they start in the transaction in which she joins, and only once."""
    act(cast.ada, create_actions.create_room, kind="open", name="Evenings")
    act(cast.ben, actions.set_greeter_offer, offers=True)
    token = token_in(api(cast.ada).post("/invitations", {"email": "nia@example.org"}).json["url"])
    client = app.test_client()
    if by_form:
        agreed = dict.fromkeys(by_version(), "1")
        fields = {"handle": "Nia", "password": PASSWORD, "time_zone": "America/Denver", **agreed}
        assert client.post(f"/join/{token}", data=fields).location == "/"
    else:
        assert client.post("/api/v1/invitations/accept", json=join_body(token, handle="Nia")).status_code == 201
    text = page_text(client, "/")
    assert "Your first days" in text
    assert "how it works" in text
    assert "Ben will say hello" in text
    assert "Begin in Evenings" in text
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.ben, "onboarding.started") == 1


def test_a_coordinator_who_joins_has_no_first_days(cast: Cast, act: Act, app: Flask, api: Any) -> None:
    body = {"email": "eve@example.org", "role": "coordinator"}
    token = token_in(api(cast.root).post("/invitations", body).json["url"])
    client = app.test_client()
    assert client.post("/api/v1/invitations/accept", json=join_body(token, handle="Eve")).status_code == 201
    assert "Your first days" not in page_text(client, "/")


def test_nia_begins_in_the_room_that_ada_chose(cast: Cast, act: Act, page: Any, api: Any, settings: Settings) -> None:
    evenings, weeks, private = (
        act(cast.ada, create_actions.create_room, kind=kind, name=name)
        for kind, name in (("open", "Evenings"), ("open", "First weeks"), ("private", "Staff"))
    )
    MessageWriter(act.store).post(cast.ada, room_id=evenings.id, client_msg_id="one", body="The busiest.")
    ada = page(cast.ada)
    assert "Where new members start" not in page_text(page(cast.ben), "/welcome")
    assert post_form(ada, "/welcome/room", {"room_id": str(private.id)}).status_code == 422
    assert post_form(ada, "/welcome/room", {"room_id": str(weeks.id)}).status_code == 303
    assert f'value="{weeks.id}" selected' in page_text(ada, "/welcome")

    def first_room(handle: str) -> str | None:
        newcomer = joins(act, cast, handle, settings)
        act(None, actions.start_onboarding, member_id=newcomer.id)
        name: str | None = act.read(newcomer, onboarding_queries.my_onboarding).room_name
        return name

    assert first_room("Nia") == "First weeks"
    act(cast.ada, room_settings.close_room, room_id=weeks.id)
    assert first_room("Ola") == "Evenings", "a closed room is no place to begin"
    assert api(cast.ada).put("/newcomers/room", {"room_id": str(evenings.id)}).json["first_room_id"] == str(evenings.id)
    assert api(cast.ada).put("/newcomers/room", {"room_id": None}).json["first_room_id"] is None


def _staff(uow: Any, actor: Actor) -> Any:
    uow.anyone = actor
    return uow
