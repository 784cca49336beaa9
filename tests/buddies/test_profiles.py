"""Profiles: what somebody looks for, kept whole, refused by field, and sealed where it is in their own words."""

from datetime import date
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from community.buddies.actions import profiles, runs
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries import admin, candidates
from community.buddies.queries import profiles as queries
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import profile
from tests.support.proof_output import print_figure

WHOLE = {
    "role": "mentor",
    "capacity": 3,
    "pathways": ["secular"],
    "languages": ["English", "Spanish"],
    "interests": ["walking"],
    "availability": [{"weekday": 1, "from": "18:00", "to": "21:00"}, {"weekday": 6, "from": "22:00", "to": "01:00"}],
    "gender": "woman",
    "buddy_gender": "woman",
    "prefers": {"interests": ["cooking"]},
    "excludes": {"genders": ["man"], "pathways": ["church"]},
    "about": "I walk a lot.",
}


def test_a_profile_comes_back_as_it_was_said(cast: Cast, api: Any) -> None:
    ben = api(cast.ben)
    assert ben.get("/buddy-profile").status_code == 404
    saved = ben.put("/buddy-profile", WHOLE)

    assert saved.status_code == 200
    assert {name: saved.json[name] for name in WHOLE} == WHOLE
    assert ben.get("/buddy-profile").json == saved.json
    shorter = ben.put("/buddy-profile", {"role": "peer", "capacity": 4, "languages": ["English"]}).json
    assert (shorter["role"], shorter["capacity"], shorter["about"], shorter["availability"]) == ("peer", 1, "", [])
    assert (shorter["is_complete"], shorter["is_approved"]) == (False, True)


def test_own_words_are_sealed(cast: Cast, api: Any, store: UnitOfWorkFactory) -> None:
    api(cast.ben).put("/buddy-profile", WHOLE)
    with store.read_context() as ctx:
        kept = str(ctx.session.execute(text("SELECT * FROM buddy_profiles")).all())
    assert "walk a lot" not in kept
    assert "v2." in kept


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"role": "friend"}, "role"),
        ({"role": None}, "role"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 11}, "capacity"),
        ({"capacity": "three"}, "capacity"),
        ({"languages": "English"}, "languages"),
        ({"languages": ["x" * 41]}, "languages"),
        ({"interests": [f"thing {number}" for number in range(21)]}, "interests"),
        ({"availability": [{"weekday": 7, "from": "18:00", "to": "19:00"}]}, "availability"),
        ({"availability": [{"weekday": 1, "from": "18:00", "to": "18:00"}]}, "availability"),
        ({"availability": [{"weekday": 1, "from": "26:00", "to": "18:00"}]}, "availability"),
        ({"availability": [{"weekday": 1, "from": "18:00"}]}, "availability"),
        ({"availability": "evenings"}, "availability"),
        ({"excludes": {"genders": ["dragon"]}}, "excludes"),
        ({"excludes": {"members": ["somebody"]}}, "excludes"),
        ({"prefers": {"colours": ["red"]}}, "prefers"),
        ({"about": "x" * 1001}, "about"),
        ({"is_approved": True}, "is_approved"),
    ],
    ids=str,
)
def test_impossible_answers_are_refused_by_field(cast: Cast, api: Any, changed: dict[str, Any], field: str) -> None:
    ben = api(cast.ben)
    answer = ben.put("/buddy-profile", {**WHOLE, **changed})
    named = {name.split(".")[0] for name in answer.json["errors"]}
    assert (answer.status_code, named) == (422, {field})
    assert ben.get("/buddy-profile").status_code == 404


def test_a_list_of_words_is_understood(cast: Cast, api: Any) -> None:
    body = {**WHOLE, "prefers": ["cooking"], "excludes": ["man", "church"]}
    saved = api(cast.ben).put("/buddy-profile", body).json
    assert saved["prefers"]["interests"] == ["cooking"]
    assert saved["excludes"] == {"genders": ["man"], "pathways": ["church"]}


