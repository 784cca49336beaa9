"""Seconds in which "I need someone" can be taken back before anyone is told, and what both sides read."""

from collections.abc import Callable
from typing import Any

from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.notifications.actions import update_preferences
from community.reach_outs.actions import reach_outs
from community.reach_outs.queries import own_requests
from tests.conftest import Act
from tests.factories import Cast
from tests.pages import page_text, post_form
from tests.support.buddy_fixtures import MakePairing
from tests.support.reach_out_fixtures import AskForHelp, count_notifications, view_of
from tests.support.run_worker import run_until_idle

ASKED = "reach_out.responders_notified"


def test_a_request_that_ben_stops_in_time_is_told_to_no_one(
    act: Act, cast: Cast, make_pairing: MakePairing, store: UnitOfWorkFactory, settings: Settings
) -> None:
    make_pairing(cast.ben, cast.cleo)
    made = act(cast.ben, reach_outs.request_help, delay_seconds=5)[0].id
    act.later(seconds=4)
    run_until_idle(store, settings, now=act.now)
    assert not view_of(act, cast.ben, made).has_begun
    assert act(cast.ben, reach_outs.close, reach_out_id=made, ending="mistake").outcome == "mistake"
    act.later(seconds=60)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.cleo, ASKED) == 0
    assert act.read(cast.cleo, own_requests.requests_to_me) == []


def test_a_request_of_ben_goes_on_by_itself_when_he_closes_the_page(
    act: Act, cast: Cast, make_pairing: MakePairing, store: UnitOfWorkFactory, settings: Settings
) -> None:
    make_pairing(cast.ben, cast.cleo)
    made = act(cast.ben, reach_outs.request_help, delay_seconds=5)[0].id
    act.later(seconds=5)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.cleo, ASKED) == 1
    [asked] = act.read(cast.cleo, own_requests.requests_to_me)
    assert (asked.id, asked.handle) == (made, "Ben")
    assert act(cast.ben, reach_outs.close, reach_out_id=made, ending="mistake").outcome == "okay", "too late for that"


def test_cleo_reads_whose_question_it_is_and_until_when(
    act: Act, cast: Cast, make_pairing: MakePairing, ask_for_help: AskForHelp, page: Any
) -> None:
    make_pairing(cast.ben, cast.cleo)
    mine = ask_for_help(cast.ben)
    text = page_text(page(cast.cleo), f"/reach-outs/{mine}")
    assert "Ben is asking for you" in text
    assert "If you do nothing, we ask others at 12:02 pm." in text
    assert text.index("Yes, I can talk") < text.index("Not right now</button>")
    assert "Ben is asking for you" in page_text(page(cast.cleo), "/rooms")
    asked = view_of(act, cast.cleo, mine).asks_others_at
    assert asked is not None
    act(cast.cleo, reach_outs.claim, reach_out_id=mine)
    assert "From 12:02 pm on, someone else can take over." in page_text(page(cast.cleo), f"/reach-outs/{mine}")


def test_dov_without_a_buddy_reads_nothing_of_one_and_how_he_is_told(
    act: Act, cast: Cast, page: Any, offer_help: Callable[..., Any]
) -> None:
    offer_help(cast.cleo)
    dov = page(cast.dov)
    assert "Your buddy" not in (before := page_text(dov, "/reach-out")).split("<main")[1]
    assert "We ask people who are free now" in before
    went = post_form(dov, "/reach-out", {"note": ""})
    shown = page_text(dov, went.location).split("<main")[1].split("<details")[0]
    assert "Your buddy" not in shown
    assert "We’ll tell you by e-mail the moment someone answers." in shown
    act(cast.dov, update_preferences, wanted={("reach_out.claimed", "email"): False})
    assert "Keep this page open." in page_text(dov, went.location)
    closed = post_form(dov, f"{went.location}/close", {"ending": "okay"})
    assert "Glad you reached out" in page_text(dov, closed.location)
