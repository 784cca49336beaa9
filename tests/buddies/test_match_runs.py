"""Match runs: solved in a process of their own, published bit by bit, one at a time, never half."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community.buddies.actions import profiles, runs
from community.buddies.actions.runs import MAX_ATTEMPTS, RunGoingOn, RunNotKept
from community.buddies.matching import compatibility
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.runs import MatchRun
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import admin
from community.buddies.rules import INPUTS_KEPT, RUN_LEASE
from community.core.errors import Forbidden
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import run_match
from tests.support.waiting import until

Looks = Callable[..., None]


@pytest.fixture
def crowd(act: Act, make_profile: Looks) -> list[Actor]:
    """Four mentors' seekers, a mentor for two, and three peers; one speaks no common language, one is paused."""
    people = act(None, lambda uow: [make_member(uow, f"Walker {number}") for number in range(9)])
    for one in people[:4]:
        make_profile(one, role="seeking")
    make_profile(people[4], role="mentor", capacity=2)
    for one in people[5:8]:
        make_profile(one)
    make_profile(people[8], languages=["Latin"])
    return people


def test_a_run_proposes_the_most_pairs_and_says_why_the_others_have_none(
    cast: Cast, act: Act, crowd: list[Actor], store: UnitOfWorkFactory
) -> None:  # B5, B6
    run_id, is_done = runs.start_and_wait(store, cast.ada, wait_seconds=90, seed=7)
    run = act.read(cast.ada, admin.run, run_id=run_id)

    assert is_done
    assert (run.state, run.cardinality, len(run.suggestions)) == ("done", 3, 3)
    assert run.total_weight == run.bound == sum(pair.score for pair in run.suggestions)
    in_pairs = {one for pair in run.suggestions for one in pair.member_ids}
    assert {one.id for one in crowd} == in_pairs | {person.member_id for person in run.unmatched}
    reasons = {person.member_id: person.reason for person in run.unmatched}
    assert reasons[crowd[8].id] == "no_common_language"
    assert set(reasons.values()) == {"no_common_language", "all_places_taken"}
    assert set(reasons.values()) <= set(compatibility.UNMATCHED)
    with store.read_context() as ctx:
        rows = ctx.session.scalars(select(Suggestion)).all()
    assert {(row.a_id, row.b_id) for row in rows} == {tuple(sorted(pair.member_ids)) for pair in run.suggestions}
    assert all(row.expires_at - row.created_at == timedelta(hours=72) for row in rows)


def test_a_dry_run_suggests_nothing_to_anybody(
    cast: Cast, act: Act, crowd: list[Actor], store: UnitOfWorkFactory
) -> None:
    run_id, _ = runs.start_and_wait(store, cast.ada, wait_seconds=90, seed=7, dry_run=True)
    run = act.read(cast.ada, admin.run, run_id=run_id)

    assert (run.state, len(run.suggestions), run.dry_run) == ("done", 3, True)
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(Suggestion)).all() == []
    again, _ = runs.start_and_wait(store, cast.ada, wait_seconds=90, seed=7, dry_run=True)
    repeated = act.read(cast.ada, admin.run, run_id=again)
    assert (repeated.suggestions, repeated.unmatched) == (run.suggestions, run.unmatched)


def test_a_second_run_gives_nobody_more_than_they_have_places_for(
    cast: Cast, act: Act, crowd: list[Actor], store: UnitOfWorkFactory
) -> None:
    for _ in range(2):
        run_id, _ = runs.start_and_wait(store, cast.ada, wait_seconds=90)
    second = act.read(cast.ada, admin.run, run_id=run_id)

    assert second.suggestions == ()
    reasons = {person.member_id: person.reason for person in second.unmatched}
    assert reasons[crowd[4].id] == "own_places_taken"
    with store.read_context() as ctx:
        assert len(ctx.session.scalars(select(Suggestion)).all()) == 3


def test_one_run_at_a_time_and_only_for_coordinators(cast: Cast, act: Act) -> None:
    with pytest.raises(Forbidden):
        act(cast.ben, runs.start)
    act(cast.ada, runs.start)
    with pytest.raises(RunGoingOn):
        act(cast.ada, runs.start)


def test_a_run_drops_pairs_whose_members_changed_while_it_was_solved(
    cast: Cast, act: Act, make_profile: Looks, store: UnitOfWorkFactory
) -> None:  # B4
    people = act(None, lambda uow: [make_member(uow, f"Walker {number}") for number in range(6)])
    for one in people:
        make_profile(one)
    run = act(cast.ada, runs.start, seed=1)
    pairs = [
        {"a": str(one.id), "b": str(other.id), "score": 1, "reasons": []}
        for one, other in zip(people[::2], people[1::2], strict=True)
    ]
    proposal = {"pairs": pairs, "unmatched": []}
    act(people[0], accounts.block, member_id=people[1].id)
    act(people[2], profiles.pause)
    act(None, runs.keep_proposal, run_id=run.id, proposal=proposal)
    while act(None, runs.publish, run_id=run.id, limit=1):
        pass

    with store.read_context() as ctx:
        [row] = ctx.session.scalars(select(Suggestion)).all()
        assert {row.a_id, row.b_id} == {people[4].id, people[5].id}
        assert ctx.session.get_one(MatchRun, run.id).state == "done"


