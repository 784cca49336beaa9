"""Who is on shift when: by the clock of a zone, swapped, handed over; and rooms know when nobody is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from community.core.errors import Forbidden, NotFound, ValidationFailed
from community.core.ids import new_id
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import sanctions
from community.members.models import Member
from community.reach_outs.actions import drills, reach_outs
from community.reach_outs.queries import response_times
from community.rooms.actions import create
from community.rooms.engine import message_batch
from community.rooms.engine.message_batch import Posted, PostRequest
from community.rooms.engine.post_checks import Unattended
from community.shifts import access, actions, queries, rules
from community.shifts.actions import ShiftNotOffered
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.support.reach_out_fixtures import AskForHelp, PostMessage, count_notifications
from tests.support.run_worker import run_until_idle

OnShift = Callable[..., UUID]
HERE = "America/New_York"
EVENING = {"starts": time(17), "ends": time(23), "time_zone": HERE}


@pytest.mark.parametrize(("month", "day"), [(3, 1), (10, 25)], ids=["clocks go on", "clocks go back"])
def test_a_shift_keeps_its_clock_when_the_clocks_change(month: int, day: int) -> None:
    """Over both changes of 2026 a shift begins and ends at the same local time, and two that meet leave no hour."""
    first = date(2026, month, day)
    zone = ZoneInfo(HERE)
    evenings = rules.weekly_spans(first, time(17), time(23), HERE, weeks=4)
    assert {span.starts_at.astimezone(zone).hour for span in evenings} == {17}
    assert {span.ends_at.astimezone(zone).hour for span in evenings} == {23}
    assert len({span.starts_at.hour for span in evenings}) == 2, "the change is among them"
    for meet in (time(1, 30), time(2, 30)):
        late = rules.weekly_spans(first - timedelta(days=1), time(22), meet, HERE, weeks=4)
        early = rules.weekly_spans(first, meet, time(8), HERE, weeks=4)
        assert all(one.ends_at >= other.starts_at for one, other in zip(late, early, strict=True))
    nights = rules.weekly_spans(first - timedelta(days=1), time(22), time(8), HERE, weeks=4)
    assert {(span.ends_at - span.starts_at) / timedelta(hours=1) for span in nights} in ({10, 9}, {10, 11})


def test_gaps_are_what_nobody_covers() -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)

    def at(hours: float) -> datetime:
        return start + timedelta(hours=hours)

    spans = [rules.Span(at(2), at(5)), rules.Span(at(4), at(6)), rules.Span(at(8), at(30))]
    found = rules.gaps(spans, since=at(0), until=at(24))
    assert found == [rules.Span(at(0), at(2)), rules.Span(at(6), at(8))]


def test_a_shift_is_planned_offered_taken_and_handed_over(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    with pytest.raises(Forbidden):
        act(cast.ben, actions.plan_shifts, day=date(2026, 11, 23), **EVENING)
    with pytest.raises(NotFound):
        act(cast.ada, actions.plan_shifts, day=date(2026, 11, 23), member_id=cast.ben.id, **EVENING)
    with pytest.raises(ValidationFailed):
        act(cast.ada, actions.plan_shifts, day=date(2025, 11, 23), **EVENING)
    first, *later = act(cast.ada, actions.plan_shifts, day=date(2026, 11, 23), weeks=3, **EVENING)
    assert len(later) == 2
    with pytest.raises(ShiftNotOffered):
        act(cast.root, actions.take_shift, shift_id=first.id)
    act(cast.ada, actions.offer_shift, shift_id=first.id)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.root, "shift.changed") == 1
    act(cast.root, actions.take_shift, shift_id=first.id)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.ada, "shift.changed") == 1
    act(cast.ada, actions.plan_shifts, day=date(2026, 11, 23), starts=time(23), ends=time(7), time_zone=HERE)

    act.now = first.ends_at - timedelta(minutes=10)
    run_until_idle(store, settings, now=act.now)
    assert count_notifications(act, cast.root, "shift.handover_due") == 1
    assert count_notifications(act, cast.ada, "shift.next") == 1
    act(cast.root, actions.save_notes, shift_id=first.id, notes="Call Otis at nine.")
    act.now = first.ends_at + timedelta(minutes=1)
    view = act.read(cast.ada, queries.shift_schedule)
    assert [one.handle for one in view.now] == ["Ada"]
    assert view.last is not None
    assert (view.last.handle, view.last.notes) == ("Root", "Call Otis at nine.")
    row = act.read(None, lambda ctx: access.find_shift(ctx, first.id))
    assert "Otis" not in row.notes
    assert act(cast.ada, actions.remove_shift, shift_id=later[0].id, following=True) == 2
    run_until_idle(store, settings, now=act.now + timedelta(days=30))
    assert count_notifications(act, cast.ada, "shift.handover_due") == 1, "only the night's"


def test_only_the_coordinator_on_shift_is_asked(
    cast: Cast, act: Act, ask_for_help: AskForHelp, on_shift: OnShift
) -> None:
    on_shift(cast.ada)
    mine = ask_for_help(cast.ben)
    act(cast.ada, reach_outs.claim, reach_out_id=mine)
    with pytest.raises(NotFound):
        act(cast.root, reach_outs.claim, reach_out_id=mine)


def test_with_nobody_on_shift_rooms_say_so_and_who_is_new_writes_slowly(
    cast: Cast, act: Act, store: UnitOfWorkFactory, on_shift: OnShift, page: Any
) -> None:
    with store.unit_of_work(now=act.now) as uow:
        newcomer = make_member(uow, "Nia")
        uow.session.get_one(Member, cast.ben.id).created_at = act.now - timedelta(days=15)
    room = act(cast.ada, create.create_room, kind="open", name="Evenings", members=[cast.ben.id, newcomer.id])

    def say(actor: Actor, body: str) -> Any:
        post = PostRequest(actor, room.id, str(new_id()), body)
        with store.unit_of_work(now=act.now) as uow:
            message_batch.write_batch(uow, [post])
        return "sent" if isinstance(post.answer, Posted) else post.answer

    assert [say(newcomer, "one"), say(newcomer, "two")] == ["sent", "sent"], "no rota, nobody is missed"
    assert "No coordinator" not in page_text(page(newcomer), f"/rooms/{room.id}")
    on_shift(cast.ada, starts_in=-20, hours=8)
    assert "No coordinator is here right now" in page_text(page(newcomer), f"/rooms/{room.id}")
    refused = say(newcomer, "three")
    assert isinstance(refused, Unattended)
    assert refused.code == "slow_mode"
    assert refused.retry_after is not None
    assert 0 < refused.retry_after <= 60
    assert say(newcomer, "I want to die") == "sent", "crisis words are never slowed"
    assert [say(cast.ben, "four"), say(cast.ben, "five")] == ["sent", "sent"], "who has been here a while"
    assert [say(cast.ada, "six"), say(cast.ada, "seven")] == ["sent", "sent"]
    on_shift(cast.ada)
    assert say(newcomer, "eight") == "sent"
    assert "No coordinator" not in page_text(page(newcomer), f"/rooms/{room.id}")
    assert say(newcomer, "nine") == "sent"
    act(cast.root, sanctions.impose, member_id=cast.ada.id, kind="suspension", reason="Away.")
    assert isinstance(say(newcomer, "ten"), Unattended), "who is suspended looks after nothing"


def test_a_drill_asks_who_is_on_call_and_measures(
    cast: Cast,
    act: Act,
    on_shift: OnShift,
    offer_help: Callable[..., Any],
    store: UnitOfWorkFactory,
    settings: Settings,
) -> None:
    offer_help(cast.cleo)
    assert act(None, drills.start_weekly_drill) is None
    on_shift(cast.ada, hours=24 * 16)
    assert act(None, drills.start_weekly_drill) is None, "not before the rota is a week old"
    act.later(days=7)
    offer_help(cast.cleo)
    first = act(None, drills.start_weekly_drill)
    assert first is not None
    assert act(None, drills.start_weekly_drill) is None, "once a week"
    assert act(cast.root, drills.start_drill).id == first.id, "two at once are one"
    run_until_idle(store, settings, now=act.now)
    told_of_it = [
        count_notifications(act, one, "reach_out.responders_notified")
        for one in (cast.ada, cast.root, cast.cleo, cast.ben)
    ]
    assert told_of_it == [1, 0, 0, 0]
    act.later(seconds=40)
    act(cast.ada, reach_outs.claim, reach_out_id=first.id)
    [drill] = act.read(cast.root, response_times.recent_drills)
    assert (drill.is_over, drill.seconds) == (True, 40.0)
    act.later(days=7)
    second = act(None, drills.start_weekly_drill)
    assert second is not None
    act.later(minutes=5)
    run_until_idle(store, settings, now=act.now)
    newest = act.read(cast.root, response_times.recent_drills)[0]
    assert (newest.id, newest.is_over, newest.seconds) == (second.id, True, None)
    assert act.read(cast.root, response_times.open_reach_outs) == []


def test_figures_of_few_people_are_not_shown(
    cast: Cast,
    act: Act,
    ask_for_help: AskForHelp,
    on_shift: OnShift,
    post_message: PostMessage,
    store: UnitOfWorkFactory,
) -> None:  # C7
    on_shift(cast.ada)
    with store.unit_of_work(now=act.now) as uow:
        people = [make_member(uow, f"Person {number}") for number in range(11)]
    for number, one in enumerate(people):
        assert act.read(cast.ada, response_times.response_times).reach_outs is None
        mine = ask_for_help(one)
        act.later(seconds=10 * (number + 1))
        act(cast.ada, reach_outs.claim, reach_out_id=mine)
        post_message(cast.ada, mine)
        act(one, reach_outs.close, reach_out_id=mine)
    shown_now = act.read(cast.ada, response_times.response_times)
    assert (shown_now.people, shown_now.half_seconds, shown_now.most_seconds) == (11, 60.0, 100.0)
    assert shown_now.nobody == 0
    with pytest.raises(Forbidden):
        act.read(cast.ben, response_times.response_times)


def test_the_page_of_shifts(cast: Cast, act: Act, page: Any, ask_for_help: AskForHelp) -> None:
    ada, root = page(cast.ada), page(cast.root)
    assert "There are no shifts yet" in page_text(ada, "/console/shifts")
    wrong = post_form(
        ada, "/console/shifts", {"day": "2026-13-01", "starts": "17:00", "ends": "x", "time_zone": "Mars"}
    )
    assert wrong.status_code == 422
    assert all(f'id="{name}-error"' in wrong.text for name in ("day", "ends", "time_zone"))
    tomorrow = (act.now + timedelta(days=1)).date().isoformat()
    plan = {"day": tomorrow, "starts": "17:00", "ends": "23:00", "time_zone": HERE, "weeks": "2"}
    post_form(ada, "/console/shifts", {**plan, "member_id": str(cast.ada.id)})
    text = page_text(root, "/console/shifts")
    assert "No one is on call now" in text
    assert "No one on call in the next seven days" in text
    [first, *_] = act.read(cast.ada, queries.shift_schedule).coming
    post_form(ada, f"/console/shifts/{first.id}/offer", {})
    assert "Take it" in page_text(root, "/console/shifts")
    post_form(root, f"/console/shifts/{first.id}/take", {})
    assert act.read(cast.root, queries.shift_schedule).coming[0].is_mine
    ask_for_help(cast.ben, "marmalade")
    text = page_text(root, "/console/shifts")
    assert "1 open request" in text
    assert "marmalade" not in text
    assert post_form(root, f"/console/shifts/{uuid4()}/take", {}).status_code == 404
