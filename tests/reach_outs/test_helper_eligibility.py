"""One rule decides who meets a member who needs help: every place that pairs two people asks it, for every reason."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from community.buddies.actions import profiles, runs
from community.buddies.actions import stand_ins as stand_ins_actions
from community.buddies.actions import suggestions as suggestions_actions
from community.buddies.models.pairings import StandIn
from community.buddies.models.runs import MatchRun
from community.buddies.queries import candidates, pairings, stand_ins, suggestions
from community.core.errors import AppError
from community.core.ids import new_id
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.meetups.actions import rsvps as meetups
from community.members.actions import accounts, sanctions
from community.members.models import Member, Sanction
from community.onboarding import access as first_weeks_access
from community.onboarding import actions, queries
from community.onboarding.models import Onboarding
from community.reach_outs import rules
from community.reach_outs.access import reach_outs as reach_outs_access
from community.reach_outs.actions import reach_outs
from community.reach_outs.models import ReachOut
from community.reach_outs.queries import own_requests
from community.reach_outs.queries import reach_outs as reach_outs_queries
from community.rooms.actions import create
from community.safety.models import Case
from tests.conftest import NOON, Act
from tests.factories import Cast
from tests.onboarding.test_onboarding import table
from tests.support.buddy_fixtures import MakePairing, MakeProfile, MakeSuggestion
from tests.support.reach_out_fixtures import AskForHelp, PostMessage, count_notifications, step_states, view_of
from tests.support.run_worker import run_until_idle


@dataclass
class Scenario:
    """A settled community: Ben needs somebody, Cleo could be there, Dov is the buddy of one of them."""

    act: Act
    cast: Cast
    looks: MakeProfile
    paired: MakePairing
    suggested: MakeSuggestion
    asks: AskForHelp

    def bar(self, reason: str) -> None:
        """Give a reason why Cleo and Ben are not to be brought together."""
        REASONS[reason](self)

    def free(self) -> None:
        """Cleo offers to be there for others."""
        self.act(self.cast.cleo, reach_outs.set_availability, until=self.act.now + timedelta(hours=3))

    def tries(self, actor: Actor, action: Callable[..., Any], **arguments: Any) -> bool:
        """Whether an action is not refused."""
        with suppress(AppError):
            self.act(actor, action, **arguments)
            return True
        return False

    def week(self) -> Onboarding:
        """Ben's first days."""
        return self.act.read(None, lambda ctx: ctx.session.get_one(Onboarding, self.cast.ben.id))


@pytest.fixture
def scenario(
    cast: Cast,
    act: Act,
    make_profile: MakeProfile,
    make_pairing: MakePairing,
    make_suggestion: MakeSuggestion,
    ask_for_help: AskForHelp,
) -> Scenario:
    """Everybody came two months ago."""
    act(None, lambda uow: uow.session.execute(update(Member).values(created_at=NOON - timedelta(days=60))))
    return Scenario(act, cast, make_profile, make_pairing, make_suggestion, ask_for_help)


def sanction(scenario: Scenario, kind: str, *, in_a_room: bool = False, days: int | None = 7) -> Sanction:
    """Ada imposes a measure on Cleo."""
    room = scenario.act(scenario.cast.ada, create.create_room, kind="open", name="Evenings") if in_a_room else None
    return scenario.act(
        scenario.cast.ada,
        sanctions.impose,
        member_id=scenario.cast.cleo.id,
        kind=kind,
        reason="x",
        code="threats",
        room_id=room.id if room else None,
        until=scenario.act.now + timedelta(days=days) if days else None,
    )


def case(scenario: Scenario, state: str) -> None:
    """Somebody reported words of Cleo's."""

    def add(uow: UnitOfWork) -> None:
        row = Case(kind="message", subject_id=new_id(), room_id=None, is_private=False, member_id=scenario.cast.cleo.id)
        row.state, row.category, row.opened_at, row.due_at = state, "threats", uow.now, uow.now
        uow.session.add(row)

    scenario.act(None, add)


def is_new(scenario: Scenario) -> None:
    """Cleo came three days ago."""
    came = (
        update(Member).where(Member.id == scenario.cast.cleo.id).values(created_at=scenario.act.now - timedelta(days=3))
    )
    scenario.act(None, lambda uow: uow.session.execute(came))


def _lifted(scenario: Scenario) -> None:
    mute = sanction(scenario, "mute")
    scenario.act(scenario.cast.ada, lambda uow: sanctions.lift(uow, uow.session.get_one(Sanction, mute.id)))


