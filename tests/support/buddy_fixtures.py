"""Fixtures of buddies: profiles that fit, suggestions and pairings."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from community.buddies.access import profiles as profiles_access
from community.buddies.actions import profiles, suggestions
from community.buddies.models.suggestions import Suggestion
from community.buddies.queries import pairings
from community.core.unit_of_work import Actor, UnitOfWork
from tests.conftest import Act
from tests.support.waiting import until

MakeProfile = Callable[..., None]
MakeSuggestion = Callable[[Actor, Actor], UUID]
MakePairing = Callable[..., pairings.PairingView]

EVENINGS = [{"weekday": day, "from": "18:00", "to": "21:00"} for day in range(5)]


def profile(**answers: Any) -> dict[str, Any]:
    """What somebody looks for who fits everybody of the same defaults."""
    return {"role": "peer", "capacity": 1, "languages": ["English"], "availability": EVENINGS, **answers}


@pytest.fixture
def make_profile(act: Act) -> Callable[..., None]:
    """`looks(cast.ben, role="mentor")`: somebody says whom they look for; mentors are approved at once."""

    def say(actor: Actor, **answers: Any) -> None:
        saved = act(actor, profiles.save_profile, changes=profile(**answers))
        if saved.role == "mentor":
            act(None, _approved, member_id=actor.id)

    return say


@pytest.fixture
def make_suggestion(act: Act) -> Callable[[Actor, Actor], UUID]:
    """`suggested(cast.ben, cast.cleo)`: the two are suggested to each other; the suggestion's id."""

    def suggest(one: Actor, other: Actor) -> UUID:
        def do(uow: UnitOfWork) -> Suggestion:
            profiles_access.locked_profiles(uow, [one.id, other.id])
            return suggestions.suggest(uow, pair=(one.id, other.id), score=100, reasons=("free_weekday_evenings",))

        return act(None, do).id

    return suggest


@pytest.fixture
def make_pairing(
    act: Act, make_profile: Callable[..., None], make_suggestion: Callable[[Actor, Actor], UUID]
) -> MakePairing:
    """`paired(cast.ben, cast.cleo)`: two who both said yes, as the first sees it; more answers are of both."""

    def pair(one: Actor, other: Actor, **answers: Any) -> pairings.PairingView:
        for actor in (one, other):
            make_profile(actor, **answers)
        two = make_suggestion(one, other)
        for actor in (one, other):
            act(actor, suggestions.accept, suggestion_id=two)
        return act.read(one, pairings.my_buddies)[-1]

    return pair


def run_match(staff: Any, **wanted: Any) -> dict[str, Any]:
    """A match run through the API, when it is done; a busy machine may take longer than the answer waits."""
    started = staff.post("/match-runs", wanted)
    assert started.status_code in (201, 202)

    def done() -> dict[str, Any] | None:
        run: dict[str, Any] = staff.get(f"/match-runs/{started.json['id']}").json
        return run if run["state"] != "running" else None

    run = until(done, within=90, what="the match run")
    assert run is not None
    return run


def _approved(uow: UnitOfWork, *, member_id: UUID) -> None:
    profiles_access.locked_profiles(uow, [member_id])[member_id].approved_at = uow.now
