"""Buddies' pages: small steps without scripts, answers that say what they came to, a run a coordinator can read."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from community.buddies.queries import pairings, suggestions
from community.buddies.queries.profiles import my_profile
from community.core.unit_of_work import Actor
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import page_text, post_form
from tests.support.waiting import until


def test_small_steps_make_a_profile(cast: Cast, act: Act, page: Any) -> None:
    ben = page(cast.ben)
    assert ben.get("/buddy/profile").location == "/buddy/profile/who"
    assert "Step 1 of 4" in page_text(ben, "/buddy/profile/who")
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("who", {"role": "peer", "capacity": ""}, "/buddy/profile/languages"),
        ("languages", {"languages": ["English"], "languages_own": "español, "}, "/buddy/profile/when"),
        ("when", {"availability": ["1|17:00|22:00", "6|07:00|12:00"]}, "/buddy/profile/what"),
        (
            "what",
            {"pathways": ["Secular"], "interests": ["Walking"], "interests_own": "cocinar; Rock & Roll"},
            "/buddy/profile",
        ),
        (
            "life",
            {"life_stage": "35_to_49", "family": ["with_children"], "work": "", "along_since": "2025-03"},
            "/buddy/profile",
        ),
        (
            "wishes",
            {"gender": "woman", "buddy_gender": "any", "prefers.interests_own": "cooking", "excludes.pathways": []},
            "/buddy/profile",
        ),
        ("care", {"quiet_days": ["6"], "stands_in": "1"}, "/buddy/profile"),
        ("words", {"about": "I walk a lot."}, "/buddy/profile"),
    ]
    for step, fields, then in steps:
        answer = post_form(ben, f"/buddy/profile/{step}", fields)
        assert (answer.status_code, answer.location) == (303, then)

    saved = act.read(cast.ben, my_profile)
    assert (saved.languages, saved.interests, saved.about) == (
        ["English", "Spanish"],
        ["Walking", "Cooking", "Rock & Roll"],
        "I walk a lot.",
    )
    assert saved.availability == [
        {"weekday": 1, "from": "17:00", "to": "22:00"},
        {"weekday": 6, "from": "07:00", "to": "12:00"},
    ]
    assert saved.is_complete
    assert (saved.life_stage, saved.family, saved.work, str(saved.along_since)) == (
        "35_to_49",
        ["with_children"],
        "",
        "2025-03-01",
    )
    assert (saved.quiet_days, saved.stands_in) == ([6], True)
    assert saved.prefers["interests"] == ["Cooking"]
    overview = page_text(ben, "/buddy/profile")
    for line in ("English, Spanish", "2 times a week", "Secular, Walking, Cooking, Rock &amp; Roll"):
        assert line in overview, line
    for step, *_ in steps[:4]:
        assert "of 4." in page_text(ben, f"/buddy/profile/{step}")
    for step, *_ in steps[4:]:
        assert "Optional." in page_text(ben, f"/buddy/profile/{step}")
    assert 'value="Rock &amp; Roll"' in ben.get("/buddy/profile/what").text


def test_languages_typed_by_cleo_in_the_api_show_as_chips(
    cast: Cast, page: Any, make_profile: Callable[..., None]
) -> None:
    make_profile(cast.cleo, languages=["español", "Inglés", "Latin"])
    shown = page(cast.cleo).get("/buddy/profile/languages").text
    for chip in ("English", "Spanish"):
        assert f'value="{chip}" checked' in shown
    assert 'value="French" checked' not in shown
    assert 'name="languages_own" type="text" dir="auto" value="Latin"' in shown


def test_a_step_that_does_not_fit_says_so_and_keeps_what_was_typed(cast: Cast, page: Any) -> None:
    ben = page(cast.ben)
    post_form(ben, "/buddy/profile/who", {"role": "peer"})
    answer = post_form(ben, "/buddy/profile/languages", {"languages": ["Spanish"], "languages_own": "x" * 41})
    assert answer.status_code == 422
    assert "x" * 41 in answer.text
    assert 'value="Spanish" checked' in answer.text
    answer = post_form(ben, "/buddy/profile/when", {"availability": ["9|17:00|22:00", "nonsense"]})
    assert answer.status_code == 422
    answer = post_form(ben, "/buddy/profile/who", {"role": "king"})
    assert answer.status_code == 422


def test_hours_that_no_box_stands_for_are_kept(cast: Cast, page: Any, make_profile: Callable[..., None]) -> None:
    make_profile(cast.ben)
    assert "Monday 18:00 to 21:00" in page_text(page(cast.ben), "/buddy/profile/when")


def test_an_answer_has_to_be_one(
    cast: Cast, act: Act, page: Any, make_profile: Callable[..., None], make_suggestion: Callable[[Actor, Actor], UUID]
) -> None:
    make_profile(cast.ben)
    make_profile(cast.cleo, about="Hello from Cleo.")
    two = make_suggestion(cast.ben, cast.cleo)
    ben = page(cast.ben)
    text = page_text(ben, f"/buddy/suggestions/{two}")
    assert "Hello from Cleo." in text
    assert "Cleo<" not in text
    assert post_form(ben, f"/buddy/suggestions/{two}", {"answer": "perhaps"}).status_code == 400
    assert act.read(cast.ben, suggestions.suggestion, suggestion_id=two).state == "suggested"

    assert post_form(ben, f"/buddy/suggestions/{two}", {"answer": "accept"}).location == "/buddy"
    assert "You said yes" in page_text(ben, "/buddy")
    post_form(page(cast.cleo), f"/buddy/suggestions/{two}", {"answer": "accept"})
    assert "Cleo" in page_text(ben, "/buddy")
    assert "Cleo" in page_text(ben, "/")
    [together] = act.read(cast.ben, pairings.my_buddies)
    assert "Write to Cleo" in page_text(ben, f"/pairings/{together.id}")
    assert "Take a break" in page_text(ben, f"/pairings/{together.id}")
    post_form(ben, f"/pairings/{together.id}/end", {})
    assert "no longer buddies" in page_text(page(cast.cleo), f"/pairings/{together.id}")


def test_a_coordinator_sees_what_a_run_found(cast: Cast, page: Any, make_profile: Callable[..., None]) -> None:
    make_profile(cast.ben)
    make_profile(cast.cleo)
    make_profile(cast.dov, languages=["Latin"])
    ada = page(cast.ada)
    run = post_form(ada, "/console/match-runs", {"dry_run": "1"})
    until(lambda: "This page updates by itself" not in page_text(ada, run.location), within=90, what="the run")
    text = page_text(ada, run.location)
    assert "Ben and Cleo" in text or "Cleo and Ben" in text
    assert "No one free speaks their language" in text
    assert "1 pair, 1 without a buddy" in page_text(ada, "/console/buddies")
