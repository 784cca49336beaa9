"""The search for a buddy as its member sees it: what keeps them without one, what would help, and nothing of others."""

from datetime import timedelta
from typing import Any

import pytest

from community.buddies.actions import profiles, run_schedule, runs
from community.buddies.models.runs import MatchRun
from community.buddies.queries import admin, candidates
from community.buddies.queries.search import SearchView, my_search
from community.core.errors import NotFound
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members.actions import accounts
from community.members.models import Member
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text
from tests.support.buddy_fixtures import MakePairing, MakeProfile, profile

MORNINGS = [{"weekday": 5, "from": "07:00", "to": "12:00"}]


def run(store: UnitOfWorkFactory, cast: Cast, *, dry_run: bool = False) -> Any:
    """Do a match run and return its id."""
    run_id, is_done = runs.start_and_wait(store, cast.ada, wait_seconds=90, seed=1, dry_run=dry_run)
    assert is_done
    return run_id


def search(act: Act, actor: Actor) -> SearchView:
    """Return the search as a member sees it."""
    return act.read(actor, my_search)


def test_ben_is_told_which_answer_keeps_him_without_a_buddy(
    cast: Cast, act: Act, make_profile: MakeProfile, store: UnitOfWorkFactory
) -> None:
    with pytest.raises(NotFound):
        search(act, cast.ben)
    make_profile(cast.ben, languages=["Latin"])
    make_profile(cast.cleo)
    assert search(act, cast.ben).reason is None, "no run has looked yet"
    run(store, cast, dry_run=True)
    assert search(act, cast.ben).searched_at is None, "a test run suggests no one, so it tells no one"
    run(store, cast)
    seen = search(act, cast.ben)
    assert (seen.state, seen.reason) == ("looking", "no_common_language")
    assert seen.message == "No one free right now speaks one of your languages."
    assert [(one.step, one.text) for one in seen.helps] == [
        ("languages", "If you also speak another language, add it.")
    ]
    assert seen.searched_at is not None

    act.later(seconds=5)
    act(cast.ben, profiles.save_profile, changes={"languages": ["inglés"], "availability": MORNINGS})
    changed = search(act, cast.ben)
    assert (changed.reason, changed.helps, changed.searched_at) == (None, (), None), "no oracle: only a run says more"
    act.later(seconds=5)
    run(store, cast)
    seen = search(act, cast.ben)
    assert seen.reason == "no_overlapping_hours"
    assert [one.text for one in seen.helps] == ["Adding an evening would help most."]


def test_juniper_matches_with_the_languages_as_she_typed_them(
    cast: Cast, act: Act, make_profile: MakeProfile, store: UnitOfWorkFactory
) -> None:
    make_profile(cast.ben, languages=["español, inglés"], interests=["cocinar"])
    make_profile(cast.cleo, languages=["Spanish"], interests=["Cooking"])
    found = act.read(cast.ada, admin.run, run_id=run(store, cast))
    [pair] = found.suggestions
    assert set(pair.member_ids) == {cast.ben.id, cast.cleo.id}
    assert {"You share an interest", "You speak the same language"} <= set(pair.reasons)
    assert search(act, cast.ben).state == "suggested"


def test_a_block_a_report_and_the_rules_of_others_read_alike(
    cast: Cast, act: Act, make_profile: MakeProfile, store: UnitOfWorkFactory
) -> None:
    make_profile(cast.ben)
    make_profile(cast.cleo)
    act(cast.cleo, accounts.block, member_id=cast.ben.id)
    run(store, cast)
    blocked = search(act, cast.ben)
    assert (blocked.reason, blocked.helps) == ("no_match_now", ())

    act.later(seconds=5)
    act(cast.ben, profiles.save_profile, changes={"gender": "man"})
    act(cast.cleo, accounts.unblock, member_id=cast.ben.id)
    act(cast.cleo, profiles.save_profile, changes={"buddy_gender": "woman"})
    run(store, cast)
    ruled_out = search(act, cast.ben)
    assert (ruled_out.reason, ruled_out.message, ruled_out.helps) == ("no_match_now", blocked.message, ())

    def hold_back(uow: UnitOfWork) -> None:
        [last] = [
            row for row in uow.session.query(MatchRun) if row.proposal and row.created_at == ruled_out.searched_at
        ]
        left = [{**one, "reason": candidates.HELD_BACK} for one in last.proposal["unmatched"]]
        last.proposal = {**last.proposal, "unmatched": left}

    act(None, hold_back)
    held_back = search(act, cast.ben)
    assert (held_back.reason, held_back.message, held_back.helps) == ("no_match_now", blocked.message, ())