REASONS: dict[str, Callable[[Scenario], Any]] = {
    "muted everywhere": lambda town: sanction(town, "mute"),
    "muted in a room": lambda town: sanction(town, "mute", in_a_room=True),
    "banned from a room": lambda town: sanction(town, "room_ban", in_a_room=True, days=None),
    "suspended": lambda town: sanction(town, "suspension"),
    "open case": lambda town: case(town, "open"),
    "case in hand": lambda town: case(town, "triaged"),
    "first fortnight": is_new,
    "deactivated": lambda town: town.act(town.cast.ada, accounts.deactivate, member_id=town.cast.cleo.id),
    "blocked": lambda town: town.act(town.cast.ben, accounts.block, member_id=town.cast.cleo.id),
    "blocks": lambda town: town.act(town.cast.cleo, accounts.block, member_id=town.cast.ben.id),
    "no contact": lambda town: town.act(
        None, accounts.ensure_no_contact, one=town.cast.ben.id, other=town.cast.cleo.id, source="court"
    ),
}
HARMLESS: dict[str, Callable[[Scenario], Any]] = {
    "nothing": lambda town: None,
    "warned": lambda town: sanction(town, "warning", days=None),
    "case dismissed": lambda town: case(town, "dismissed"),
    "mute lifted": _lifted,
}


Bar = Callable[[], None]


def asked(scenario: Scenario, mine: UUID) -> bool:
    """Whether Cleo was asked for Ben's reach-out."""
    return bool(
        scenario.act.read(
            scenario.cast.cleo,
            lambda ctx: [
                one
                for one in reach_outs_access.responder_requests(ctx, ctx.session.get_one(ReachOut, mine))
                if one.member_id == ctx.actor.id
            ],
        )
    )


def buddy_is_asked(scenario: Scenario, bar: Bar) -> bool:
    scenario.paired(scenario.cast.ben, scenario.cast.cleo)
    bar()
    return asked(scenario, scenario.asks(scenario.cast.ben))


def who_is_free_is_asked(scenario: Scenario, bar: Bar) -> bool:
    scenario.free()
    bar()
    return asked(scenario, scenario.asks(scenario.cast.ben))


def who_becomes_free_is_asked(scenario: Scenario, bar: Bar) -> bool:
    mine = scenario.asks(scenario.cast.ben)
    bar()
    scenario.free()
    return asked(scenario, mine)


def it_shows_on_their_pages(scenario: Scenario, bar: Bar) -> bool:
    scenario.free()
    scenario.asks(scenario.cast.ben)
    bar()
    return bool(scenario.act.read(scenario.cast.cleo, own_requests.requests_to_me))


def they_come(scenario: Scenario, bar: Bar) -> bool:
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    bar()
    return scenario.tries(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)


def they_look_at_it(scenario: Scenario, bar: Bar) -> bool:
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    bar()
    return scenario.tries(scenario.cast.cleo, lambda uow: reach_outs_queries.reach_out(uow, mine))


def they_say_that_they_read(scenario: Scenario, bar: Bar) -> bool:
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    bar()
    return scenario.tries(scenario.cast.cleo, reach_outs.mark_seen, reach_out_id=mine)


def they_take_over(scenario: Scenario, bar: Bar) -> bool:
    scenario.free()
    scenario.act(scenario.cast.dov, reach_outs.set_availability, until=scenario.act.now + timedelta(hours=3))
    mine = scenario.asks(scenario.cast.ben)
    scenario.act(scenario.cast.dov, reach_outs.claim, reach_out_id=mine)
    bar()
    scenario.act.later(minutes=3)
    return scenario.tries(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)


def they_become_greeter(scenario: Scenario, bar: Bar) -> bool:
    scenario.act(scenario.cast.cleo, actions.set_greeter_offer, offers=True)
    bar()
    week = scenario.act(None, actions.start_onboarding, member_id=scenario.cast.ben.id)
    return bool(week.greeter_id == scenario.cast.cleo.id)


def they_say_hello(scenario: Scenario, bar: Bar) -> bool:
    scenario.act(scenario.cast.cleo, actions.set_greeter_offer, offers=True)
    scenario.act(None, actions.start_onboarding, member_id=scenario.cast.ben.id)
    bar()
    return scenario.tries(scenario.cast.cleo, actions.open_hello_room, member_id=scenario.cast.ben.id)


