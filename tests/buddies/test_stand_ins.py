"""A day on which a buddy cannot: said kindly, asked only of who fits, done by one."""

from typing import Any

import pytest

from community.buddies.access import stand_ins as stand_ins_access
from community.buddies.actions import profiles
from community.buddies.actions import stand_ins as stand_ins_actions
from community.buddies.actions.stand_ins import AlreadyClaimed, DayOver
from community.buddies.queries import stand_ins
from community.core.errors import NotFound
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from community.notifications.queries import inbox
from community.rooms.queries import rooms
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import MakePairing, MakeProfile
from tests.support.run_worker import run_until_idle


@pytest.fixture
def helpers(act: Act, make_profile: MakeProfile) -> list[Actor]:
    """Four who offer such days; the third speaks no common language, the fourth has a break."""
    people = act(None, lambda uow: [make_member(uow, f"Helper {number}") for number in range(4)])
    for one in people:
        make_profile(one, stands_in=True)
    make_profile(people[2], stands_in=True, languages=["Latin"])
    act(people[3], profiles.pause)
    return people


def heard(act: Act, actor: Actor, kind: str) -> int:
    """How often somebody was told of a kind of thing."""
    return sum(view.kind == kind for view in act.read(actor, inbox.notifications, cursor=None, limit=50).items)


def test_a_day_is_offered_wanted_and_done_by_one(
    cast: Cast, act: Act, make_pairing: MakePairing, helpers: list[Actor], store: UnitOfWorkFactory, settings: Settings
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    assert act(cast.ben, stand_ins_actions.cannot_today) == 1
    assert act(cast.ben, stand_ins_actions.cannot_today) == 0
    day = act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id)
    assert day is not None
    assert day.state == "offered"
    assert act.read(cast.ben, stand_ins.is_away_today, pairing_id=two.id)
    with pytest.raises(NotFound):
        act(helpers[0], stand_ins_actions.claim, stand_in_id=day.id)
    run_until_idle(store, settings, now=act.now)
    assert heard(act, cast.cleo, "stand_in.announced") == 1
    assert [heard(act, one, "stand_in.requested") for one in helpers] == [0, 0, 0, 0]

    act(cast.cleo, stand_ins_actions.request_cover, stand_in_id=day.id)
    run_until_idle(store, settings, now=act.now)
    assert [heard(act, one, "stand_in.requested") for one in helpers] == [1, 1, 0, 0]
    assert heard(act, cast.ben, "stand_in.requested") == 0
    for stranger in (cast.ben, cast.dov, helpers[2]):
        with pytest.raises(NotFound):
            act(stranger, stand_ins_actions.claim, stand_in_id=day.id)

    claimed = act(helpers[0], stand_ins_actions.claim, stand_in_id=day.id)
    with pytest.raises(AlreadyClaimed):
        act(helpers[1], stand_ins_actions.claim, stand_in_id=day.id)
    for one in (cast.cleo, helpers[0]):
        assert act.read(one, rooms.room_view, room_id=claimed.room_id).kind == "pairing"
    with pytest.raises(NotFound):
        act.read(cast.ben, rooms.room_view, room_id=claimed.room_id)
    act.later(hours=24)
    run_until_idle(store, settings, now=act.now)
    assert act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id) is None
    with pytest.raises(DayOver):
        act(cast.cleo, stand_ins_actions.request_cover, stand_in_id=day.id)


def test_a_blocked_helper_is_not_asked_and_loses_the_room(
    cast: Cast, act: Act, make_pairing: MakePairing, helpers: list[Actor], store: UnitOfWorkFactory, settings: Settings
) -> None:  # B4
    two = make_pairing(cast.ben, cast.cleo)
    act(cast.cleo, accounts.block, member_id=helpers[1].id)
    act(cast.ben, stand_ins_actions.cannot_today)
    day = act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id)
    assert day is not None
    act(cast.cleo, stand_ins_actions.request_cover, stand_in_id=day.id)
    asked = act.read(None, stand_ins_access.asked_to_stand_in, pairing_id=two.id, member_id=cast.cleo.id)
    assert asked == [helpers[0].id]

    claimed = act(helpers[0], stand_ins_actions.claim, stand_in_id=day.id)
    act(helpers[0], accounts.block, member_id=cast.cleo.id)
    run_until_idle(store, settings, now=act.now)
    for one in (cast.cleo, helpers[0]):
        with pytest.raises(NotFound):
            act.read(one, rooms.room_view, room_id=claimed.room_id)
    with pytest.raises(NotFound):
        act.read(helpers[0], stand_ins.day, stand_in_id=day.id)


