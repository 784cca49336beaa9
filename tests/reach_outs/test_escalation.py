"""Somebody needs a person: each step has its time, the first who comes is there, and nothing ends silently."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, event, select

from community.buddies.actions import stand_ins
from community.console.models import CoordinatorTask
from community.core.errors import NotFound, ValidationFailed
from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions import accounts, sanctions
from community.notifications import actions as reach_actions
from community.reach_outs import rules
from community.reach_outs.actions import feedback, reach_outs
from community.reach_outs.actions.reach_outs import ReachOutOver
from community.reach_outs.models import ReachOut, RequestFeedback
from community.rooms.queries import rooms
from tests.conftest import NOON, Act
from tests.factories import Cast
from tests.support.buddy_fixtures import MakePairing
from tests.support.free_ports import free_port
from tests.support.reach_out_fixtures import AskForHelp, PostMessage, count_notifications, step_states, view_of
from tests.support.run_worker import run_until_idle

Free = Callable[..., Any]
OnShift = Callable[..., UUID]


def test_each_step_has_its_turn_and_the_last_is_the_truth(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    ask_for_help: AskForHelp,
    offer_help: Free,
    on_shift: OnShift,
    post_message: PostMessage,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    offer_help(cast.dov)
    on_shift(cast.ada)
    mine = ask_for_help(cast.ben)
    due = [step.due_at - act.now for step in view_of(act, cast.ben, mine).steps]
    assert due == [timedelta(minutes=minutes) for minutes in (0, 2, 5, 10)]
    for minutes, after in (
        (0, ["asked", "waiting", "waiting", "waiting"]),
        (2, ["passed", "asked", "waiting", "waiting"]),
        (3, ["passed", "passed", "asked", "waiting"]),
        (5, ["passed", "passed", "passed", "shown"]),
    ):
        act.later(minutes=minutes)
        run_until_idle(store, settings, now=act.now)
        assert list(step_states(view_of(act, cast.ben, mine)).values()) == after
    assert [
        count_notifications(act, one, "reach_out.responders_notified") for one in (cast.cleo, cast.dov, cast.ada)
    ] == [1, 1, 1]
    assert count_notifications(act, cast.ben, "reach_out.unanswered") == 1
    assert count_notifications(act, cast.root, "reach_out.waiting") == 1
    assert tasks(act) == ["Someone is waiting for help. No one answered"]

    act(cast.root, reach_outs.claim, reach_out_id=mine)
    run_until_idle(store, settings, now=act.now)
    assert view_of(act, cast.ben, mine).handle == "Root"
    assert tasks(act), "a claim alone settles nothing"
    post_message(cast.root, mine)
    assert tasks(act) == []
    assert [
        count_notifications(act, one, "reach_out.thanked") for one in (cast.cleo, cast.dov, cast.ada, cast.root)
    ] == [1, 1, 1, 0]


def test_without_a_buddy_nobody_loses_two_minutes(
    cast: Cast, act: Act, ask_for_help: AskForHelp, offer_help: Free
) -> None:
    offer_help(cast.dov)
    mine = view_of(act, cast.ben, ask_for_help(cast.ben))
    assert step_states(mine) == {
        "buddy": "skipped",
        "available_peers": "asked",
        "on_call": "waiting",
        "lines": "waiting",
    }
    assert mine.steps[2].due_at == act.now + timedelta(minutes=3)


def test_with_nobody_at_all_the_lines_are_there_at_once(
    cast: Cast, act: Act, ask_for_help: AskForHelp, on_shift: OnShift
) -> None:
    on_shift(cast.ada, hours=1, starts_in=1)
    mine = view_of(act, cast.ben, ask_for_help(cast.ben))
    assert step_states(mine)["lines"] == "shown"
    assert view_of(act, cast.ada, mine.id).asks_me  # she may still come, on shift or not


def test_without_workers_bens_page_still_shows_the_step_that_is_due(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    ask_for_help: AskForHelp,
    offer_help: Free,
    on_shift: OnShift,
    post_message: PostMessage,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    offer_help(cast.dov)
    on_shift(cast.ada)
    mine = ask_for_help(cast.ben)
    act.later(minutes=6)  # no worker has run
    shown = view_of(act, cast.ben, mine)
    assert step_states(shown)["on_call"] == "asked"
    assert shown.is_late
    with pytest.raises(NotFound):
        view_of(act, cast.ada, mine)  # a look writes nothing
    act(cast.ada, reach_outs.claim, reach_out_id=mine)  # the touch: she is on call, and it was her turn
    assert view_of(act, cast.ben, mine).state == "claimed"
    post_message(cast.ada, mine)
    assert [count_notifications(act, one, "reach_out.thanked") for one in (cast.cleo, cast.dov)] == [1, 1]

    again = ask_for_help(cast.dov)
    act.later(minutes=30)
    act(cast.dov, reach_outs.advance_as_member, reach_out_id=again)
    assert step_states(view_of(act, cast.dov, again))["lines"] == "shown"
    assert not view_of(act, cast.dov, again).is_late


def test_a_step_whose_event_is_lost_is_taken_all_the_same(
    cast: Cast,
    act: Act,
    make_pairing: MakePairing,
    ask_for_help: AskForHelp,
    offer_help: Free,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    make_pairing(cast.ben, cast.cleo)
    offer_help(cast.dov)
    mine = ask_for_help(cast.ben)
    with store.unit_of_work(now=act.now) as uow:
        uow.session.execute(delete(OutboxEvent).where(OutboxEvent.type == "reach_out.step_due"))
    act.later(minutes=2, seconds=6)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.dov, "reach_out.responders_notified") == 1
    assert step_states(view_of(act, cast.ben, mine))["available_peers"] == "asked"


def test_ben_asks_twice_at_once_and_the_newer_note_replaces_the_older(
    cast: Cast, act: Act, ask_for_help: AskForHelp
) -> None:
    first, second = ask_for_help(cast.ben, "marmalade"), ask_for_help(cast.ben, "candlewick")
    assert first == second
    assert view_of(act, cast.ben, first).note == "candlewick"
    row = act.read(None, lambda ctx: ctx.session.get_one(ReachOut, first))
    assert "candlewick" not in row.note


def test_the_words_are_there_for_the_two_and_only_then(
    cast: Cast, act: Act, ask_for_help: AskForHelp, offer_help: Free, post_message: PostMessage
) -> None:
    for one in (cast.cleo, cast.dov):
        offer_help(one)
    mine = ask_for_help(cast.ben, "the shop on the corner")
    before = view_of(act, cast.cleo, mine)
    assert (before.note, before.handle, before.room_id) == (None, None, None)
    act(cast.cleo, reach_outs.claim, reach_out_id=mine)
    there = view_of(act, cast.cleo, mine)
    assert (there.note, there.handle) == (None, "Ben")
    post_message(cast.cleo, mine)
    assert view_of(act, cast.cleo, mine).note == "the shop on the corner"
    assert act.read(cast.cleo, rooms.room_view, room_id=there.room_id).kind == "pairing"
    other = view_of(act, cast.dov, mine)
    assert (other.note, other.handle, other.room_id, other.asks_me) == (None, None, None, False)
    with pytest.raises(NotFound):
        act.read(cast.ada, rooms.room_view, room_id=there.room_id)
    act(cast.ben, reach_outs.close, reach_out_id=mine)
    assert view_of(act, cast.cleo, mine).note is None
    assert view_of(act, cast.ben, mine).note == "the shop on the corner"


def test_cleo_reads_it_and_a_refusal_takes_the_next_step_at_once(
    cast: Cast, act: Act, make_pairing: MakePairing, ask_for_help: AskForHelp, offer_help: Free
) -> None:
    make_pairing(cast.ben, cast.cleo)
    offer_help(cast.dov)
    mine = ask_for_help(cast.ben)
    assert not view_of(act, cast.ben, mine).someone_reads
    act(cast.cleo, reach_outs.mark_seen, reach_out_id=mine)
    assert view_of(act, cast.ben, mine).someone_reads
    act(cast.cleo, reach_outs.decline, reach_out_id=mine)
    after = view_of(act, cast.ben, mine)
    assert not after.someone_reads
    assert step_states(after)["available_peers"] == "asked"
    assert after.steps[2].due_at == act.now + timedelta(minutes=3)


def test_a_blocked_responder_is_never_asked(
    cast: Cast, act: Act, make_pairing: MakePairing, ask_for_help: AskForHelp, offer_help: Free, on_shift: OnShift
) -> None:
    make_pairing(cast.ben, cast.cleo)
    act(cast.cleo, stand_ins.cannot_today)
    offer_help(cast.dov)
    act(cast.dov, accounts.block, member_id=cast.ben.id)
    on_shift(cast.ada)
    act(cast.root, sanctions.impose, member_id=cast.ada.id, kind="suspension", reason="x")
    mine = ask_for_help(cast.ben)
    assert step_states(view_of(act, cast.ben, mine))["lines"] == "shown"
    for one in (cast.cleo, cast.dov, cast.ada):
        with pytest.raises(NotFound):
            act(one, reach_outs.claim, reach_out_id=mine)


def test_quiet_hours_are_passed_only_by_who_allowed_it(
    cast: Cast, act: Act, make_pairing: MakePairing, ask_for_help: AskForHelp, offer_help: Free, on_shift: OnShift
) -> None:
    make_pairing(cast.ben, cast.cleo)
    offer_help(cast.dov)
    quiet = [{"weekday": day, "from": "00:00", "to": "23:00"} for day in range(7)]
    for one in (cast.cleo, cast.dov):
        act(one, reach_actions.update_preferences, wanted={}, quiet=quiet)
    assert step_states(view_of(act, cast.ben, ask_for_help(cast.ben)))["available_peers"] == "skipped"
    offer_help(cast.cleo, overrides_quiet_hours=True)
    mine = view_of(act, cast.ben, ask_for_help(cast.ben))
    assert view_of(act, cast.cleo, mine.id).asks_me  # free only now, and asked at once
    with pytest.raises(NotFound):
        view_of(act, cast.dov, mine.id)


def test_cleo_claims_and_stays_silent_and_the_next_step_is_taken(
    cast: Cast, act: Act, ask_for_help: AskForHelp, offer_help: Free, store: UnitOfWorkFactory, settings: Settings
) -> None:
    for one in (cast.cleo, cast.dov):
        offer_help(one)
    mine = ask_for_help(cast.ben)
    act(cast.cleo, reach_outs.claim, reach_out_id=mine)
    room_id = view_of(act, cast.ben, mine).room_id
    act.later(minutes=5)
    run_until_idle(store, settings, now=act.now)
    after = view_of(act, cast.ben, mine)
    assert (after.state, after.room_id) == ("open", None)
    assert room_id is not None
    assert count_notifications(act, cast.ben, "reach_out.resumed") == 1
    assert not view_of(act, cast.cleo, mine).asks_me
    act(cast.dov, reach_outs.claim, reach_out_id=mine)
    act(cast.dov, accounts.block, member_id=cast.ben.id)  # and now they may not meet
    run_until_idle(store, settings, now=act.now)
    assert view_of(act, cast.ben, mine).state == "open"
    act.later(minutes=30)
    run_until_idle(store, settings, now=act.now)
    assert step_states(view_of(act, cast.ben, mine))["lines"] == "shown"


def test_closing_asks_each_of_the_two_one_question(
    cast: Cast,
    act: Act,
    ask_for_help: AskForHelp,
    offer_help: Free,
    post_message: PostMessage,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    offer_help(cast.cleo)
    mine = ask_for_help(cast.ben)
    act(cast.cleo, reach_outs.claim, reach_out_id=mine)
    post_message(cast.cleo, mine)
    with pytest.raises(feedback.ReachOutStillOpen):
        act(cast.ben, feedback.record_feedback, reach_out_id=mine, answer="yes")
    act(cast.cleo, reach_outs.close, reach_out_id=mine, ending="helped")
    act(cast.ben, reach_outs.close, reach_out_id=mine)
    run_until_idle(store, settings, now=act.now)
    assert (
        count_notifications(act, cast.ben, "reach_out.closed"),
        count_notifications(act, cast.cleo, "reach_out.closed"),
    ) == (1, 0)
    assert [view_of(act, one, mine).question for one in (cast.ben, cast.cleo)] == ["asker", "helper"]
    with pytest.raises(ValidationFailed):
        act(cast.ben, feedback.record_feedback, reach_out_id=mine, answer="talk")
    act(cast.ben, feedback.record_feedback, reach_out_id=mine, answer="somewhat")
    act(cast.cleo, feedback.record_feedback, reach_out_id=mine, answer="talk")
    run_until_idle(store, settings, now=act.now)
    assert [view_of(act, one, mine).question for one in (cast.ben, cast.cleo)] == ["", ""]
    assert tasks(act) == ["Someone who helped would like to talk"]
    sealed = act.read(None, lambda ctx: list(ctx.session.scalars(select(RequestFeedback.answer))))
    assert not {"somewhat", "talk"} & set(sealed)
    act.later(hours=24)
    run_until_idle(store, settings, now=act.now)
    assert act.read(cast.ben, rooms.room_view, room_id=view_of(act, cast.ben, mine).room_id).archived


def test_the_asker_may_stop_or_call_and_nobody_comes_for_nothing(
    cast: Cast, act: Act, ask_for_help: AskForHelp, offer_help: Free, store: UnitOfWorkFactory, settings: Settings
) -> None:
    offer_help(cast.cleo)
    mine = ask_for_help(cast.ben)
    act(cast.ben, reach_outs.close, reach_out_id=mine, ending="calling")
    with pytest.raises(ReachOutOver):
        act(cast.cleo, reach_outs.claim, reach_out_id=mine)
    with pytest.raises(NotFound):
        act(cast.cleo, reach_outs.close, reach_out_id=mine)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.cleo, "reach_out.responders_notified") == 0
    assert ask_for_help(cast.ben) != mine


def test_ben_asks_again_and_again_without_waking_the_same_people(
    cast: Cast,
    act: Act,
    ask_for_help: AskForHelp,
    offer_help: Free,
    on_shift: OnShift,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    """Nobody is refused: buddies and who is on call are asked each time; others see it, and are rung after a while."""
    on_shift(cast.ada)
    for one in (cast.cleo, cast.dov):
        offer_help(one)
    for _ in range(4):
        mine = ask_for_help(cast.ben)
        run_until_idle(store, settings, now=act.now)
        act.later(minutes=4)
        run_until_idle(store, settings, now=act.now)
        shown = view_of(act, cast.ben, mine)
        assert step_states(shown)["on_call"] == "asked"
        assert view_of(act, cast.cleo, mine).asks_me, "who looks may still come"
        act(cast.ben, reach_outs.close, reach_out_id=mine)
        act.later(minutes=1)
    assert (step_states(shown)["available_peers"], shown.steps[1].asked, shown.steps[1].shown) == ("skipped", 0, 2)
    assert [
        count_notifications(act, one, "reach_out.responders_notified") for one in (cast.cleo, cast.dov, cast.ada)
    ] == [1, 1, 4]

    mine = ask_for_help(cast.ben)
    act(cast.cleo, reach_outs.claim, reach_out_id=mine)
    act(cast.ben, reach_outs.close, reach_out_id=mine)
    mine = ask_for_help(cast.ben)
    run_until_idle(store, settings, now=act.now)
    assert view_of(act, cast.ben, mine).steps[1].asked == 1, "who came for them then is asked again at once"
    act(cast.ben, reach_outs.close, reach_out_id=mine)
    act.later(minutes=31)
    mine = ask_for_help(cast.ben)
    run_until_idle(store, settings, now=act.now)
    assert view_of(act, cast.ben, mine).steps[1].asked == 2
    act(cast.dov, reach_outs.decline, reach_out_id=mine)
    act.later(minutes=40)
    run_until_idle(store, settings, now=act.now)
    assert step_states(view_of(act, cast.ben, mine))["lines"] == "shown", "and it ends in words, as ever"


def test_a_responder_whose_notification_was_lost_is_asked(
    cast: Cast, act: Act, ask_for_help: AskForHelp, offer_help: Free, store: UnitOfWorkFactory, settings: Settings
) -> None:
    """No worker ran before it was closed, or no mail left the house until then."""
    offer_help(cast.cleo)
    act(cast.ben, reach_outs.close, reach_out_id=ask_for_help(cast.ben))
    act.later(minutes=1)
    mine = ask_for_help(cast.ben)
    run_until_idle(store, replace(settings, mail_url=f"smtp://127.0.0.1:{free_port()}"), now=act.now)
    assert count_notifications(act, cast.cleo, "reach_out.responders_notified") == 1
    assert view_of(act, cast.ben, mine).steps[1].asked == 1

    for is_called in (True, False):
        act(cast.ben, reach_outs.close, reach_out_id=mine)
        act.later(minutes=1)
        mine = ask_for_help(cast.ben)
        run_until_idle(store, settings, now=act.now)
        assert (view_of(act, cast.ben, mine).steps[1].asked == 1) is is_called


def test_ada_on_call_is_notified_even_after_it_only_showed(
    cast: Cast,
    act: Act,
    ask_for_help: AskForHelp,
    offer_help: Free,
    on_shift: OnShift,
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    offer_help(cast.ada)
    first = ask_for_help(cast.ben)
    run_until_idle(store, settings, now=act.now)
    act(cast.ben, reach_outs.close, reach_out_id=first)
    on_shift(cast.ada)
    mine = ask_for_help(cast.ben)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.ada, "reach_out.responders_notified") == 2
    assert step_states(view_of(act, cast.ben, mine))["on_call"] == "asked"


def test_to_ask_again_reads_no_more_the_more_everybody_was_told(
    cast: Cast, act: Act, ask_for_help: AskForHelp, offer_help: Free, store: UnitOfWorkFactory, settings: Settings
) -> None:
    offer_help(cast.cleo)
    first = ask_for_help(cast.ben)
    run_until_idle(store, settings, now=act.now)
    act(cast.ben, reach_outs.close, reach_out_id=first)
    if not store.database.is_sqlite:
        pytest.skip("what SQLite's planner made of it; PostgreSQL plans by statistics")
    read: list[tuple[str, Any]] = []
    note = lambda _conn, _cursor, text, given, *_: read.append((text, given))  # noqa: E731 - to be taken off again
    event.listen(store.database.engine, "before_cursor_execute", note)
    ask_for_help(cast.ben)
    event.remove(store.database.engine, "before_cursor_execute", note)
    told = [one for one in read if "FROM notifications" in one[0]]
    assert told
    with store.read_context() as ctx:
        connection = ctx.session.connection()
        for words, given in told:
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)]
            assert not [step for step in plan if step.startswith("SCAN notifications")], plan


def tasks(act: Act) -> list[str]:
    """What coordinators have to do."""
    return list(
        act.read(
            None,
            lambda ctx: ctx.session.scalars(
                select(CoordinatorTask.title).where(CoordinatorTask.done_at.is_(None))
            ).all(),
        )
    )


@given(
    there=some.fixed_dictionaries({kind: some.booleans() for kind in rules.KINDS}),
    pauses=some.lists(some.integers(0, 400), min_size=1, max_size=8),
)
def test_a_request_for_help_always_ends_in_an_answer(there: dict[str, bool], pauses: list[int]) -> None:
    steps, now = list(rules.initial_steps(NOON)), NOON
    asked: list[str] = []
    for seconds in [*pauses, 600]:
        now += timedelta(seconds=seconds)
        steps, fresh = rules.advance_steps(steps, now, lambda kind: [uuid4()] if there[kind] else [])
        asked += fresh
    assert steps[-1].state == "shown"
    assert asked == list(rules.KINDS), "every step had its turn, once"
    assert {step.state for step in steps[:-1]} <= {"passed", "skipped"}
    assert rules.next_due(steps) is None
