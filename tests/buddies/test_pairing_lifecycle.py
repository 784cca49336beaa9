"""How a pairing lives: a trial, a line now and then, silence, a number that both share. Each side is asked alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from community.buddies.actions import pairings as pairings_actions
from community.buddies.actions import profiles, trial_review
from community.buddies.actions import suggestions as suggestions_actions
from community.buddies.actions.pairings import PairingOver
from community.buddies.actions.trial_review import NothingAsked
from community.buddies.events import PairingEnded, PhonesShared, PromptSent, ReviewRequested
from community.buddies.models.pairings import Pairing
from community.buddies.models.profiles import BuddyProfile
from community.buddies.queries import pairings, suggestions
from community.buddies.rules import CHOICES, ends
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from community.notifications.queries import inbox
from community.rooms.models import Message, Room
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.support.buddy_fixtures import MakePairing, MakeProfile
from tests.support.run_worker import run_until_idle


class Scenario:
    """Time goes on, and workers do what is due."""

    def __init__(self, act: Act, store: UnitOfWorkFactory, settings: Settings) -> None:
        self.act, self.store, self.settings = act, store, settings

    def later(self, **span: float) -> None:
        """Some time passes; what became due is done."""
        run_until_idle(self.store, self.settings, now=self.act.now)
        self.act.later(**span)
        run_until_idle(self.store, self.settings, now=self.act.now)

    def heard(self, actor: Actor, kind: str) -> int:
        """How often somebody was told of a kind of thing."""
        items = self.act.read(actor, inbox.notifications, cursor=None, limit=200).items
        return sum(view.kind == kind for view in items)

    def says(self, actor: Actor, room_id: UUID) -> None:
        """Somebody writes a line."""
        with self.store.unit_of_work(actor, now=self.act.now) as uow:
            room = uow.session.get_one(Room, room_id)
            room.head_seq += 1
            room.head_rev += 1
            uow.session.add(
                Message(
                    room_id=room_id,
                    author_id=actor.id,
                    seq=room.head_seq,
                    rev=room.head_rev,
                    client_msg_id=f"{actor.id}:{room.head_seq}",
                    body="Hello.",
                    request_hash="",
                    created_at=self.act.now,
                )
            )


@pytest.fixture
def scenario(act: Act, store: UnitOfWorkFactory, settings: Settings) -> Scenario:
    """Time and workers."""
    return Scenario(act, store, settings)


def view(act: Act, actor: Actor, pairing_id: UUID) -> pairings.PairingView:
    """The pairing as somebody sees it."""
    return act.read(actor, pairings.pairing, pairing_id=pairing_id)


def test_after_two_weeks_both_are_asked_alone_and_keep_going(
    cast: Cast, act: Act, make_pairing: MakePairing, scenario: Scenario
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    assert two.trial_until == act.now + timedelta(days=14)
    with pytest.raises(NothingAsked):
        act(cast.ben, trial_review.record_review, pairing_id=two.id, choice="keep")
    scenario.says(cast.ben, two.room_id)
    scenario.later(days=9)
    scenario.says(cast.cleo, two.room_id)
    scenario.later(days=5)

    for one in (cast.ben, cast.cleo):
        assert view(act, one, two.id).asked == "trial"
        assert scenario.heard(one, "pairing.review_requested") == 1
    act(cast.ben, trial_review.record_review, pairing_id=two.id, choice="keep")
    assert view(act, cast.ben, two.id).my_choice == "keep"
    assert view(act, cast.cleo, two.id).my_choice == ""
    act(cast.cleo, trial_review.record_review, pairing_id=two.id, choice="keep")
    for one in (cast.ben, cast.cleo):
        shown = view(act, one, two.id)
        assert (shown.state, shown.asked, shown.trial_until, shown.my_choice) == ("active", "", None, "")


def test_it_ends_when_one_wants_it_to_or_silence_is_met_with_silence() -> None:
    for first in CHOICES:
        for second in (*CHOICES, ""):
            for said in ((first, second), (second, first)):
                assert ends("trial", said) == ends("quiet", said) == bool({first, second} & {"end", "new"})
    assert (ends("trial", ("", "")), ends("quiet", ("", ""))) == (False, True)


@pytest.mark.parametrize(("first", "second"), [("keep", "end"), ("end", "new"), ("new", ""), ("keep", "")])
def test_the_two_answers_decide_and_neither_learns_who_said_what(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    scenario: Scenario,
    store: UnitOfWorkFactory,
    first: str,
    second: str,
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    scenario.says(cast.ben, two.room_id)
    scenario.later(days=9)
    scenario.says(cast.ben, two.room_id)
    scenario.later(days=5)
    before = view(act, cast.cleo, two.id)
    act(cast.ben, trial_review.record_review, pairing_id=two.id, choice=first)
    assert view(act, cast.cleo, two.id) == before
    if second:
        act(cast.cleo, trial_review.record_review, pairing_id=two.id, choice=second)
    else:
        assert view(act, cast.ben, two.id).asked == "trial"
        scenario.later(days=3)

    has_ended = bool({first, second} & {"end", "new"})
    for one in (cast.ben, cast.cleo):
        assert view(act, one, two.id).state == ("ended" if has_ended else "active")
        assert view(act, one, two.id).my_choice == ""
    with store.read_context() as ctx:
        row = ctx.session.get_one(Pairing, two.id)
        assert (row.ended_by, row.end_reason) == (None, "mismatch" if has_ended else None)
        paused = {one.member_id for one in ctx.session.scalars(select(BuddyProfile)) if one.is_paused}
        counts = set(ctx.session.scalars(select(BuddyProfile.active_count)))
    said = {cast.ben.id: first, cast.cleo.id: second}
    assert paused == ({one for one, what in said.items() if what == "end"} if has_ended else set())
    assert counts == ({0} if has_ended else {1})
    run_until_idle(store, scenario.settings, now=act.now)
    assert [scenario.heard(one, "pairing.ended") for one in (cast.ben, cast.cleo)] == ([1, 1] if has_ended else [0, 0])
    if has_ended:
        with pytest.raises(PairingOver):
            act(cast.ben, trial_review.record_review, pairing_id=two.id, choice="keep")


def test_ben_wants_a_new_buddy_and_gets_a_suggestion_at_once(
    cast: Cast, act: Act, make_pairing: MakePairing, make_profile: MakeProfile, scenario: Scenario
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    make_profile(cast.dov)
    scenario.later(days=10)
    assert view(act, cast.ben, two.id).asked == "quiet"
    act(cast.ben, trial_review.record_review, pairing_id=two.id, choice="new")
    act(cast.cleo, trial_review.record_review, pairing_id=two.id, choice="keep")

    [fresh] = act.read(cast.ben, suggestions.my_open_suggestions)
    assert [one.id for one in act.read(cast.dov, suggestions.my_open_suggestions)] == [fresh.id]
    assert act.read(cast.cleo, suggestions.my_open_suggestions) == []


def test_ten_silent_days_ask_both_and_a_silence_on_that_ends_it_gently(
    cast: Cast, act: Act, make_pairing: MakePairing, scenario: Scenario, store: UnitOfWorkFactory
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    scenario.later(days=6)
    scenario.says(cast.ben, two.room_id)
    scenario.later(days=4)
    assert view(act, cast.ben, two.id).asked == ""
    scenario.later(days=6)
    assert view(act, cast.ben, two.id).asked == "trial"  # the fortnight is over, and that is asked first
    act(cast.ben, trial_review.record_review, pairing_id=two.id, choice="keep")
    act(cast.cleo, trial_review.record_review, pairing_id=two.id, choice="keep")
    scenario.later(days=10)
    assert view(act, cast.ben, two.id).asked == "quiet"

    scenario.later(days=7)
    assert view(act, cast.ben, two.id).state == "ended"
    with store.read_context() as ctx:
        assert ctx.session.get_one(Pairing, two.id).end_reason == "drifted"
    assert [scenario.heard(one, "pairing.ended") for one in (cast.ben, cast.cleo)] == [1, 1]
    scenario.later(days=60)
    assert scenario.heard(cast.ben, "pairing.ended") == 1


def test_ben_who_keeps_going_is_asked_again_after_ten_more_days(
    cast: Cast, act: Act, make_pairing: MakePairing, scenario: Scenario
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    scenario.later(days=10)
    act(cast.ben, trial_review.record_review, pairing_id=two.id, choice="keep")
    scenario.later(days=7)
    assert (view(act, cast.ben, two.id).state, view(act, cast.ben, two.id).asked) == ("active", "")
    scenario.later(days=10)
    assert view(act, cast.ben, two.id).asked == "quiet"


def test_prompts_go_to_both_then_in_turn_and_never_to_members_who_write(
    cast: Cast, act: Act, make_pairing: MakePairing, scenario: Scenario
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    prompts: list[tuple[int, int]] = []
    for days in (2, 7, 7, 7):
        scenario.later(days=days - 1)
        if view(act, cast.ben, two.id).asked:
            for one in (cast.ben, cast.cleo):
                act(one, trial_review.record_review, pairing_id=two.id, choice="keep")
        scenario.later(days=1)
        prompts.append(
            (scenario.heard(cast.ben, "pairing.prompt_sent"), scenario.heard(cast.cleo, "pairing.prompt_sent"))
        )
    both, first, second, third = prompts
    assert both == (1, 1)
    assert sum(first) == 3
    assert second == (2, 2)
    assert third == first if sum(third) == 3 else sum(third) == 5
    scenario.later(days=6)
    scenario.says(cast.ben, two.room_id)
    scenario.later(days=1)
    assert (scenario.heard(cast.ben, "pairing.prompt_sent"), scenario.heard(cast.cleo, "pairing.prompt_sent")) == third
    act(cast.ben, pairings_actions.pause, pairing_id=two.id)
    scenario.later(days=7)
    assert (scenario.heard(cast.ben, "pairing.prompt_sent"), scenario.heard(cast.cleo, "pairing.prompt_sent")) == third


def test_a_quiet_day_waits_for_the_next(cast: Cast, act: Act, make_pairing: MakePairing, scenario: Scenario) -> None:
    two = make_pairing(cast.ben, cast.cleo, quiet_days=[2])  # the second day after a Monday
    scenario.later(days=2)
    assert view(act, cast.ben, two.id).has_quiet_day
    assert scenario.heard(cast.ben, "pairing.prompt_sent") == 0
    scenario.later(days=1)
    assert scenario.heard(cast.ben, "pairing.prompt_sent") == 1
    assert not view(act, cast.ben, two.id).has_quiet_day


def test_a_number_shows_only_when_both_share(
    cast: Cast, act: Act, make_pairing: MakePairing, api: Any, store: UnitOfWorkFactory
) -> None:  # B12
    two = make_pairing(cast.ben, cast.cleo)
    ben, cleo = api(cast.ben), api(cast.cleo)
    assert ben.put(f"/pairings/{two.id}/phone", {"number": "call me"}).status_code == 422
    assert ben.put(f"/pairings/{two.id}/phone", {"number": "+1 555 0100"}).json == {
        "mine": "+1 555 0100",
        "theirs": None,
    }
    for path in (f"/pairings/{two.id}/phones", f"/pairings/{two.id}", "/pairings", "/notifications"):
        assert "555 0100" not in cleo.get(path).text
    assert cleo.get(f"/pairings/{two.id}/phones").json == {"mine": None, "theirs": None}
    with store.read_context() as ctx:
        assert "555 01" not in str(ctx.session.execute(text("SELECT * FROM pairings")).all())

    assert cleo.put(f"/pairings/{two.id}/phone", {"number": "+1 555 0199"}).json["theirs"] == "+1 555 0100"
    assert ben.get(f"/pairings/{two.id}/phones").json == {"mine": "+1 555 0100", "theirs": "+1 555 0199"}
    assert cleo.delete(f"/pairings/{two.id}/phone").json == {"mine": None, "theirs": None}
    assert ben.get(f"/pairings/{two.id}/phones").json == {"mine": "+1 555 0100", "theirs": None}
    assert api(cast.dov).get(f"/pairings/{two.id}/phones").status_code == 404


def test_both_numbers_are_one_event_and_an_end_forgets_them(
    cast: Cast, act: Act, make_pairing: MakePairing, store: UnitOfWorkFactory
) -> None:
    two = make_pairing(cast.ben, cast.cleo)
    for one in (cast.ben, cast.ben, cast.cleo, cast.cleo):
        act(one, pairings_actions.share_phone, pairing_id=two.id, number="+1 555 0100")
    assert [event for event in act.events if isinstance(event, PhonesShared)] == [PhonesShared(pairing_id=two.id)]
    act(cast.ben, pairings_actions.end, pairing_id=two.id, reason="left")
    with store.read_context() as ctx:
        row = ctx.session.get_one(Pairing, two.id)
        assert (row.a_phone, row.b_phone) == ("", "")
    with pytest.raises(PairingOver):
        act(cast.ben, pairings_actions.share_phone, pairing_id=two.id, number="+1 555 0100")


def test_mentors_rest_after_an_ending_and_keep_their_allowed_number(
    cast: Cast, act: Act, make_profile: MakeProfile, make_suggestion: Any, store: UnitOfWorkFactory
) -> None:  # B10
    make_profile(cast.ben, role="mentor", capacity=5)
    act(cast.ada, profiles.approve_mentor, member_id=cast.ben.id, places=1)
    seekers = act(None, lambda uow: [make_member(uow, f"Seeker {number}") for number in range(3)])
    for one in seekers:
        make_profile(one, role="seeking")
    first, second = make_suggestion(cast.ben, seekers[0]), make_suggestion(cast.ben, seekers[1])
    for one in (cast.ben, seekers[0]):
        act(one, suggestions_actions.accept, suggestion_id=first)
    with pytest.raises(suggestions_actions.SuggestionClosed):
        act(cast.ben, suggestions_actions.accept, suggestion_id=second)

    [together] = act.read(cast.ben, pairings.my_buddies)
    act(seekers[0], pairings_actions.end, pairing_id=together.id, reason="completed")

    def has_place(uow: Any) -> bool:
        from community.buddies.access import profiles as profiles_access

        return suggestions_actions.has_capacity(uow, profiles_access.locked_profiles(uow, [cast.ben.id])[cast.ben.id])

    assert not act(None, has_place)
    act.later(days=7)
    assert act(None, has_place)


def test_nothing_is_asked_or_prompted_of_who_are_kept_apart(
    cast: Cast, act: Act, make_pairing: MakePairing, scenario: Scenario
) -> None:  # B4
    make_pairing(cast.ben, cast.cleo)
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    scenario.later(days=30)
    assert not any(isinstance(event, ReviewRequested | PromptSent | PairingEnded) for event in act.events)
    for one in (cast.ben, cast.cleo):
        assert [
            scenario.heard(one, kind) for kind in ("pairing.prompt_sent", "pairing.review_requested", "pairing.ended")
        ] == [0, 0, 0]
