"""The home page: one next step, what is new, and nothing that counts people down."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.check_ins.actions.check_ins import record_check_in, skip_today
from community.core.unit_of_work import UnitOfWorkFactory
from community.home import rules
from community.meetups.actions import create
from community.milestones.actions import create_milestone, record_lapse
from tests.conftest import NOON, Act
from tests.factories import Cast
from tests.safety.test_reports import say


@pytest.mark.parametrize(
    ("hour", "words"),
    [(3, "evening"), (4, "morning"), (11, "morning"), (12, "afternoon"), (17, "evening"), (0, "evening")],
)
def test_members_are_greeted_by_their_own_clock(hour: int, words: str) -> None:
    assert rules.greeting(hour) == f"Good {words}"


def test_ada_sees_first_who_needs_help() -> None:
    nothing = {"reports": 0, "suggestions": 0, "rooms": 1}
    film = rules.answer_step("Film night", when="Saturday, Dec 5 at 6:30 pm", url="/meetups/2")
    assert rules.next_step(**nothing) is None
    assert rules.next_step(**nothing, did_it_help=True) == rules.HELPED
    assert rules.next_step(**nothing, unanswered=film, did_it_help=True) == film
    assert rules.next_step(**{**nothing, "rooms": 0}, unanswered=film) == rules.FIRST_ROOM
    assert rules.next_step(**{**nothing, "suggestions": 1, "rooms": 0}) == rules.SUGGESTION
    tonight = rules.meetup_step("Thursday table", when="Tonight at 7:00 pm", url="/meetups/1")
    assert rules.next_step(**{**nothing, "suggestions": 1}, now=tonight) == tonight
    assert rules.next_step(**{**nothing, "reports": 2, "suggestions": 1}, now=tonight) == rules.REPORTS


@pytest.mark.parametrize(
    ("waiting", "rooms", "is_asked", "has_begun", "expected"),
    [
        (rules.REPORTS, 1, True, True, False),
        (rules.SUGGESTION, 1, True, True, True),
        (rules.SUGGESTION, 1, False, False, False),
        (rules.answer_step("Film night", when="Tonight", url="/"), 1, False, False, True),
        (None, 1, False, True, False),
        (None, 0, True, True, False),
    ],
)
def test_the_question_comes_first_at_its_hour_but_not_before_a_person(
    waiting: rules.NextStep | None, rooms: int, is_asked: bool, has_begun: bool, expected: bool
) -> None:
    asked = rules.is_check_in_asked(waiting=waiting, rooms=rooms, is_asked=is_asked, has_begun=has_begun)
    assert asked is expected


def test_members_with_a_hard_day_are_not_asked_to_be_free_for_others() -> None:
    free: dict[str, Any] = {"hour": 18, "is_free": False, "mood": 4, "is_new": False, "asks_for_help": False}
    assert rules.is_asked_to_be_free(**free)
    for other in ({"hour": 23}, {"is_free": True}, {"mood": 2}, {"is_new": True}, {"asks_for_help": True}):
        assert not rules.is_asked_to_be_free(**{**free, **other})


def test_ben_is_not_asked_to_find_a_buddy_once_he_has_a_profile(cast: Cast, page: Any, make_profile: Any) -> None:
    assert "Find a buddy" in page(cast.ben).get("/").text
    make_profile(cast.ben)
    assert "Find a buddy" not in page(cast.ben).get("/").text


def test_dov_signed_out_is_led_to_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/sign-in"


def test_a_new_member_is_shown_a_first_room(cast: Cast, page: Any) -> None:
    shown = page(cast.ben).get("/")
    assert shown.status_code == 200
    assert "Pick a first room" in shown.text
    assert shown.text.count('class="next-step"') == 1
    assert "<title>Home" in shown.text


def test_ben_sees_what_is_new_in_his_rooms(cast: Cast, page: Any, store: UnitOfWorkFactory) -> None:
    say(store, "open", (cast.cleo, "The kettle is on."), members=(cast.ben, cast.cleo))
    shown = page(cast.ben).get("/").text
    assert "Evenings" in shown
    assert "Cleo: The kettle is on." in shown
    assert "Pick a first room" not in shown


def test_ben_finds_everything_of_his_own_under_me(cast: Cast, page: Any, act: Act) -> None:
    since = NOON.date() - timedelta(days=90)
    act(cast.ben, create_milestone, kind="without", title="Without wine", since=since, per_week=None)
    act(cast.ben, record_check_in, audience="coordinator", mood=4)
    ben = page(cast.ben)
    shown = ben.get("/me").text
    assert 'href="/me" aria-current="page"' in shown
    for address in ("/milestones", "/hard-hours", "/hard-day", "/safer", "/way-back", "/check-in/rhythm", "/quiet"):
        assert f'href="{address}"' in shown
        assert ben.get(address).status_code == 200
    assert "90 days today." in shown
    assert "Coordinators</p>" in shown
    assert "<strong>90 days today</strong>" in ben.get("/").text
    assert "Without wine" not in ben.get("/").text
    assert "Without wine" not in page(cast.cleo).get("/me").text


def test_the_day_counter_goes_on_after_a_lapse(cast: Cast, page: Any, act: Act) -> None:
    since = NOON.date() - timedelta(days=77)
    made = act(cast.ben, create_milestone, kind="without", title="Without wine", since=since, per_week=None)
    line = "77 days · next: 90 days on "
    assert line in page(cast.ben).get("/").text
    act(cast.ben, record_lapse, on=NOON.date() - timedelta(days=3), note="", milestone_id=made.id)
    assert line in page(cast.ben).get("/").text


def test_ben_is_asked_about_a_meetup_by_name_and_by_its_places_clock(
    cast: Cast, page: Any, act: Act, store: UnitOfWorkFactory
) -> None:
    say(store, "open", (cast.cleo, "The kettle is on."), members=(cast.ben, cast.cleo))
    act(cast.ben, skip_today)
    made = act(
        cast.ada,
        create.post,
        title="Film night",
        description="",
        starts_at_local=datetime(2026, 11, 28, 18, 30),
        time_zone="America/Denver",
        duration_minutes=60,
        place={"kind": "in_person", "address": "41 Alder Street"},
    )
    shown = page(cast.ben).get("/").text
    assert "Saturday, Nov 28 at 6:30 pm Denver time. Can you make it?" in shown
    assert shown.count('class="next-step"') == 1
    assert f'class="btn btn--primary" href="/meetups/{made.id}"' in shown


def test_ada_is_shown_a_report_that_waits(cast: Cast, page: Any, store: UnitOfWorkFactory, api: Any) -> None:
    messages = say(store, "open", (cast.cleo, "x"), members=(cast.ben, cast.cleo))
    api(cast.ben).post(f"/messages/{messages[0]}/reports", {"reason": "Look at this."})
    assert "A report is waiting" in page(cast.ada).get("/").text
    assert "A report is waiting" not in page(cast.ben).get("/").text