def test_a_run_whose_process_died_is_carried_on(
    cast: Cast, act: Act, crowd: list[Actor], store: UnitOfWorkFactory
) -> None:
    solved = act(cast.ada, runs.start)
    pair = {"a": str(crowd[5].id), "b": str(crowd[6].id), "score": 1, "reasons": []}
    act(None, runs.keep_proposal, run_id=solved.id, proposal={"pairs": [pair], "unmatched": []})
    assert act(None, runs.resume_stalled) is False
    assert act.read(cast.ada, admin.run, run_id=solved.id).state == "done"
    with store.read_context() as ctx:
        assert len(ctx.session.scalars(select(Suggestion)).all()) == 1

    lost = act(cast.ada, runs.start)
    act(None, runs.resume_stalled)
    assert act.read(cast.ada, admin.run, run_id=lost.id).state == "running"
    act.now += RUN_LEASE
    act(None, runs.resume_stalled)
    until(lambda: act.read(cast.ada, admin.run, run_id=lost.id).state == "done", within=60, what="a second attempt")


def test_a_run_that_kills_whoever_solves_it_is_given_up(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    run = act(cast.ada, runs.start)
    with store.unit_of_work() as uow:
        uow.session.get_one(MatchRun, run.id).attempts = MAX_ATTEMPTS
    act.now += RUN_LEASE
    act(None, runs.resume_stalled)
    view = act.read(cast.ada, admin.run, run_id=run.id)
    assert (view.state, "interrupted" in (view.failure or "")) == ("failed", True)
    act(cast.ada, runs.start)


def test_a_run_is_kept_with_its_inputs_and_replayed(
    cast: Cast, act: Act, make_profile: Looks, crowd: list[Actor], store: UnitOfWorkFactory
) -> None:
    run_id, _ = runs.start_and_wait(store, cast.ada, wait_seconds=90, seed=7)
    make_profile(crowd[5], languages=["Latin"])  # what people say later changes nothing of it
    assert runs.replay(store, cast.ada, run_id=run_id)
    assert act.read(cast.ada, admin.run, run_id=run_id).progress == 100
    with pytest.raises(Forbidden):
        runs.replay(store, cast.ben, run_id=run_id)

    act.now += INPUTS_KEPT + timedelta(seconds=1)
    act(None, runs.delete_old_inputs)
    with pytest.raises(RunNotKept):
        runs.replay(store, cast.ada, run_id=run_id)


def test_a_solver_that_takes_too_long_fails_the_run_and_nothing_else(
    cast: Cast, act: Act, crowd: list[Actor], store: UnitOfWorkFactory
) -> None:
    run = act(cast.ada, runs.start)
    runs.solve(store, run.id, timeout_seconds=0.001)

    view = act.read(cast.ada, admin.run, run_id=run.id)
    assert (view.state, view.suggestions) == ("failed", ())
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(Suggestion)).all() == []


def test_mentors_are_matched_once_a_coordinator_said_yes(
    cast: Cast, act: Act, store: UnitOfWorkFactory, api: Any
) -> None:
    mentor = api(cast.ben)
    seeker = api(cast.cleo)
    body = {"languages": ["en"], "availability": [{"weekday": 1, "from": "18:00", "to": "21:00"}]}
    assert mentor.put("/buddy-profile", {**body, "role": "mentor", "capacity": 3}).json["is_approved"] is False
    assert seeker.put("/buddy-profile", {**body, "role": "seeking"}).status_code == 200
    staff = api(cast.ada)
    first = run_match(staff, dry_run=True)
    assert {person["reason"] for person in first["unmatched"]} == {"awaiting_approval", "nobody_to_match"}

    [waiting] = staff.get("/mentors").json["items"]
    assert (waiting["handle"], waiting["approved_at"]) == ("Ben", None)
    assert staff.put(f"/members/{cast.ben.id}/mentor-approval").status_code == 204
    second = run_match(staff, dry_run=True)
    assert [sorted(pair["handles"]) for pair in second["suggestions"]] == [["Ben", "Cleo"]]
    assert staff.get(f"/match-runs/{second['id']}").json == second
    assert [one["id"] for one in staff.get("/match-runs").json["items"]] == [second["id"], first["id"]]


def test_a_run_through_the_api_reaches_both(
    cast: Cast, act: Act, make_profile: Looks, api: Any, store: UnitOfWorkFactory
) -> None:
    make_profile(cast.ben)
    make_profile(cast.cleo)
    assert run_match(api(cast.ada), seed=3)["state"] == "done"
    [mine] = api(cast.ben).get("/buddy-suggestions").json["items"]
    assert mine["reasons"] == ["You’re both free on weekday evenings", "You speak the same language"]
    for one, state in ((cast.ben, "accepted_by_one"), (cast.cleo, "matched")):
        assert api(one).post(f"/buddy-suggestions/{mine['id']}/accept").json == {"state": state}
    [together] = api(cast.cleo).get("/pairings").json["items"]
    assert together["other"]["handle"] == "Ben"
    assert api(cast.cleo).get(f"/rooms/{together['room_id']}/messages").status_code == 200
    assert api(cast.ada).get(f"/rooms/{together['room_id']}/messages").status_code == 404
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(BuddyProfile.active_count)).all() == [1, 1]
