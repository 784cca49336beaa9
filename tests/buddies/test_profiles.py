"""Profiles: what somebody looks for, kept whole, refused by field, and sealed where it is in their own words."""

from typing import Any

import pytest
from sqlalchemy import text

from community.core.unit_of_work import Store
from tests.factories import Cast

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


def test_own_words_are_sealed(cast: Cast, api: Any, store: Store) -> None:
    api(cast.ben).put("/buddy-profile", WHOLE)
    with store.reading() as look:
        kept = str(look.session.execute(text("SELECT * FROM buddy_profiles")).all())
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
def test_what_cannot_be_is_refused_by_field(cast: Cast, api: Any, changed: dict[str, Any], field: str) -> None:
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
