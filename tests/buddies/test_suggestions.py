"""Suggestions: both answer in private, both yes makes a pairing, and a no looks like no answer."""

import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from community.buddies.access import profiles as profiles_access
from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import profiles
from community.buddies.actions import suggestions as suggestions_actions
from community.buddies.actions.suggestions import PlacesTaken, SuggestionClosed
from community.buddies.events import BuddyMatched, BuddySuggested
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import pairings, suggestions
from community.core.errors import NotFound
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from community.rooms.queries import rooms
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import profile

Suggested = Callable[[Actor, Actor], UUID]
Looks = Callable[..., None]


def seen(act: Act, actor: Actor, suggestion_id: UUID) -> suggestions.SuggestionView:
    """The suggestion as somebody sees it."""
    return act.read(actor, suggestions.suggestion, suggestion_id=suggestion_id)


def mine(act: Act, actor: Actor) -> list[suggestions.SuggestionView]:
    """Somebody's suggestions that can be answered."""
    return act.read(actor, suggestions.my_open_suggestions)


def at_once(works: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same time; what each answered or was refused with."""
    results: list[Any] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            results.append(work())
        except Exception as refused:  # kept for the test to look at
            results.append(refused)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_both_say_yes_and_have_a_room_for_two(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B1
    make_profile(cast.ben, about="I walk a lot.")
    make_profile(cast.cleo)
    two = make_suggestion(cast.ben, cast.cleo)

    assert seen(act, cast.cleo, two).other.about == "I walk a lot."
    assert act(cast.ben, suggestions_actions.accept, suggestion_id=two) == "accepted_by_one"
    assert seen(act, cast.cleo, two).state == "suggested"
    assert act(cast.cleo, suggestions_actions.accept, suggestion_id=two) == "matched"

    for one, other in ((cast.ben, cast.cleo), (cast.cleo, cast.ben)):
        [together] = act.read(one, pairings.my_buddies)
        assert (together.other.handle, together.state) == (other.handle, "active")
        room = act.read(one, rooms.room_view, room_id=together.room_id)
        assert (room.kind, room.name, room.member_count) == ("pairing", other.handle, 2)
    assert sum(isinstance(event, BuddyMatched) for event in act.events) == 1


def test_both_say_yes_in_the_same_instant(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested, store: UnitOfWorkFactory
) -> None:  # B1
    make_profile(cast.ben)
    make_profile(cast.cleo)
    two = make_suggestion(cast.ben, cast.cleo)

    answers = at_once(
        [lambda one=one: act(one, suggestions_actions.accept, suggestion_id=two) for one in (cast.ben, cast.cleo) * 4]
    )

    assert answers.count("matched") >= 1
    assert set(answers) <= {"matched", "accepted_by_one"}
    with store.read_context() as ctx:
        assert len(ctx.session.scalars(select(Pairing)).all()) == 1
        assert ctx.session.scalars(select(BuddyProfile.active_count)).all() == [1, 1]
    assert sum(isinstance(event, BuddyMatched) for event in act.events) == 1


def test_a_mentor_with_two_places_gets_two_of_ten(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested, store: UnitOfWorkFactory
) -> None:  # B2
    make_profile(cast.ben, role="mentor", capacity=2)
    seekers = act(None, lambda uow: [make_member(uow, f"Seeker {number}") for number in range(10)])
    for one in seekers:
        make_profile(one, role="seeking")
    open_ones = {one.id: make_suggestion(cast.ben, one) for one in seekers}
    for suggestion_id in open_ones.values():
        act(cast.ben, suggestions_actions.accept, suggestion_id=suggestion_id)

    answers = at_once(
        [lambda one=one: act(one, suggestions_actions.accept, suggestion_id=open_ones[one.id]) for one in seekers]
    )

    assert answers.count("matched") == 2
    assert sum(isinstance(answer, SuggestionClosed) for answer in answers) == 8
    with store.read_context() as ctx:
        states = ctx.session.scalars(select(Suggestion.state)).all()
        assert (states.count("matched"), states.count("superseded")) == (2, 8)
        assert ctx.session.get_one(BuddyProfile, cast.ben.id).active_count == 2
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        uow.session.execute(text("UPDATE buddy_profiles SET active_count = 3 WHERE role = 'mentor'"))


def test_a_no_looks_like_no_answer(cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested) -> None:  # B3
    people = act(None, lambda uow: [make_member(uow, name) for name in ("Eli", "Fay")])
    for one in (cast.ben, cast.cleo, *people):
        make_profile(one, about="Hello.")
    declined, untouched = make_suggestion(cast.ben, cast.cleo), make_suggestion(*people)
    assert act(cast.ben, suggestions_actions.decline, suggestion_id=declined) == "declined"
    assert mine(act, cast.ben) == []

    def as_cleo() -> list[Any]:
        views = (seen(act, cast.cleo, declined), seen(act, people[0], untouched))
        return [(view.state, view.expires_at, view.reasons, view.other) for view in views]

    assert as_cleo()[0] == as_cleo()[1]
    assert as_cleo()[0][0] == "suggested"
    for one, suggestion_id in ((cast.cleo, declined), (people[0], untouched)):
        assert act(one, suggestions_actions.accept, suggestion_id=suggestion_id) == "accepted_by_one"
    assert as_cleo()[0] == as_cleo()[1]

    act.later(hours=72)
    assert as_cleo()[0] == as_cleo()[1]
    assert as_cleo()[0][0] == "expired"
    refusals = []
    for one, suggestion_id in ((cast.cleo, declined), (people[0], untouched)):
        with pytest.raises(SuggestionClosed) as refused:
            act(one, suggestions_actions.accept, suggestion_id=suggestion_id)
        refusals.append(str(refused.value.detail))
    assert refusals[0] == refusals[1]


def test_ben_says_no_and_gets_the_next_now_and_cleo_at_the_expiry(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B3
    for one in (cast.ben, cast.cleo):
        make_profile(one)
    two = make_suggestion(cast.ben, cast.cleo)
    make_profile(cast.dov)
    act(cast.ben, suggestions_actions.decline, suggestion_id=two)

    [next_one] = mine(act, cast.ben)
    assert [view.id for view in mine(act, cast.dov)] == [next_one.id]
    assert [view.id for view in mine(act, cast.cleo)] == [two]

    eli = act(None, lambda uow: make_member(uow, "Eli"))
    make_profile(eli)
    act.later(hours=73)
    assert act(None, suggestions_actions.settle_due, limit=10) == 2
    assert len(mine(act, cast.cleo)) == 1
    assert all(view.id != two for view in mine(act, cast.cleo))


def test_a_no_stays_sealed_when_who_said_it_finds_somebody_else(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B3
    for one in (cast.ben, cast.cleo):
        make_profile(one)
    two = make_suggestion(cast.ben, cast.cleo)
    make_profile(cast.dov)
    act(cast.ben, suggestions_actions.decline, suggestion_id=two)
    [next_one] = mine(act, cast.ben)
    for one in (cast.ben, cast.dov):
        act(one, suggestions_actions.accept, suggestion_id=next_one.id)

    assert [view.other.handle for view in act.read(cast.ben, pairings.my_buddies)] == ["Dov"]
    assert seen(act, cast.cleo, two).state == "suggested"
    act(None, suggestions_actions.settle_due, limit=10)
    assert act(cast.cleo, suggestions_actions.accept, suggestion_id=two) == "accepted_by_one"
    act.later(hours=72)
    assert seen(act, cast.cleo, two).state == "expired"


def test_two_sweepers_close_a_suggestion_once(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested, store: UnitOfWorkFactory
) -> None:  # B8
    for one in (cast.ben, cast.cleo, cast.dov):
        make_profile(one)
    eli = act(None, lambda uow: make_member(uow, "Eli"))
    make_suggestion(cast.ben, cast.cleo)
    act.later(hours=72)
    make_profile(eli)

    assert sorted(at_once([lambda: act(None, suggestions_actions.settle_due, limit=10) for _ in range(2)])) == [0, 1]
    with store.read_context() as ctx:
        states = sorted(ctx.session.scalars(select(Suggestion.state)))
    assert states == ["expired", "suggested", "suggested"]
    assert act(None, suggestions_actions.settle_due, limit=10) == 0
    assert sum(isinstance(event, BuddySuggested) for event in act.events) == 3


def test_a_declined_pair_rests_for_half_a_year(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B7
    make_profile(cast.ben)
    make_profile(cast.cleo)
    act(cast.ben, suggestions_actions.decline, suggestion_id=make_suggestion(cast.ben, cast.cleo))
    act.later(days=100)
    act(None, suggestions_actions.settle_due, limit=10)
    assert mine(act, cast.cleo) == []

    def next_for_ben(uow: Any) -> Suggestion | None:
        profiles_access.locked_profiles(uow, [cast.ben.id])
        return suggestions_actions.suggest_next(uow, cast.ben.id)

    act.later(days=79)
    assert act(None, next_for_ben) is None
    act.later(days=2)
    assert act(None, next_for_ben) is not None


def test_a_pairing_that_was_not_safe_is_never_suggested_again(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B7
    make_profile(cast.ben)
    make_profile(cast.cleo)
    two = make_suggestion(cast.ben, cast.cleo)
    for one in (cast.ben, cast.cleo):
        act(one, suggestions_actions.accept, suggestion_id=two)
    [together] = act.read(cast.ben, pairings.my_buddies)
    act(cast.ben, pairings_actions.end, pairing_id=together.id, reason="safety")
    act.later(days=3650)

    def next_for_ben(uow: Any) -> Suggestion | None:
        profiles_access.locked_profiles(uow, [cast.ben.id])
        return suggestions_actions.suggest_next(uow, cast.ben.id)

    assert act(None, next_for_ben) is None


def test_a_block_hides_a_suggestion_from_both_at_once(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B4
    make_profile(cast.ben)
    make_profile(cast.cleo)
    two = make_suggestion(cast.ben, cast.cleo)
    act(cast.ben, accounts.block, member_id=cast.cleo.id)

    for one in (cast.ben, cast.cleo):
        assert mine(act, one) == []
        for verb in (suggestions_actions.accept, suggestions_actions.decline):
            with pytest.raises(NotFound):
                act(one, verb, suggestion_id=two)


def test_a_pause_stops_suggestions_and_keeps_buddies(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:  # B10

    for one in (cast.ben, cast.cleo, cast.dov):
        make_profile(one)
    two = make_suggestion(cast.ben, cast.cleo)
    for one in (cast.ben, cast.cleo):
        act(one, suggestions_actions.accept, suggestion_id=two)
    act(cast.dov, profiles.pause)
    eli = act(None, lambda uow: make_member(uow, "Eli"))
    make_profile(eli)
    fay = act(None, lambda uow: make_member(uow, "Fay"))
    make_profile(fay)
    act(eli, suggestions_actions.decline, suggestion_id=make_suggestion(eli, fay))

    assert mine(act, cast.dov) == []
    assert mine(act, eli) == []
    act(cast.ben, profiles.pause, until=act.now + timedelta(days=7))
    assert len(act.read(cast.ben, pairings.my_buddies)) == 1


def test_a_lower_capacity_ends_nothing_and_brings_nobody_new(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested, store: UnitOfWorkFactory
) -> None:  # B10
    make_profile(cast.ben, role="mentor", capacity=3)
    seekers = act(None, lambda uow: [make_member(uow, f"Seeker {number}") for number in range(3)])
    for one in seekers:
        make_profile(one, role="seeking")
    for one in seekers[:2]:
        two = make_suggestion(cast.ben, one)
        act(cast.ben, suggestions_actions.accept, suggestion_id=two)
        act(one, suggestions_actions.accept, suggestion_id=two)
    third = make_suggestion(cast.ben, seekers[2])
    make_profile(cast.ben, role="mentor", capacity=1)

    assert len(act.read(cast.ben, pairings.my_buddies)) == 2
    assert mine(act, cast.ben) == []
    assert act(seekers[2], suggestions_actions.accept, suggestion_id=third) == "accepted_by_one"
    with store.read_context() as ctx:
        row = ctx.session.get_one(BuddyProfile, cast.ben.id)
        assert (row.capacity, row.max_active, row.active_count) == (1, 2, 2)


def test_ben_with_enough_buddies_is_told_so(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested
) -> None:
    for one in (cast.ben, cast.cleo, cast.dov):
        make_profile(one)
    first = make_suggestion(cast.ben, cast.cleo)
    for one in (cast.ben, cast.cleo):
        act(one, suggestions_actions.accept, suggestion_id=first)
    with pytest.raises(PlacesTaken):
        act(cast.ben, suggestions_actions.accept, suggestion_id=make_suggestion(cast.ben, cast.dov))


VERBS = {"accept": suggestions_actions.accept, "decline": suggestions_actions.decline}
# What Ben's second answer comes to, by what happened before. `other` answers are Cleo's.
TRANSITIONS: list[tuple[list[tuple[str, str]], str, Any]] = [
    ([], "accept", "accepted_by_one"),
    ([], "decline", "declined"),
    ([("ben", "accept")], "accept", "accepted_by_one"),
    ([("ben", "accept")], "decline", "declined"),
    ([("ben", "decline")], "accept", SuggestionClosed),
    ([("ben", "decline")], "decline", "declined"),
    ([("cleo", "accept")], "accept", "matched"),
    ([("cleo", "accept")], "decline", "declined"),
    ([("cleo", "decline")], "accept", "accepted_by_one"),
    ([("cleo", "decline")], "decline", "declined"),
    ([("cleo", "accept"), ("ben", "accept")], "accept", "matched"),
    ([("cleo", "accept"), ("ben", "accept")], "decline", SuggestionClosed),
    ([("cleo", "accept"), ("cleo", "decline")], "accept", "accepted_by_one"),
    ([("time", "")], "accept", SuggestionClosed),
    ([("time", "")], "decline", SuggestionClosed),
    ([("ben", "accept"), ("time", "")], "decline", SuggestionClosed),
    ([("cleo", "accept"), ("time", "")], "accept", SuggestionClosed),
]


@pytest.mark.parametrize(("before", "verb", "expected"), TRANSITIONS, ids=str)
def test_every_answer_at_every_moment(
    cast: Cast,
    act: Act,
    make_profile: Looks,
    make_suggestion: Suggested,
    store: UnitOfWorkFactory,
    before: Any,
    verb: str,
    expected: Any,
) -> None:  # B11
    make_profile(cast.ben)
    make_profile(cast.cleo)
    two = make_suggestion(cast.ben, cast.cleo)
    for who, what in before:
        if who == "time":
            act.later(hours=72)
        else:
            act(getattr(cast, who), VERBS[what], suggestion_id=two)
    as_was = _rows(store)

    if isinstance(expected, str):
        assert act(cast.ben, VERBS[verb], suggestion_id=two) == expected
    else:
        with pytest.raises(expected):
            act(cast.ben, VERBS[verb], suggestion_id=two)
        assert _rows(store) == as_was
    with pytest.raises(NotFound):
        act(cast.dov, VERBS[verb], suggestion_id=two)


def test_nothing_of_the_other_shows_before_both_said_yes(
    cast: Cast, act: Act, make_profile: Looks, make_suggestion: Suggested, api: Any
) -> None:  # B3
    act.now = NOON
    make_profile(
        cast.ben, gender="woman", buddy_gender="any", prefers={"interests": ["chess"]}, about="Hello from Ben."
    )
    make_profile(cast.cleo, about="Hello from Cleo.")
    with act.store.unit_of_work() as uow:
        profiles_access.locked_profiles(uow, [cast.ben.id, cast.cleo.id])
        made = suggestions_actions.suggest(uow, pair=(cast.ben.id, cast.cleo.id), score=1, reasons=())
    api(cast.ben).post(f"/buddy-suggestions/{made.id}/accept")

    [item] = api(cast.cleo).get("/buddy-suggestions").json["items"]
    assert set(item) == {"id", "state", "expires_at", "reasons", "other"}
    assert (item["state"], item["other"]) == ("suggested", {"about": "Hello from Ben."})
    assert profile()["role"] == "peer"


def _rows(store: UnitOfWorkFactory) -> list[str]:
    with store.read_context() as ctx:
        return [
            str(row)
            for table in (Suggestion, Pairing, BuddyProfile)
            for row in ctx.session.execute(select(table.__table__)).all()
        ]
