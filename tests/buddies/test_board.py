"""The coordinators' board: who has somebody, who waits, runs by the calendar, and tasks that settle."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.buddies.actions import pairings, profiles, run_schedule, runs
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun
from community.buddies.queries import admin, match_statistics
from community.buddies.rules import end_of_quiet_day, next_weekly
from community.core.errors import Forbidden
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.support.buddy_fixtures import MakePairing, MakeProfile
from tests.support.run_worker import run_until_idle
from tests.support.waiting import until


def test_a_run_starts_each_week_by_itself_and_no_more_than_that(
    cast: Cast, act: Act, make_profile: MakeProfile, store: UnitOfWorkFactory, settings: Settings
) -> None:
    for one in (cast.ben, cast.cleo):
        make_profile(one)
    with pytest.raises(Forbidden):
        act(cast.ben, run_schedule.schedule, is_on=True, weekday=1, hour=9)
    act(cast.ada, run_schedule.schedule, is_on=True, weekday=1, hour=9)
    first = act.read(cast.ada, admin.schedule).next_at
    assert first is not None
    assert timedelta(0) < first - act.now <= timedelta(days=7)

    def ran() -> list[MatchRun]:
        with store.read_context() as ctx:
            return list(ctx.session.scalars(select(MatchRun)))

    run_until_idle(store, settings, now=first - timedelta(seconds=1))
    assert ran() == []
    for _ in range(2):
        run_until_idle(store, settings, now=first)
    [run] = ran()
    assert (run.started_by, run.is_dry_run) == (None, False)
    until(lambda: ran()[0].state == "done", within=60, what="the calendar's run")
    assert act.read(cast.ada, admin.schedule).next_at == first + timedelta(days=7)

    act(cast.ada, run_schedule.schedule, is_on=False, weekday=1, hour=9)
    run_until_idle(store, settings, now=first + timedelta(days=8))
    assert len(ran()) == 1
    assert act.read(cast.ada, admin.schedule).next_at is None


def test_the_week_follows_the_clock_on_the_wall() -> None:
    before = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)  # the clocks of New York go forward on March 8
    monday = next_weekly(before, weekday=0, hour=9, time_zone="America/New_York")
    assert monday == datetime(2026, 3, 9, 13, 0, tzinfo=UTC)
    assert next_weekly(monday, weekday=0, hour=9, time_zone="America/New_York") == monday + timedelta(days=7)
    friday = next_weekly(before, weekday=4, hour=14, time_zone="America/New_York")
    assert friday == datetime(2026, 3, 6, 19, 0, tzinfo=UTC)


def test_quiet_days_end_in_the_morning_of_the_next() -> None:
    sunday = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 18:00 in New York
    monday = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert end_of_quiet_day(sunday, quiet_days=[6], time_zone="America/New_York") == monday
    assert end_of_quiet_day(sunday, quiet_days=[6, 0], time_zone="America/New_York") == monday + timedelta(days=1)
    assert end_of_quiet_day(sunday, quiet_days=[0], time_zone="America/New_York") is None
    assert end_of_quiet_day(sunday, quiet_days=[0], time_zone="Pacific/Auckland") is not None


def test_the_board_counts_who_has_somebody_and_who_waits_how_long(
    cast: Cast, act: Act, make_pairing: MakePairing, make_profile: MakeProfile, store: UnitOfWorkFactory
) -> None:
    make_pairing(cast.ben, cast.cleo)
    people = act(None, lambda uow: [make_member(uow, f"Walker {number}") for number in range(4)])
    make_profile(people[0], role="mentor", capacity=2)
    for one in people[1:]:
        make_profile(one)
    act(people[3], profiles.pause)
    with store.unit_of_work() as uow:
        uow.session.get_one(BuddyProfile, people[1].id).waiting_since = act.now - timedelta(days=20)
    seen = act.read(cast.ada, match_statistics.coverage)

    assert (seen.looking, seen.with_buddy, seen.waiting, seen.paused, seen.percent) == (6, 2, 3, 1, 33)
    assert (seen.places, seen.places_taken, seen.to_approve) == (2, 0, 0)
    assert (seen.longest[0].handle, seen.longest[0].days) == ("Walker 1", 20)
    assert dict(seen.waits) == {
        "under a week": 2,
        "1 to 2 weeks": 0,
        "2 to 4 weeks": 1,
        "4 to 8 weeks": 0,
        "longer": 0,
    }
    with pytest.raises(Forbidden):
        act.read(cast.ben, match_statistics.coverage)
    for _ in range(2):
        runs.start_and_wait(store, cast.ada, wait_seconds=90, seed=1, dry_run=True)
    points = act.read(cast.ada, match_statistics.last_runs)
    assert [(one.state, one.pairs, one.dry_run, one.points_each > 0) for one in points] == [("done", 1, True, True)] * 2


def test_the_board_shows_it_and_takes_a_schedule_and_an_approval(
    cast: Cast, act: Act, make_profile: MakeProfile, page: Any, store: UnitOfWorkFactory
) -> None:
    make_profile(cast.ben, languages=["Latin"], buddy_gender="woman")
    make_profile(cast.cleo)
    make_profile(cast.dov)
    ada = page(cast.ada)
    for _ in range(2):
        run = post_form(ada, "/console/match-runs", {"dry_run": "1"})
        until(
            lambda at=run.location: "This page updates by itself" not in page_text(ada, at), within=90, what="the run"
        )
    text = page_text(ada, "/console/buddies")
    for words in (
        "Have a buddy",
        "Waiting the longest",
        "How well pairs match",
        "Show as a table",
        "1 pair, 1 without",
    ):
        assert words in text
    assert post_form(ada, "/console/match-schedule", {"is_on": "1", "weekday": "0", "hour": "9"}).status_code == 303
    assert "Weekly runs: next on" in page_text(ada, "/console/buddies")
    assert post_form(ada, "/console/match-schedule", {"is_on": "1", "weekday": "9", "hour": "9"}).status_code == 422
    post_form(page(cast.ben), "/buddy/profile/who", {"role": "mentor", "capacity": "3"})
    approved = post_form(ada, f"/console/mentors/{cast.ben.id}/approval", {"places": "2", "trained_on": "2026-10-02"})
    assert approved.status_code == 303
    assert "Supports 0 of up to 2" in page_text(ada, "/console/buddies")


def test_coordinators_have_a_task_until_somebody_has_looked(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    make_profile: MakeProfile,
    api: Any,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    from community.buddies.actions import profiles as said
    from tests.support.buddy_fixtures import profile

    two = make_pairing(cast.ben, cast.cleo)
    act(cast.ben, pairings.end, pairing_id=two.id, reason="safety")
    act(cast.dov, said.save_profile, changes=profile(role="mentor"))
    run_until_idle(store, settings, now=act.now)
    waiting = {task["kind"] for task in api(cast.ada).get("/tasks").json["items"]}
    assert waiting == {"pairing.safety_flagged", "mentor.applied"}

    act(cast.ada, pairings.review, pairing_id=two.id)
    act(cast.ada, profiles.approve_mentor, member_id=cast.dov.id)
    run_until_idle(store, settings, now=act.now)
    assert api(cast.ada).get("/tasks").json["items"] == []
