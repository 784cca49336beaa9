"""Inactivity: members who asked for it are noticed when they come less often than before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from community.check_ins.models import CheckIn
from community.check_ins.rules.check_ins import Answers
from community.console.models import CoordinatorTask
from community.core.ids import new_id
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.inactivity import actions, queries, rules
from community.inactivity.models import InactivityWatch
from community.notifications.models import Notification
from tests.conftest import NOON, Act
from tests.factories import Cast
from tests.pages import page_text, post_form
from tests.support.run_worker import run_until_idle

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = {"weekday": 4, "month_day": None, "begins": "17:00", "ends": "20:00"}
CANARY = "the medlar canary"


def told(store: UnitOfWorkFactory, actor: Actor) -> list[str]:
    """What somebody was told of quiet and hours, oldest first."""
    query = select(Notification.kind).where(Notification.member_id == actor.id).order_by(Notification.created_at)
    with store.read_context() as ctx:
        return [kind for kind in ctx.session.scalars(query) if kind.startswith(("inactivity.", "planned_support."))]


def to_ask(store: UnitOfWorkFactory) -> list[CoordinatorTask]:
    """What coordinators have to do about it."""
    with store.read_context() as ctx:
        return list(ctx.session.scalars(select(CoordinatorTask).where(CoordinatorTask.kind == "inactivity.detected")))


def is_here(act: Act, *people: Actor, since: datetime, weeks: int) -> None:
    """These people do something of their own on three days a week."""

    def say(uow: UnitOfWork) -> None:
        for one in people:
            for day in (7 * week + day for week in range(weeks) for day in (0, 1, 3)):
                row = CheckIn(id=new_id(), member_id=one.id, made_at=since + timedelta(days=day), audience="only_me")
                uow.cipher.encrypt_column(row, CheckIn.answers, Answers(mood=3).as_text())
                uow.session.add(row)

    act(None, say)


@pytest.mark.parametrize("allows", [True, False])
def test_bens_absence_is_told_to_him_then_his_buddy_then_a_coordinator(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, make_pairing: Callable[..., Any], allows: bool
) -> None:
    make_pairing(cast.ben, cast.cleo)
    act.now = NOON - timedelta(weeks=2)
    is_here(act, cast.ben, cast.dov, since=NOON - timedelta(weeks=9), weeks=7)  # Dov did not ask for anything
    act(cast.ben, actions.set_watch, is_on=True, notify_buddy=allows, notify_coordinator=allows)
    heard = []
    for _ in range(4):
        act.now += timedelta(days=7, hours=7)
        run_until_idle(store, settings, now=act.now)
        heard.append((len(told(store, cast.ben)), len(told(store, cast.cleo)), len(to_ask(store))))

    assert heard == [(0, 0, 0), (1, 0, 0), *([(1, 1, 0), (1, 1, 1)] if allows else [(1, 0, 0)] * 2)]
    assert told(store, cast.ben) == ["inactivity.detected"]
    assert told(store, cast.dov) == told(store, cast.ada) == []
    assert act.read(cast.ben, queries.my_watch).is_quiet

    is_here(act, cast.ben, since=act.now, weeks=2)
    act.later(days=14)
    run_until_idle(store, settings, now=act.now)
    assert not act.read(cast.ben, queries.my_watch).is_quiet
    assert [task.done_at is not None for task in to_ask(store)] == [True] * len(to_ask(store))


def test_ben_switches_the_watch_off_and_its_record_is_deleted(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, page: Any
) -> None:
    ben = page(cast.ben)
    post_form(ben, "/quiet", {"is_on": "1"})
    assert "Active days a week: 0 lately" in page_text(ben, "/quiet")
    post_form(ben, "/quiet", {})
    assert "Just now" not in page_text(ben, "/quiet")
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(InactivityWatch)).all() == []
    run_until_idle(store, settings, now=act.now + timedelta(days=8))
    assert told(store, cast.ben) == []


def test_ben_is_measured_against_his_own_weeks_alone() -> None:
    today = date(2026, 11, 23)
    busy = [today - timedelta(days=one) for one in range(15, 57)]
    assert rules.measure_activity(busy, today=today) == rules.Activity(7.0, 0.0)
    assert rules.measure_activity(busy, today=today).is_quiet
    rarely = [today - timedelta(days=one) for one in (20, 30, 40)]
    assert not rules.measure_activity(rarely, today=today).is_quiet
    assert not rules.measure_activity(
        [*busy, *(today - timedelta(days=one) for one in range(1, 8))], today=today
    ).is_quiet
    month_later = today + timedelta(weeks=4)
    assert rules.measure_activity(busy, today=month_later, inactive_since=today - timedelta(weeks=2)).before == 7.0