def test_a_pause_ends_by_itself(cast: Cast, api: Any) -> None:
    ben = api(cast.ben)
    assert ben.put("/buddy-profile/pause", {}).json["code"] == "profile_needed"
    ben.put("/buddy-profile", WHOLE)
    assert ben.put("/buddy-profile/pause", {"until": "2020-01-01T00:00:00Z"}).status_code == 422
    until = "2099-01-01T00:00:00Z"
    paused = ben.put("/buddy-profile/pause", {"until": until}).json
    assert (paused["is_paused"], paused["paused_until"]) == (True, until)
    assert ben.delete("/buddy-profile/pause").json["is_paused"] is False


OPEN = ("twelve steps", "woman", "important", "quarry", "zither", "2019-03-01", "Esperanto", "25_to_34", "by_day")


def test_bens_answers_are_in_no_table_unencrypted(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    """A19m: pathways, gender, spirituality and since when stood plain in profiles, and again in each run's inputs."""
    answers = {
        "pathways": ["twelve steps"],
        "interests": ["zither"],
        "languages": ["Esperanto"],
        "gender": "woman",
        "spirituality": "important",
        "area": "quarry",
        "along_since": date(2019, 3, 1),
        "life_stage": "25_to_34",
        "work": "by_day",
        "family": ["with_children"],
        "prefers": {"pathways": ["twelve steps"]},
        "excludes": {"genders": ["man"]},
    }
    for one in (cast.ben, cast.cleo):
        act(one, profiles.save_profile, changes=profile(**answers))
    run_id, is_done = runs.start_and_wait(store, cast.ada, wait_seconds=90)
    assert is_done
    assert len(act.read(cast.ada, admin.run, run_id=run_id).suggestions) == 1, "they are matched by what is sealed"
    assert runs.replay(store, cast.ada, run_id=run_id), "and a run is replayed from what is sealed"
    mine = act.read(cast.ben, queries.my_profile)
    assert {name: getattr(mine, name) for name in answers} == answers
    with store.read_context() as ctx:
        rows = [
            str(row)
            for name in ("buddy_profiles", "match_runs")
            for row in ctx.session.execute(text(f"SELECT * FROM {name}"))
        ]
    assert [word for word in OPEN for row in rows if word in row] == []


def test_answers_from_before_are_sealed_by_a_worker_and_read_meanwhile(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:
    """A19m: rows from before the column are read as they stand until they are sealed, a few at a time."""

    def stand_in_the_open(uow: UnitOfWork) -> None:
        for one in (cast.ben, cast.cleo, cast.dov):
            row = BuddyProfile(member_id=one.id, role="peer", waiting_since=uow.now, changed_at=uow.now)
            row.pathways, row.gender, row.along_since = ["twelve steps"], "woman", date(2019, 3, 1)
            uow.session.add(row)

    act(None, stand_in_the_open)
    before = act.read(cast.ben, queries.my_profile)
    assert (before.pathways, before.along_since) == (["twelve steps"], date(2019, 3, 1))
    assert [act(None, profiles.encrypt_answers, limit=2) for _ in range(2)] == [True, False]
    assert act.read(cast.ben, queries.my_profile) == before
    with store.read_context() as ctx:
        kept = str(ctx.session.execute(text("SELECT * FROM buddy_profiles")).all())
    assert "twelve steps" not in kept
    assert "woman" not in kept


@pytest.mark.prove
def test_five_thousand_sealed_profiles_are_opened_in_a_second(act: Act, store: UnitOfWorkFactory) -> None:
    """A19m: a match run reads everybody."""

    def fill(uow: UnitOfWork) -> None:
        for number in range(5_000):
            row = BuddyProfile(member_id=make_member(uow, f"P{number}").id, role="peer", changed_at=uow.now)
            row.waiting_since, row.pathways, row.languages = uow.now, ["twelve steps"], ["English"]
            uow.session.add(row)

    act(None, fill)
    act(None, profiles.encrypt_answers, limit=5_000)
    began = monotonic()
    population, _ = act.read(None, candidates.candidate_pool)
    seconds = monotonic() - began
    assert len(population.people) == 5_000
    print_figure("A19m", f"{store.database.url.get_backend_name()}: 5,000 sealed profiles read in {seconds:.2f} s")