def they_see_who_is_new(scenario: Scenario, bar: Bar) -> bool:
    scenario.act(scenario.cast.cleo, actions.set_greeter_offer, offers=True)
    scenario.act(None, actions.start_onboarding, member_id=scenario.cast.ben.id)
    bar()
    return bool(scenario.act.read(scenario.cast.cleo, queries.my_newcomers).mine)


def _at_a_door(scenario: Scenario) -> None:
    scenario.act(None, actions.start_onboarding, member_id=scenario.cast.ben.id)
    date = table(scenario.act, scenario.cast.ada)
    scenario.act(scenario.cast.cleo, meetups.answer_occurrence, occurrence_id=date, answer="going")
    scenario.act(scenario.cast.ben, actions.request_companion, occurrence_id=date)


def they_are_asked_to_wait_at_a_door(scenario: Scenario, bar: Bar) -> bool:
    _at_a_door(scenario)
    bar()
    return scenario.cast.cleo.id in scenario.act.read(
        None, lambda ctx: first_weeks_access.possible_companions(ctx, scenario.week())
    )


def they_wait_at_a_door(scenario: Scenario, bar: Bar) -> bool:
    _at_a_door(scenario)
    bar()
    return scenario.tries(scenario.cast.cleo, actions.become_companion, member_id=scenario.cast.ben.id)


def they_still_wait_a_day_before(scenario: Scenario, bar: Bar) -> bool:
    _at_a_door(scenario)
    scenario.act(scenario.cast.cleo, actions.become_companion, member_id=scenario.cast.ben.id)
    bar()
    scenario.act(None, actions.update_companion, member_id=scenario.cast.ben.id)
    return scenario.week().companion_id == scenario.cast.cleo.id


def _a_day(scenario: Scenario) -> UUID:
    """A day on which Ben's buddy Dov cannot; Cleo offers such days."""
    scenario.looks(scenario.cast.cleo, stands_in=True)
    two = scenario.paired(scenario.cast.ben, scenario.cast.dov)
    scenario.act(scenario.cast.dov, stand_ins_actions.cannot_today)
    day = scenario.act.read(scenario.cast.ben, stand_ins.my_day, pairing_id=two.id)
    assert day is not None
    return day.id


def they_are_asked_to_stand_in(scenario: Scenario, bar: Bar) -> bool:
    day = _a_day(scenario)
    bar()
    scenario.act(scenario.cast.ben, stand_ins_actions.request_cover, stand_in_id=day)
    one, other = scenario.cast.ben.id, scenario.cast.dov.id
    fit = scenario.act.read(None, candidates.stand_in_candidates, member_id=one, but=(one, other))
    return scenario.cast.cleo.id in fit


def they_stand_in(scenario: Scenario, bar: Bar) -> bool:
    day = _a_day(scenario)
    scenario.act(scenario.cast.ben, stand_ins_actions.request_cover, stand_in_id=day)
    bar()
    return scenario.tries(scenario.cast.cleo, stand_ins_actions.claim, stand_in_id=day)


def who_stands_in_is_asked(scenario: Scenario, bar: Bar) -> bool:
    day = _a_day(scenario)
    scenario.act(scenario.cast.ben, stand_ins_actions.request_cover, stand_in_id=day)
    scenario.act(scenario.cast.cleo, stand_ins_actions.claim, stand_in_id=day)
    bar()
    return asked(scenario, scenario.asks(scenario.cast.ben))


def a_run_may_propose_them(scenario: Scenario, bar: Bar) -> bool:
    for one in (scenario.cast.ben, scenario.cast.cleo):
        scenario.looks(one)
    bar()
    population, left_out = scenario.act.read(None, candidates.candidate_pool)
    ids = {one.id for one in population.people}
    pair = frozenset((str(scenario.cast.ben.id), str(scenario.cast.cleo.id)))
    assert scenario.cast.cleo.id in left_out or str(scenario.cast.cleo.id) in ids or not _is_here(scenario), (
        "nobody is dropped"
    )
    return pair <= ids and pair not in population.forbidden


def _is_here(scenario: Scenario) -> bool:
    def look_up(ctx: Any) -> bool:
        is_closed = ctx.session.get_one(Member, scenario.cast.cleo.id).state == "deactivated"
        held = [one.kind for one in ctx.session.query(Sanction).filter_by(member_id=scenario.cast.cleo.id)]
        return not is_closed and "suspension" not in held

    return scenario.act.read(None, look_up)


