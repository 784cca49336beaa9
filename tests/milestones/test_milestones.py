"""What people keep to, and hard days, which take nothing away and tell nobody."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.milestones import actions, queries
from community.milestones.models import Lapse, Milestone
from community.milestones.rules import MilestoneDetails, count_progress
from community.notifications.models import Delivery, Notification
from community.rooms.models import Message, RoomMembership
from tests.conftest import NOON, Act
from tests.factories import Cast
from tests.pages import page_text, post_form
from tests.support.run_worker import run_until_idle

TODAY = NOON.date()
CANARY = "the persimmon canary"


def begin(act: Act, actor: Actor, *, days: int = 40, kind: str = "without", per_week: int | None = None) -> Milestone:
    """Somebody keeps to something for some days."""
    since = TODAY - timedelta(days=days)
    return act(actor, actions.create_milestone, kind=kind, title="Without wine", since=since, per_week=per_week)


def everything(store: UnitOfWorkFactory) -> dict[str, list[str]]:
    """All that others could be told or shown, or that could be taken away."""
    tables = (OutboxEvent, Notification, Delivery, RoomMembership, Message, Milestone)
    with store.read_context() as ctx:
        return {
            table.__tablename__: sorted(
                str(tuple(row)) for row in ctx.session.execute(select(*table.__table__.columns))
            )
            for table in tables
        }


def test_a_hard_day_changes_nothing_and_tells_nobody(  # C8
    cast: Cast, act: Act, api: Any, store: UnitOfWorkFactory, settings: Settings, make_pairing: Callable[..., Any]
) -> None:
    pairing = make_pairing(cast.ben, cast.cleo)
    made = begin(act, cast.ben)
    act(cast.ben, actions.share_milestone, milestone_id=made.id, shared_with="buddy")
    run_until_idle(store, settings, now=act.now)
    before = everything(store)
    seen_before = act.read(cast.cleo, queries.shared_by_buddy, pairing_id=pairing.id)
    [counted_before] = act.read(cast.ben, queries.my_milestones)

    kept = act(cast.ben, actions.record_lapse, on=TODAY, note=CANARY, milestone_id=None)

    run_until_idle(store, settings, now=act.now)
    assert everything(store) == before
    assert act.read(cast.cleo, queries.shared_by_buddy, pairing_id=pairing.id) == seen_before
    [counted_after] = act.read(cast.ben, queries.my_milestones)
    assert counted_after == counted_before
    with store.read_context() as ctx:
        row = ctx.session.get_one(Lapse, kept.id)
    assert row.details.startswith("v2.")
    assert CANARY not in row.details
    for other in (cast.cleo, cast.ada, cast.root):
        assert api(other).get("/lapses").json["items"] == []
        assert api(other).delete(f"/lapses/{kept.id}").status_code == 404


def test_days_only_grow_and_what_was_reached_stays() -> None:  # C8
    details = MilestoneDetails("Without wine", date(2026, 1, 1))
    last = count_progress(details, (), today=date(2026, 1, 1))
    hard: set[date] = set()
    for day in range(1, 800):
        today = date(2026, 1, 1) + timedelta(days=day)
        if day % 37 == 0:
            hard.add(today)
        now = count_progress(details, hard, today=today)
        assert now.days == last.days + 1
        assert now.total >= last.total
        assert now.longest >= last.longest
        assert now.reached[: len(last.reached)] == last.reached
        last = now
    assert (last.days, last.total, last.longest) == (799, 799 - 21, 37)
    assert [mark.name for mark in last.reached][-2:] == ["One year", "2 years"]


def test_less_counts_weeks_and_a_medicine_counts_in_full(cast: Cast, act: Act) -> None:
    begin(act, cast.ben, days=28, kind="less", per_week=2)
    begin(act, cast.ben, days=28, kind="steady")
    for ago in (27, 26, 25, 12, 11):
        day = TODAY - timedelta(days=ago)
        act(cast.ben, actions.record_lapse, on=day, note="", milestone_id=None)
    less, steady = act.read(cast.ben, queries.my_milestones)
    assert (less.counted.weeks_kept, less.counted.weeks) == (3, 4)
    assert (steady.counted.total, steady.counted.longest) == (28, 28)


def test_a_wrong_milestone_field_is_named(cast: Cast, api: Any) -> None:
    ben = api(cast.ben)
    tomorrow = (TODAY + timedelta(days=400)).isoformat()
    for wrong, field in (
        ({"title": ""}, "title"),
        ({"kind": "sober"}, "kind"),
        ({"since": tomorrow}, "since"),
        ({"kind": "less"}, "per_week"),
        ({"per_week": 3}, "per_week"),
    ):
        refused = ben.post("/milestones", {"title": "Without wine", **wrong})
        assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert ben.post("/lapses", {"on": tomorrow}).status_code == 422
    made = ben.post("/milestones", {"title": "Without wine"})
    assert (made.status_code, made.json["shared_with"], made.json["days"]) == (201, "nobody", 0)
    assert api(cast.cleo).put(f"/milestones/{made.json['id']}/shared-with", {"shared_with": "buddy"}).status_code == 404
    assert api(cast.cleo).post("/lapses", {"milestone_id": made.json["id"]}).status_code == 404
    assert api(cast.ada).get("/milestones").json["items"] == []


def test_ben_writes_a_hard_day_down_and_is_offered_ways_on_that_need_a_tap(
    cast: Cast, page: Any, store: UnitOfWorkFactory
) -> None:
    ben: FlaskClient = page(cast.ben)
    post_form(ben, "/milestones", {"kind": "without", "title": "Without wine", "since": "2026-01-05", "per_week": ""})
    assert "Without wine" in page_text(ben, "/milestones")
    kept = post_form(ben, "/hard-day", {"on": "", "note": CANARY, "about": ""})
    after = page_text(ben, kept.headers["Location"])
    for path in ("/coordinator", "/way-back", "/safer", "/reach-out"):
        assert path in after
    assert "1-800-662-4357" in page_text(ben, "/way-back")
    assert "naloxone" in page_text(ben, "/safer")
    with store.read_context() as ctx:
        assert (
            ctx.session.scalars(
                select(OutboxEvent.type).where(OutboxEvent.type == "coordinator_contact.requested")
            ).all()
            == []
        )
    assert CANARY in page_text(ben, "/milestones")
    assert page(cast.cleo).get(kept.headers["Location"]).status_code == 404
