"""What two processes do in the same instant happens once: on SQLite's file and on PostgreSQL's rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.buddies.actions import stand_ins as stand_ins_actions
from community.buddies.actions import suggestions
from community.buddies.models.pairings import Pairing, StandIn
from community.buddies.models.profiles import BuddyProfile
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import stand_ins
from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.notifications.queries import inbox
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import MakePairing, MakeProfile, MakeSuggestion
from tests.support.concurrency import Racers, racers
from tests.support.proof_output import print_figure
from tests.support.run_worker import run_until_idle

ROUNDS = [1, pytest.param(40, marks=pytest.mark.prove, id="B1-B2-B8-40")]


@pytest.fixture(scope="session")
def two() -> Iterator[Racers]:
    """Two processes to race with."""
    with racers() as started:
        yield started


def counted(store: UnitOfWorkFactory, event: str) -> int:
    """How often an event of a kind was recorded."""
    with store.read_context() as ctx:
        query = select(func.count()).select_from(OutboxEvent).where(OutboxEvent.type == event)
        return ctx.session.scalars(query).one()


def people(act: Act, count: int, turn: int = 0) -> list[Actor]:
    """So many members, others in each turn."""
    return act(None, lambda uow: [make_member(uow, f"Walker {turn} {number}") for number in range(count)])


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_yeses_in_one_instant_are_one_pairing(
    act: Act,
    make_profile: MakeProfile,
    make_suggestion: MakeSuggestion,
    store: UnitOfWorkFactory,
    settings: Settings,
    two: Racers,
    rounds: int,
) -> None:  # B1
    everybody = people(act, 2 * rounds)
    for one in everybody:
        make_profile(one)
    for one, other in zip(everybody[::2], everybody[1::2], strict=True):
        id_ = str(make_suggestion(one, other))
        works = [{"verb": "accept", "actor": str(who.id), "id": id_} for who in (one, other)]
        assert sorted(two.race(store, works, now=act.now)) == ["accepted_by_one", "matched"]
    with store.read_context() as ctx:
        assert len(ctx.session.scalars(select(Pairing)).all()) == rounds
        assert set(ctx.session.scalars(select(BuddyProfile.active_count))) == {1}
    assert counted(store, "buddy.matched") == rounds
    run_until_idle(store, settings, now=act.now)
    for one in everybody:
        items = act.read(one, inbox.notifications, cursor=None, limit=50).items
        assert [view.kind for view in items].count("buddy.matched") == 1
    print_figure("B1", f"{store.database.url.get_backend_name()}: {rounds} races of two processes, {rounds} pairings")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ten_final_yeses_fill_two_places(
    act: Act,
    make_profile: MakeProfile,
    make_suggestion: MakeSuggestion,
    store: UnitOfWorkFactory,
    two: Racers,
    rounds: int,
) -> None:  # B2
    for turn in range(min(rounds, 10)):
        mentor, *seekers = people(act, 11, turn)
        make_profile(mentor, role="mentor", capacity=2)
        for one in seekers:
            make_profile(one, role="seeking")
        ids = {one.id: make_suggestion(mentor, one) for one in seekers}
        for id_ in ids.values():
            act(mentor, suggestions.accept, suggestion_id=id_)
        works = [{"verb": "accept", "actor": str(one.id), "id": str(ids[one.id])} for one in seekers]

        assert Counter(two.race(store, works, now=act.now)) == {"matched": 2, "SuggestionClosed": 8}
        with store.read_context() as ctx:
            states = ctx.session.scalars(select(Suggestion.state).where(Suggestion.id.in_(ids.values()))).all()
            assert Counter(states) == {"matched": 2, "superseded": 8}
            assert ctx.session.get_one(BuddyProfile, mentor.id).active_count == 2
    print_figure("B2", f"{store.database.url.get_backend_name()}: {min(rounds, 10)} races of ten for two places")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_sweepers_expire_it_once_and_the_next_come_in_that_transaction(
    act: Act,
    make_profile: MakeProfile,
    make_suggestion: MakeSuggestion,
    store: UnitOfWorkFactory,
    two: Racers,
    rounds: int,
) -> None:  # B8
    for turn in range(min(rounds, 10)):
        trio = people(act, 3, turn)
        for one in trio:
            make_profile(one)
        first = make_suggestion(trio[0], trio[1])
        before = counted(store, "buddy.suggested")
        act.later(hours=72)
        answers = two.race(store, [{"verb": "settle"}] * 2, now=act.now)
        assert sum(int(answer) for answer in answers) == 1
        with store.read_context() as ctx:
            row = ctx.session.get_one(Suggestion, first)
            assert (row.state, row.settled_at) == ("expired", act.now)
            made = ctx.session.scalars(select(Suggestion).where(Suggestion.created_at == row.settled_at)).all()
        assert len(made) == counted(store, "buddy.suggested") - before >= 1
        act.later(hours=100)
        while act(None, suggestions.settle_due, limit=10):
            act.later(hours=100)
            if act.now > row.created_at + timedelta(days=60):
                break
        with store.unit_of_work() as uow:
            for profile in uow.session.scalars(select(BuddyProfile)):
                profile.is_paused = True
            for open_one in uow.session.scalars(select(Suggestion).where(Suggestion.settled_at.is_(None))):
                open_one.state, open_one.settled_at = "expired", act.now


def test_an_end_happens_once_whoever_presses_it(
    cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory, two: Racers
) -> None:  # B11
    pair = make_pairing(cast.ben, cast.cleo)
    works = [{"verb": "end", "actor": str(one.id), "id": str(pair.id)} for one in (cast.ben, cast.cleo) * 3]
    assert Counter(two.race(store, works, now=act.now)) == {"ended": 1, "PairingOver": 5}
    assert counted(store, "pairing.ended") == 1
    with store.read_context() as ctx:
        assert set(ctx.session.scalars(select(BuddyProfile.active_count))) == {0}


def test_a_day_is_claimed_by_one_of_many(
    cast: Cast, act: Act, make_pairing: MakePairing, make_profile: MakeProfile, store: UnitOfWorkFactory, two: Racers
) -> None:
    pair = make_pairing(cast.ben, cast.cleo)
    helpers = people(act, 6)
    for one in helpers:
        make_profile(one, stands_in=True)
    act(cast.ben, stand_ins_actions.cannot_today)
    day = act.read(cast.cleo, stand_ins.my_day, pairing_id=pair.id)
    assert day is not None
    act(cast.cleo, stand_ins_actions.request_cover, stand_in_id=day.id)
    works = [{"verb": "claim", "actor": str(one.id), "id": str(day.id)} for one in helpers]
    assert Counter(two.race(store, works, now=act.now)) == {"claimed": 1, "AlreadyClaimed": 5}
    with store.read_context() as ctx:
        assert ctx.session.get_one(StandIn, day.id).room_id is not None