def a_run_publishes_them(scenario: Scenario, bar: Bar) -> bool:
    for one in (scenario.cast.ben, scenario.cast.cleo):
        scenario.looks(one)
    pair = {"a": str(scenario.cast.ben.id), "b": str(scenario.cast.cleo.id), "score": 1, "reasons": []}

    def add(uow: UnitOfWork) -> UUID:
        run = MatchRun(id=new_id(), seed=1, created_at=uow.now, lease_until=uow.now, proposal={"pairs": [pair]})
        uow.session.add(run)
        return run.id

    run_id = scenario.act(None, add)
    bar()
    scenario.act(None, runs.publish, run_id=run_id)
    return _is_suggested(scenario)


def they_are_suggested_next(scenario: Scenario, bar: Bar) -> bool:
    for one in (scenario.cast.ben, scenario.cast.cleo):
        scenario.looks(one)
    bar()
    scenario.act(None, suggestions_actions.suggest_next, member_id=scenario.cast.ben.id)
    return _is_suggested(scenario)


def a_mentor_is_suggested(scenario: Scenario, bar: Bar) -> bool:
    scenario.looks(scenario.cast.ben, role="seeking")
    scenario.looks(scenario.cast.cleo, role="mentor")
    bar()
    scenario.act(None, suggestions_actions.suggest_next, member_id=scenario.cast.ben.id)
    return _is_suggested(scenario)


def _is_suggested(scenario: Scenario) -> bool:
    return bool(scenario.act.read(scenario.cast.ben, suggestions.my_open_suggestions))


def both_accept(scenario: Scenario, bar: Bar) -> bool:
    for one in (scenario.cast.ben, scenario.cast.cleo):
        scenario.looks(one)
    two = scenario.suggested(scenario.cast.ben, scenario.cast.cleo)
    scenario.act(scenario.cast.ben, suggestions_actions.accept, suggestion_id=two)
    bar()
    scenario.tries(scenario.cast.cleo, suggestions_actions.accept, suggestion_id=two)
    return bool(scenario.act.read(scenario.cast.ben, pairings.my_buddies))


def the_other_accepts_last(scenario: Scenario, bar: Bar) -> bool:
    for one in (scenario.cast.ben, scenario.cast.cleo):
        scenario.looks(one)
    two = scenario.suggested(scenario.cast.ben, scenario.cast.cleo)
    scenario.act(scenario.cast.cleo, suggestions_actions.accept, suggestion_id=two)
    bar()
    scenario.tries(scenario.cast.ben, suggestions_actions.accept, suggestion_id=two)
    return bool(scenario.act.read(scenario.cast.ben, pairings.my_buddies))


PLACES = [
    buddy_is_asked,
    who_is_free_is_asked,
    who_becomes_free_is_asked,
    it_shows_on_their_pages,
    they_come,
    they_look_at_it,
    they_say_that_they_read,
    they_take_over,
    they_become_greeter,
    they_say_hello,
    they_see_who_is_new,
    they_are_asked_to_wait_at_a_door,
    they_wait_at_a_door,
    they_still_wait_a_day_before,
    they_are_asked_to_stand_in,
    they_stand_in,
    who_stands_in_is_asked,
    a_run_may_propose_them,
    a_run_publishes_them,
    they_are_suggested_next,
    a_mentor_is_suggested,
    both_accept,
    the_other_accepts_last,
]


@pytest.mark.parametrize("place", PLACES)
def test_ben_meets_cleo_wherever_nothing_is_against_it(
    scenario: Scenario, place: Callable[[Scenario, Bar], bool]
) -> None:
    """A3: the control of the next test. A warning, a dismissed case or a lifted mute keeps nobody from helping."""
    assert place(scenario, lambda: [harmless(scenario) for harmless in HARMLESS.values()] and None)


@pytest.mark.parametrize(("place", "reason"), [*zip(PLACES, cycle(REASONS), strict=False)])
def test_ben_never_meets_cleo_while_she_may_not_help(
    scenario: Scenario, place: Callable[[Scenario, Bar], bool], reason: str
) -> None:
    """A3: someone muted for threats was sent to a person in crisis, and became a newcomer's greeter."""
    assert not place(scenario, lambda: scenario.bar(reason))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # on PostgreSQL each place and each reason once
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("place", PLACES)
def test_ben_never_meets_cleo_in_any_place_for_any_reason(
    scenario: Scenario, place: Callable[[Scenario, Bar], bool], reason: str
) -> None:
    """A3: the whole matrix of places and reasons."""
    assert not place(scenario, lambda: scenario.bar(reason))


