"""Planned support: a reminder and a plan at the hours that a member finds hard."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.notifications.models import Notification
from community.planned_support import queries as planned_support_queries
from community.planned_support.models import PlannedSupport
from community.planned_support.rules import Hours, current_start, next_start
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import page_text
from tests.support.run_worker import run_until_idle

NEW_YORK = ZoneInfo("America/New_York")
FRIDAY = {"weekday": 4, "month_day": None, "begins": "17:00", "ends": "20:00"}
CANARY = "the medlar canary"


def told(store: UnitOfWorkFactory, actor: Actor) -> list[str]:
    """What somebody was told of quiet and hours, oldest first."""
    query = select(Notification.kind).where(Notification.member_id == actor.id).order_by(Notification.created_at)
    with store.read_context() as ctx:
        return [kind for kind in ctx.session.scalars(query) if kind.startswith(("inactivity.", "planned_support."))]


def test_a_hard_hour_brings_a_neutral_note_and_what_was_planned(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, api: Any, page: Any
) -> None:
    made = api(cast.ben).post("/hard-hours", {**FRIDAY, "kinds": ["breathe", "coordinator"], "words": CANARY})
    assert made.status_code == 201
    with store.read_context() as ctx:
        row = ctx.session.scalars(select(PlannedSupport)).one()
    assert CANARY not in row.plan
    assert row.next_at.astimezone(NEW_YORK).strftime("%A %H:%M") == "Friday 17:00"

    run_until_idle(store, settings, now=row.next_at)
    act.now = row.next_at + timedelta(minutes=5)
    assert act.read(cast.ben, planned_support_queries.current_planned_support) == row.id
    assert act.read(cast.cleo, planned_support_queries.current_planned_support) is None
    assert told(store, cast.ben) == ["planned_support.started"]
    with store.read_context() as ctx:
        [note] = ctx.session.scalars(select(Notification).where(Notification.kind == "planned_support.started"))
        again = ctx.session.get_one(PlannedSupport, row.id).next_at
    assert CANARY not in note.title
    assert again.astimezone(NEW_YORK).date() - row.next_at.astimezone(NEW_YORK).date() == timedelta(days=7)
    plan = page_text(page(cast.ben), note.url)
    assert CANARY in plan
    assert "/breathe" in plan
    assert page(cast.ada).get(note.url).status_code == 404

    assert api(cast.ben).delete(f"/hard-hours/{row.id}").status_code == 204
    run_until_idle(store, settings, now=again)
    assert told(store, cast.ben) == ["planned_support.started"]


def test_a_wrong_field_of_a_planned_time_is_named(cast: Cast, api: Any) -> None:
    ben = api(cast.ben)
    for wrong, field in (
        ({"month_day": 1}, "weekday"),
        ({"weekday": None}, "weekday"),
        ({"weekday": 7}, "weekday"),
        ({"ends": "17:00"}, "ends"),
        ({"kinds": []}, "kinds"),
        ({"begins": "25:00"}, "begins"),
    ):
        refused = ben.post("/hard-hours", {**FRIDAY, "kinds": ["breathe"], **wrong})
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field]), wrong


def test_planned_times_follow_bens_local_clock() -> None:
    late = Hours(5, None, "22:00", "02:00")
    before = datetime(2026, 10, 31, 12, tzinfo=UTC)  # a Saturday; the clocks go back in the night
    start = next_start(late, zone=NEW_YORK, after=before)
    assert start.astimezone(NEW_YORK).strftime("%a %H:%M") == "Sat 22:00"
    assert current_start(late, zone=NEW_YORK, now=start + timedelta(hours=4)) == start
    assert current_start(late, zone=NEW_YORK, now=start + timedelta(hours=5, minutes=1)) is None
    assert next_start(late, zone=NEW_YORK, after=start).astimezone(NEW_YORK).hour == 22
    payday = Hours(None, 31, "12:00", "14:00")
    days = []
    after = datetime(2027, 1, 31, 20, tzinfo=UTC)
    for _ in range(3):
        after = next_start(payday, zone=NEW_YORK, after=after)
        days.append(after.astimezone(NEW_YORK).date().isoformat())
    assert days == ["2027-02-28", "2027-03-31", "2027-04-30"]