def test_pages_for_a_day(cast: Cast, act: Act, make_pairing: MakePairing, page: Any, helpers: list[Actor]) -> None:
    from tests.pages import page_text, post_form

    two = make_pairing(cast.ben, cast.cleo)
    assert "I can’t today" in page_text(page(cast.ben), f"/pairings/{two.id}")
    post_form(page(cast.ben), "/buddy/cannot-today", {})
    assert "You said you can’t be there today" in page_text(page(cast.ben), f"/pairings/{two.id}")
    cleo, helper = page(cast.cleo), page(helpers[0])
    assert "Ben can’t be there today" in page_text(cleo, f"/pairings/{two.id}")
    day = act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id)
    assert day is not None
    post_form(cleo, f"/buddy/days/{day.id}", {"answer": "want"})
    assert "We’re asking others" in page_text(cleo, f"/buddy/days/{day.id}")
    text = page_text(helper, f"/buddy/days/{day.id}")
    assert "Yes, I can" in text
    assert "Cleo" not in text
    assert post_form(helper, f"/buddy/days/{day.id}", {"answer": "claim"}).location.startswith("/rooms/")
    assert "Write to them" in page_text(cleo, f"/buddy/days/{day.id}")


def test_ben_can_be_there_after_all_unless_someone_stands_in(
    cast: Cast, act: Act, make_pairing: MakePairing, helpers: list[Actor], store: UnitOfWorkFactory, settings: Settings
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    act(cast.ben, stand_ins_actions.cannot_today)
    day = act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id)
    assert day is not None
    assert act(cast.cleo, stand_ins_actions.can_today) == 0, "it is not Cleo's to undo"
    assert act(cast.ben, stand_ins_actions.can_today) == 1
    assert act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id) is None
    assert not act.read(cast.ben, stand_ins.is_away_today, pairing_id=two.id)
    with pytest.raises(DayOver):
        act(cast.cleo, stand_ins_actions.request_cover, stand_in_id=day.id)

    act(cast.ben, stand_ins_actions.cannot_today)
    run_until_idle(store, settings, now=act.now)
    assert heard(act, cast.cleo, "stand_in.announced") == 1, "Cleo is notified once, however often Ben changes his mind"
    act(cast.cleo, stand_ins_actions.request_cover, stand_in_id=day.id)
    act(helpers[0], stand_ins_actions.claim, stand_in_id=day.id)
    assert act(cast.ben, stand_ins_actions.can_today) == 0
    again = act.read(cast.cleo, stand_ins.my_day, pairing_id=two.id)
    assert again is not None
    assert again.state == "claimed"


def test_cannot_today_can_be_undone_from_page_and_api(
    cast: Cast, act: Act, make_pairing: MakePairing, page: Any, api: Any
) -> None:
    from tests.pages import page_text, post_form

    two = make_pairing(cast.ben, cast.cleo)
    ben = page(cast.ben)
    post_form(ben, "/buddy/cannot-today", {})
    assert "Undo" in page_text(ben, "/buddy")
    post_form(ben, "/buddy/can-today", {})
    assert "I can’t today" in page_text(ben, f"/pairings/{two.id}")
    assert api(cast.ben).post("/buddy-days", {}).json == {"told": 0}
    assert act.read(cast.ben, stand_ins.is_away_today, pairing_id=two.id)
    assert api(cast.ben).delete("/buddy-days").status_code == 204
    assert not act.read(cast.ben, stand_ins.is_away_today, pairing_id=two.id)