def test_cleo_who_is_new_here_finds_a_mentor_all_the_same(scenario: Scenario) -> None:
    """A3: a newcomer is who needs help. Only helping others has to wait."""
    scenario.looks(scenario.cast.ben, role="mentor")
    scenario.looks(scenario.cast.cleo, role="seeking")
    is_new(scenario)
    scenario.act(None, suggestions_actions.suggest_next, member_id=scenario.cast.cleo.id)
    assert _is_suggested(scenario)


def test_in_a_new_community_ben_and_cleo_help_each_other(cast: Cast, act: Act, ask_for_help: AskForHelp) -> None:
    """A3: where nobody is older than a fortnight, nobody is too new."""
    act(cast.cleo, reach_outs.set_availability, until=act.now + timedelta(hours=3))
    assert view_of(act, cast.cleo, ask_for_help(cast.ben)).asks_me


def test_cleo_may_say_that_she_is_free_and_learns_of_no_report(scenario: Scenario) -> None:
    """A3: a refusal would tell her that somebody reported her."""
    case(scenario, "open")
    scenario.free()
    assert scenario.act.read(scenario.cast.cleo, reach_outs_queries.my_availability).until is not None
    scenario.looks(scenario.cast.cleo)
    scenario.act(scenario.cast.cleo, profiles.save_profile, changes={"stands_in": True})
    scenario.act(scenario.cast.cleo, actions.set_greeter_offer, offers=True)


def test_one_report_does_not_take_the_coordinator_on_call_away(
    scenario: Scenario, on_shift: Callable[..., UUID]
) -> None:
    """A3: an open case counts for alumni. A restriction counts for everybody."""
    on_shift(scenario.cast.ada)

    def report(uow: UnitOfWork) -> None:
        row = Case(kind="message", subject_id=new_id(), room_id=None, is_private=False, member_id=scenario.cast.ada.id)
        row.state, row.category, row.opened_at, row.due_at = "open", "other", uow.now, uow.now
        uow.session.add(row)

    scenario.act(None, report)
    assert step_states(view_of(scenario.act, scenario.cast.ben, scenario.asks(scenario.cast.ben)))["on_call"] == "asked"
    mute = {"kind": "mute", "reason": "x", "until": scenario.act.now + timedelta(days=1)}
    scenario.act(scenario.cast.root, sanctions.impose, member_id=scenario.cast.ada.id, **mute)
    assert (
        step_states(view_of(scenario.act, scenario.cast.dov, scenario.asks(scenario.cast.dov)))["on_call"] == "skipped"
    )


def test_cleo_is_muted_while_she_helps_and_others_are_found(
    scenario: Scenario, post_message: PostMessage, store: UnitOfWorkFactory, settings: Settings
) -> None:
    """A3: a restriction takes her out of what goes on: reach-out, first days, door, and a day as stand-in."""
    scenario.act(scenario.cast.cleo, actions.set_greeter_offer, offers=True)
    _at_a_door(scenario)
    scenario.act(scenario.cast.cleo, actions.become_companion, member_id=scenario.cast.ben.id)
    day = _a_day(scenario)
    scenario.act(scenario.cast.ben, stand_ins_actions.request_cover, stand_in_id=day)
    scenario.act(scenario.cast.cleo, stand_ins_actions.claim, stand_in_id=day)
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    scenario.act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    post_message(scenario.cast.cleo, mine)
    sanction(scenario, "mute")
    run_until_idle(store, settings, now=scenario.act.now)
    assert view_of(scenario.act, scenario.cast.ben, mine).state == "open"
    assert (scenario.week().greeter_id, scenario.week().companion_id) != (scenario.cast.cleo.id, scenario.cast.cleo.id)
    assert scenario.week().companion_id is None
    assert scenario.week().greeter_id in (scenario.cast.ada.id, scenario.cast.root.id)
    assert scenario.act.read(None, lambda ctx: ctx.session.get_one(StandIn, day)).state == "wanted"


