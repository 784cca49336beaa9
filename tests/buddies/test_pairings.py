"""Pairings: a room for two, a break, an end at any time, and being kept apart for good when it was not safe."""

from typing import Any

import pytest
from sqlalchemy import select

from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions.pairings import PairingOver
from community.buddies.events import PairingEnded, PairingSafetyFlagged
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries import admin, pairings
from community.core.errors import Forbidden, NotFound
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from community.members.queries.blocks import blocked_ids
from community.notifications.queries import inbox
from community.rooms.queries import read_markers
from community.rooms.queries import rooms as rooms_queries
from tests.conftest import Act
from tests.factories import Cast
from tests.support.buddy_fixtures import MakePairing, MakeProfile, MakeSuggestion
from tests.support.run_worker import run_until_idle


def buddies(act: Act, actor: Actor) -> list[str]:
    """The handles of somebody's buddies."""
    return [view.other.handle for view in act.read(actor, pairings.my_buddies)]


def rooms(act: Act, actor: Actor) -> list[str]:
    """The names of somebody's rooms."""
    return [room.name for room in act.read(actor, rooms_queries.my_rooms)]


def test_either_ends_it_and_the_words_stay_readable(
    cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    act(cast.cleo, pairings_actions.end, pairing_id=two.id, reason="mismatch")

    assert (buddies(act, cast.ben), buddies(act, cast.cleo)) == ([], [])
    assert (rooms(act, cast.ben), rooms(act, cast.cleo)) == (["Cleo"], ["Ben"])
    with store.read_context() as ctx:
        assert ctx.session.scalars(select(BuddyProfile.active_count)).all() == [0, 0]
    assert [event for event in act.events if isinstance(event, PairingEnded)] == [
        PairingEnded(pairing_id=two.id, ended_by=cast.cleo.id)
    ]
    assert not any(isinstance(event, PairingSafetyFlagged) for event in act.events)


def test_an_end_is_an_end(cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory) -> None:  # B11
    two = make_pairing(cast.ben, cast.cleo)
    for verb in (pairings_actions.pause, pairings_actions.resume):
        with pytest.raises(NotFound):
            act(cast.dov, verb, pairing_id=two.id)
        with pytest.raises(NotFound):
            act(cast.ada, verb, pairing_id=two.id)
    with pytest.raises(NotFound):
        act(cast.dov, pairings_actions.end, pairing_id=two.id, reason="left")
    act(cast.ben, pairings_actions.end, pairing_id=two.id, reason="completed")

    for verb, more in (
        (pairings_actions.pause, {}),
        (pairings_actions.resume, {}),
        (pairings_actions.end, {"reason": "left"}),
    ):
        with pytest.raises(PairingOver):
            act(cast.cleo, verb, pairing_id=two.id, **more)
    with store.read_context() as ctx:
        row = ctx.session.scalars(select(Pairing)).one()
        assert (row.state, row.end_reason, row.ended_by) == ("ended", "completed", cast.ben.id)
        assert ctx.session.scalars(select(BuddyProfile.active_count)).all() == [0, 0]


def test_a_break_keeps_them_buddies(cast: Cast, act: Act, make_pairing: MakePairing) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    for _ in range(2):
        act(cast.ben, pairings_actions.pause, pairing_id=two.id)

    views = [act.read(one, pairings.pairing, pairing_id=two.id) for one in (cast.ben, cast.cleo)]
    assert [(view.state, view.paused_by_me) for view in views] == [("paused", True), ("paused", False)]
    act(cast.cleo, pairings_actions.resume, pairing_id=two.id)
    assert act.read(cast.ben, pairings.pairing, pairing_id=two.id).state == "active"


def test_ben_did_not_feel_safe_and_never_meets_cleo_again(cast: Cast, act: Act, make_pairing: MakePairing) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    act(cast.ben, pairings_actions.end, pairing_id=two.id, reason="safety")

    for one in (cast.ben, cast.cleo):
        assert (buddies(act, one), rooms(act, one)) == ([], [])
        with pytest.raises(NotFound):
            act.read(one, pairings.pairing, pairing_id=two.id)
        with pytest.raises(NotFound):
            act.read(one, rooms_queries.room_view, room_id=two.room_id)
    with act.store.read_context() as ctx:
        assert blocked_ids(ctx.session, cast.cleo.id) == {cast.ben.id}
    assert PairingSafetyFlagged(pairing_id=two.id) in act.events

    [flag] = act.read(cast.ada, admin.flagged)
    assert (set(flag.handles), flag.ended_by, flag.looked_into_at) == ({"Ben", "Cleo"}, "Ben", None)
    with pytest.raises(Forbidden):
        act(cast.dov, pairings_actions.review, pairing_id=two.id)
    act(cast.ada, pairings_actions.review, pairing_id=two.id)
    assert act.read(cast.ada, admin.flagged)[0].looked_into_at == act.now


def test_from_the_block_on_no_read_shows_the_pairing(
    cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory, settings: Settings
) -> None:  # B4
    two = make_pairing(cast.ben, cast.cleo)
    act(cast.ben, accounts.block, member_id=cast.cleo.id)

    for one in (cast.ben, cast.cleo):
        assert (buddies(act, one), rooms(act, one)) == ([], [])
        with pytest.raises(NotFound):
            act.read(one, pairings.pairing, pairing_id=two.id)
        with pytest.raises(NotFound):
            act(one, pairings_actions.end, pairing_id=two.id, reason="left")
        with pytest.raises(NotFound):
            act.read(one, read_markers.marker, room_id=two.room_id)

    run_until_idle(store, settings, now=act.now)
    with store.read_context() as ctx:
        row = ctx.session.scalars(select(Pairing)).one()
        assert (row.state, row.ended_by) == ("ended", None)
        assert ctx.session.scalars(select(BuddyProfile.active_count)).all() == [0, 0]
    assert not any(view.kind == "pairing.ended" for view in _told(act, cast.cleo))


def test_from_an_order_of_a_coordinator_on_no_read_shows_the_pairing(
    cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory, settings: Settings
) -> None:  # B4
    two = make_pairing(cast.ben, cast.cleo)
    act(cast.ada, accounts.ensure_no_contact, one=cast.ben.id, other=cast.cleo.id, source="court")
    for one in (cast.ben, cast.cleo):
        assert (buddies(act, one), rooms(act, one)) == ([], [])
        with pytest.raises(NotFound):
            act.read(one, pairings.pairing, pairing_id=two.id)

    run_until_idle(store, settings, now=act.now)
    with store.read_context() as ctx:
        row = ctx.session.scalars(select(Pairing)).one()
        assert (row.state, row.ended_by) == ("ended", None)
        assert ctx.session.scalars(select(BuddyProfile.active_count)).all() == [0, 0]
    assert not any(view.kind == "pairing.ended" for view in _told(act, cast.cleo))


def test_the_two_are_told_once_each_and_never_who_said_what(
    cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory, settings: Settings
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    run_until_idle(store, settings, now=act.now)
    for one, other in ((cast.ben, "Cleo"), (cast.cleo, "Ben")):
        [matched] = [view for view in _told(act, one) if view.kind == "buddy.matched"]
        assert (matched.url, matched.title) == (f"/pairings/{two.id}", f"You and {other} are buddies now")

    act(cast.ben, pairings_actions.end, pairing_id=two.id, reason="drifted")
    run_until_idle(store, settings, now=act.now)
    assert [view.kind for view in _told(act, cast.cleo)].count("pairing.ended") == 1
    assert [view.kind for view in _told(act, cast.ben)].count("pairing.ended") == 0


def test_ben_closes_the_account_and_his_buddy_is_not_left_waiting(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    make_profile: MakeProfile,
    make_suggestion: MakeSuggestion,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    make_profile(cast.dov)
    act(cast.ada, accounts.deactivate, member_id=cast.ben.id)
    run_until_idle(store, settings, now=act.now)

    assert buddies(act, cast.cleo) == []
    with store.read_context() as ctx:
        assert set(ctx.session.scalars(select(BuddyProfile.active_count))) == {0}


def _told(act: Act, actor: Actor) -> list[Any]:
    return list(act.read(actor, inbox.notifications, cursor=None, limit=50).items)
