"""The first seven days: somebody says hello, one room, one wish for a buddy, and one who waits at the door."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from community.console.models import CoordinatorTask
from community.core.errors import Forbidden, NotFound
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.meetups.actions import create, edit_occurrence, rsvps
from community.meetups.queries.meetups import next_meetups
from community.members.actions import accounts, invitations, sanctions
from community.members.actions.session_auth import actor_for
from community.members.rules.consent_texts import by_version
from community.onboarding import actions
from community.onboarding import queries as onboarding_queries
from community.onboarding.actions import CompanionAlreadyFound
from community.onboarding.models import Onboarding
from community.rooms.actions import create as create_actions
from community.rooms.actions import membership
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.support.buddy_fixtures import MakeProfile
from tests.support.reach_out_fixtures import count_notifications
from tests.support.run_worker import run_until_idle


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


def table(act: Act, host: Actor) -> UUID:
    """A meetup in three days; its date."""
    starts = (act.now + timedelta(days=3)).replace(tzinfo=None, second=0, microsecond=0)
    act(
        host,
        create.post,
        title="Thursday table",
        description="",
        starts_at_local=starts,
        time_zone="UTC",
        duration_minutes=90,
        place={"kind": "in_person", "address": "12 Elm Street"},
    )
    [(_, date)] = act.read(host, next_meetups)
    return date.id


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
        act(cast.cleo, actions.greet, member_id=nia.id)
    act(cast.ben, actions.greet, member_id=nia.id)
    act(nia, membership.join, room_id=evenings.id)
    make_profile(nia)
    act(nia, actions.request_companion, occurrence_id=date)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, nia, "onboarding.greeted") == 1
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
    assert open_tasks(act) == ["Somebody new has not been welcomed yet"]
    act.later(days=1)
    run_until_idle(store, settings, now=act.now)
    assert sorted(open_tasks(act))[1] == "Somebody new would like to be met at the door"
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
    assert "Somebody new would like to be met at the door" not in open_tasks(act)
    act(cast.root, sanctions.impose, member_id=cast.dov.id, kind="suspension", reason="x")
    run_until_idle(store, settings, now=act.now)
    assert act.read(nia, onboarding_queries.my_onboarding).companion is None
    assert "Somebody new would like to be met at the door" in open_tasks(act), "half a day before, at once"
    [seen] = act.read(cast.ada, onboarding_queries.my_newcomers).companion_requests
    assert (seen.member_id, seen.i_go) == (nia.id, False), "who has it to do sees whom it is about"
    with pytest.raises(NotFound):
        act(cast.ada, actions.become_companion, member_id=nia.id)
    act(cast.ada, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    act(cast.ada, actions.become_companion, member_id=nia.id)
    run_until_idle(store, settings, now=act.now)
    assert "Somebody new would like to be met at the door" not in open_tasks(act)


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
    assert "Somebody new would like to be met at the door" not in open_tasks(act), "it is not the day before"
    act.later(days=5, seconds=1)
    run_until_idle(store, settings, now=act.now)
    assert "Somebody new would like to be met at the door" in open_tasks(act)
    act(cast.ada, edit_occurrence.cancel, occurrence_id=date, reason="Rain")
    run_until_idle(store, settings, now=act.now)
    assert "Somebody new would like to be met at the door" not in open_tasks(act)
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
    act(cast.ada, create_actions.create_room, kind="open", name="Evenings")
    date = table(act, cast.ada)
    post_form(page(cast.ben), "/welcome", {"offers": "1"})
    act(cast.ben, rsvps.answer_occurrence, occurrence_id=date, answer="going")
    nia = joins(act, cast, "Nia", settings)
    run_until_idle(store, settings, now=act.now)
    text = page_text(page(nia), "/")
    assert "Ben will say hello" in text
    assert "Begin in Evenings" in text
    assert "Someone will wait for you at the door" in text
    post_form(page(nia), f"/first-days/door/{date}", {})
    ben = page(cast.ben)
    text = page_text(ben, "/welcome")
    assert "Say hello to Nia" in text
    assert post_form(ben, f"/welcome/{nia.id}/hello", {}).location.startswith("/rooms/")
    post_form(ben, f"/welcome/{nia.id}/door", {})
    text = page_text(page(nia), "/")
    assert "Ben says hello" in text
    assert "Ben waits for you at the door" in text
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


def _staff(uow: Any, actor: Actor) -> Any:
    uow.anyone = actor
    return uow