def test_a_claim_alone_ends_no_step_and_shows_no_note(
    scenario: Scenario,
    on_shift: Callable[..., UUID],
    post_message: PostMessage,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    """A3: any member's program could claim at once, and nobody else was asked any more."""
    on_shift(scenario.cast.ada)
    scenario.free()
    mine = scenario.act(scenario.cast.ben, reach_outs.request_help, note="at the shop")[0].id
    scenario.act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    assert view_of(scenario.act, scenario.cast.cleo, mine).note is None
    scenario.act.later(minutes=3)
    run_until_idle(store, settings, now=scenario.act.now)
    assert step_states(view_of(scenario.act, scenario.cast.ben, mine))["on_call"] == "asked"
    scenario.act(scenario.cast.ada, reach_outs.claim, reach_out_id=mine)
    view = view_of(scenario.act, scenario.cast.ada, mine)
    assert (view.role, view.note, view.is_answered) == ("helper", "at the shop", False)
    assert view_of(scenario.act, scenario.cast.cleo, mine).role == "asked"
    scenario.act.later(minutes=2, seconds=1)
    post_message(scenario.cast.ada, mine)
    scenario.act.later(minutes=10)
    run_until_idle(store, settings, now=scenario.act.now)
    after = view_of(scenario.act, scenario.cast.ben, mine)
    assert (after.state, after.is_answered) == ("claimed", True)
    assert step_states(after)["lines"] == "ended"
    assert count_notifications(scenario.act, scenario.cast.cleo, "reach_out.thanked") == 0, (
        "she gave it back by her silence"
    )


def test_cleo_comes_and_does_not_write_so_the_lines_are_shown(
    scenario: Scenario, on_shift: Callable[..., UUID], store: UnitOfWorkFactory, settings: Settings
) -> None:
    """A3: nobody else can come. The truth is told at its time."""
    on_shift(scenario.cast.ada, hours=1, starts_in=1)
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    act = scenario.act
    act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    act.later(minutes=3)
    run_until_idle(store, settings, now=act.now)
    assert step_states(view_of(act, scenario.cast.ben, mine))["lines"] == "shown"
    assert count_notifications(act, scenario.cast.ben, "reach_out.unanswered") == 1


def test_cleo_who_comes_again_and_is_silent_again_is_let_go_again(
    scenario: Scenario, store: UnitOfWorkFactory, settings: Settings
) -> None:
    """A3: each claim has its own time; an earlier one neither shortens nor lengthens it."""
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    act = scenario.act
    act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    act.later(minutes=1)
    act(scenario.cast.cleo, reach_outs.decline, reach_out_id=mine)
    for minutes, state in ((1, "claimed"), (3, "claimed"), (2, "open")):
        if minutes == 1:
            act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
        act.later(minutes=minutes)
        run_until_idle(store, settings, now=act.now)
        assert view_of(act, scenario.cast.ben, mine).state == state
    act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    act.later(minutes=6)
    run_until_idle(store, settings, now=act.now)
    assert view_of(act, scenario.cast.ben, mine).state == "open"


def test_cleo_cannot_close_what_she_came_for_without_a_word(scenario: Scenario, post_message: PostMessage) -> None:
    """A3: to claim and to close would have ended a reach-out in which nobody was there."""
    scenario.free()
    mine = scenario.asks(scenario.cast.ben)
    scenario.act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    scenario.act(scenario.cast.cleo, reach_outs.close, reach_out_id=mine, ending="helped")
    assert view_of(scenario.act, scenario.cast.ben, mine).state == "open"
    scenario.act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    post_message(scenario.cast.cleo, mine)
    scenario.act(scenario.cast.cleo, reach_outs.close, reach_out_id=mine, ending="helped")
    assert view_of(scenario.act, scenario.cast.ben, mine).state == "closed"


def test_a_fresh_claim_holds_and_a_silent_one_is_taken_over(scenario: Scenario) -> None:
    """A3: 409 for two minutes; after that the next who was asked may come instead."""
    act, dov = scenario.act, scenario.cast.dov
    scenario.free()
    act(dov, reach_outs.set_availability, until=act.now + timedelta(hours=3))
    mine = scenario.asks(scenario.cast.ben)
    act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
    with pytest.raises(reach_outs.AlreadyClaimed):
        act(dov, reach_outs.claim, reach_out_id=mine)
    assert not view_of(act, dov, mine).asks_me
    act.later(seconds=rules.CLAIM_HOLDS.total_seconds())
    assert view_of(act, dov, mine).asks_me
    assert act(dov, reach_outs.claim, reach_out_id=mine).claimed_by == dov.id
    with pytest.raises(reach_outs.AlreadyClaimed):
        act(scenario.cast.cleo, reach_outs.claim, reach_out_id=mine)