@pytest.mark.parametrize(("others", "is_named"), [(2, False), (3, True)])
def test_a_limit_is_named_only_when_several_people_are_behind_it(
    cast: Cast, act: Act, make_profile: MakeProfile, store: UnitOfWorkFactory, others: int, is_named: bool
) -> None:
    make_profile(cast.ben, excludes={"pathways": ["AA"]})
    for one in act(None, lambda uow: [make_member(uow, f"Walker {number}") for number in range(others)]):
        make_profile(one, pathways=["12 steps"])
    run(store, cast)
    seen = search(act, cast.ben)
    assert seen.reason == ("own_rule" if is_named else "no_match_now")
    assert [one.code for one in seen.helps] == (["pathways"] if is_named else [])
    assert not any(sign.isdigit() for one in seen.helps for sign in one.text + seen.message)


def test_own_states_are_said_first(cast: Cast, act: Act, make_profile: MakeProfile, make_pairing: MakePairing) -> None:
    make_profile(cast.dov, languages=[], availability=[])
    unfinished = search(act, cast.dov)
    assert (unfinished.state, [one.step for one in unfinished.helps]) == ("incomplete", ["languages", "when"])
    make_profile(cast.dov)
    act(cast.dov, profiles.pause)
    assert search(act, cast.dov).state == "paused"
    act(cast.dov, profiles.resume)
    assert search(act, cast.dov).state == "looking"
    make_pairing(cast.ben, cast.cleo)
    assert search(act, cast.ben).state == "places_taken"
    act(cast.dov, profiles.save_profile, changes=profile(role="mentor"))
    assert search(act, cast.dov).state == "awaiting_approval"


def test_a_newcomer_is_told_that_the_first_two_weeks_come_first(
    cast: Cast, act: Act, make_profile: MakeProfile
) -> None:
    make_profile(cast.dov)

    def joined(uow: UnitOfWork) -> None:
        uow.session.get_one(Member, cast.ben.id).created_at = act.now - timedelta(days=30)
        uow.session.get_one(Member, cast.dov.id).created_at = act.now

    act(None, joined)
    seen = search(act, cast.dov)
    assert (seen.state, [one.step for one in seen.helps]) == ("settling_in", ["who"])
    make_profile(cast.dov, role="seeking")
    assert search(act, cast.dov).state == "looking"


def test_page_and_api_say_it_with_the_next_day(
    cast: Cast, act: Act, make_profile: MakeProfile, store: UnitOfWorkFactory, page: Any, api: Any
) -> None:
    assert api(cast.ben).get("/buddy-search").status_code == 404
    make_profile(cast.ben, languages=["Latin"])
    make_profile(cast.cleo)
    act(cast.ada, run_schedule.schedule, is_on=True, weekday=1, hour=9)
    run(store, cast)
    answer = api(cast.ben).get("/buddy-search").json
    assert (answer["state"], answer["reason"]) == ("looking", "no_common_language")
    assert answer["helps"] == [
        {"code": "languages", "text": "If you also speak another language, add it.", "step": "languages"}
    ]
    assert answer["next_search_at"] is not None
    shown = page_text(page(cast.ben), "/buddy")
    for line in ("No one free right now speaks one of your languages.", "If you also speak", "look again on"):
        assert line in shown
    assert "Cleo" not in shown


def test_a_new_pair_leads_with_a_hello(cast: Cast, make_pairing: MakePairing, page: Any, api: Any) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    ben = page(cast.ben)
    assert f'href="/rooms/{two.room_id}#say">Say hello to' in ben.get("/buddy").text
    said = {"client_msg_id": "8a3fbc1e-1a30-4d5c-9f9a-0d8a3a1f0c11", "body": "Hello"}
    assert api(cast.cleo).post(f"/rooms/{two.room_id}/messages", said).status_code == 201
    assert "Say hello to" not in ben.get("/buddy").text
