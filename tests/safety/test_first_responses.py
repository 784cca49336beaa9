"""Reports reach those on shift first, and everyone on staff when no one has taken them in time (console K8)."""

from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest

from community.core.errors import Forbidden
from community.core.outbox import leases
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.members.models import Member
from community.notifications.queries import inbox
from community.safety.actions import appeals, cases, reports
from community.safety.queries import own_reports
from community.shifts import actions as shifts
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.pages import post_form
from tests.safety.test_reports import WORDS, say
from tests.support.run_worker import run_until_idle

URGENT = ("report.danger", "report.worry")
TEN_TO_TEN = timedelta(hours=9, minutes=50)  # after NOON: 21:50


@pytest.fixture
def said(store: UnitOfWorkFactory, cast: Cast) -> UUID:
    """What Cleo wrote in an open room."""
    return say(store, "open", (cast.cleo, WORDS), members=(cast.ben, cast.cleo, cast.dov))[0]


@pytest.fixture
def edda(store: UnitOfWorkFactory) -> Actor:
    """Edda coordinates, too."""
    with store.unit_of_work(now=NOON) as uow:
        return make_member(uow, "Edda", Role.COORDINATOR)


@pytest.fixture
def heard(act: Act, store: UnitOfWorkFactory, settings: Settings, cast: Cast, edda: Actor) -> Any:
    """`heard()`: what a worker has told Ada (on shift early), Edda (late) and Root about reports by now."""

    def count() -> list[int]:
        run_until_idle(store, settings, now=act.now)
        return [sum(one.kind in (*URGENT, "message.reported", "case.first_response_overdue", "shift.started",
                                 "case.colleague_asked") for one in
                    act.read(actor, inbox.notifications, cursor=None, limit=99).items)
                for actor in (cast.ada, edda, cast.root)]  # fmt: skip

    return count


def plan(act: Act, actor: Actor, starts: int, ends: int) -> UUID:
    day = NOON.date()
    [made] = act(actor, shifts.plan_shifts, day=day, starts=time(starts), ends=time(ends), time_zone="America/New_York")
    return made.id


def report(act: Act, cast: Cast, said: UUID, category: str = "danger") -> UUID:
    return act(cast.ben, reports.report, message_id=said, category=category, reason="Look.").id


def test_k8_a_report_at_2150_reaches_all_at_2220_through_a_killed_worker(
    act: Act, cast: Cast, said: UUID, edda: Actor, heard: Any, store: UnitOfWorkFactory
) -> None:
    plan(act, cast.ada, 14, 22)
    plan(act, edda, 22, 6)
    act.later(seconds=TEN_TO_TEN.total_seconds())
    assert heard() == [0, 0, 0]
    made = report(act, cast, said)
    sent = act.read(cast.ben, own_reports.sent_report, report_id=made)
    assert (sent.goes_to_shift, sent.all_hear_at) == (True, act.now + timedelta(minutes=30))
    assert heard() == [1, 0, 0]  # 21:50: Ada is on shift
    act.later(minutes=10)
    assert heard() == [1, 1, 0]  # 22:00: Edda's shift starts meanwhile
    act.later(minutes=19, seconds=59)
    assert heard() == [1, 1, 0]
    act.later(seconds=1)
    with store.unit_of_work(now=act.now) as uow:  # 22:20: a worker takes the event and is killed
        [claim] = leases.claim_new(uow.session, now=act.now, most=9)
    assert claim.type == "case.first_response_overdue"
    assert heard() == [1, 1, 0]
    act.later(seconds=leases.LEASE.total_seconds() + 1)
    assert heard() == [2, 2, 1]
    act.later(hours=3)
    heard()
    act.later(minutes=1)
    assert heard() == heard()


def test_k8_with_nobody_on_shift_all_hear_at_once_and_a_new_shift_again(
    act: Act, cast: Cast, said: UUID, edda: Actor, heard: Any
) -> None:
    plan(act, edda, 22, 6)
    act.later(seconds=TEN_TO_TEN.total_seconds())
    made = report(act, cast, said, "harassment")
    sent = act.read(cast.ben, own_reports.sent_report, report_id=made)
    assert (sent.goes_to_shift, sent.staffing.next_shift_at) == (False, act.now + timedelta(minutes=10))
    assert heard() == [1, 1, 1]
    act.later(minutes=10)
    assert heard() == [1, 2, 1]


def test_k8_a_pause_loses_no_time_and_a_taken_report_wakes_nobody(
    act: Act, cast: Cast, said: UUID, edda: Actor, heard: Any
) -> None:
    plan(act, edda, 20, 6)
    act.later(seconds=TEN_TO_TEN.total_seconds())
    made = report(act, cast, said)
    act.later(minutes=20)
    act(edda, cases.pause_case, report_id=made)
    act.later(hours=2)
    assert heard() == [0, 1, 0]
    act(edda, cases.resume_case, report_id=made)
    act.later(minutes=9, seconds=59)
    assert heard() == [0, 1, 0]
    act(edda, cases.take_case, report_id=made)
    act.later(minutes=5)
    assert heard() == [0, 1, 0]
    act(edda, cases.give_back_case, report_id=made)
    assert heard() == [1, 2, 1], "it is nobody's again, and the time for the first response is over"


def test_a_more_urgent_report_ends_a_pause_and_begins_a_new_first_response(
    act: Act, cast: Cast, said: UUID, edda: Actor, heard: Any
) -> None:
    plan(act, edda, 20, 6)
    act.later(seconds=TEN_TO_TEN.total_seconds())
    assert heard() == [0, 0, 0]
    made = report(act, cast, said, "other")
    act(edda, cases.pause_case, report_id=made)
    act(cast.dov, reports.report, message_id=said, category="danger", reason="Look.")
    view = act(edda, cases.read_case, report_id=made)
    assert (view.summary.paused_at, view.summary.category) == (None, "danger")
    act.later(minutes=30)
    assert heard() == [1, 3, 1]


def test_ada_asks_who_is_on_shift_to_help_once_in_five_minutes(
    act: Act, cast: Cast, said: UUID, edda: Actor, heard: Any
) -> None:
    made = report(act, cast, said)
    before = heard()
    plan(act, edda, 8, 20)
    for _ in range(2):
        act(cast.ada, cases.ask_colleague, report_id=made)
    assert heard() == [before[0], before[1] + 2, before[2]]  # their shift starts, and Ada asks
    with pytest.raises(Forbidden):
        act(cast.ben, cases.ask_colleague, report_id=made)


def test_a_danger_case_opens_with_care_and_ben_reads_who_is_there(
    act: Act, cast: Cast, said: UUID, edda: Actor, page: Any
) -> None:  # K8, beyond 2 and 5
    plan(act, edda, 20, 22)
    made = report(act, cast, said)
    sent = page(cast.ben).get(f"/reports/{made}").text
    assert "No coordinator is on shift right now, so we told all of them at once. The next shift starts" in sent
    assert "No coordinator is on shift right now. The next shift starts" in page(cast.ben).get("/coordinator").text
    _, _, case = page(cast.ada).get(f"/console/reports/{made}").text.partition("Care for Cleo first")
    parts = ("Call 988", "Ask the other coordinators", "<summary>Restrictions</summary>", "Remove the message")
    places = [case.index(part) for part in parts]
    assert places == sorted(places)
    spans = [case.index(part) for part in ("One hour", "One day", "Three days", "One week", "Thirty days")]
    assert spans == sorted(spans)
    post_form(page(cast.ada), f"/console/reports/{made}/colleague", {})
    assert "Last asked for help" in page(cast.ada).get(f"/console/reports/{made}").text


def test_ada_sees_no_form_for_an_appeal_of_her_own_limit(
    act: Act, cast: Cast, said: UUID, page: Any, store: UnitOfWorkFactory
) -> None:
    limit = act(cast.ada, cases.impose, report_id=report(act, cast, said), kind="warning", reason="Please stop.")
    appeal = act(cast.cleo, appeals.appeal, sanction_id=limit.id, statement="It was a joke.")
    shown = [page(one).get(f"/console/appeals/{appeal.id}").text for one in (cast.ada, cast.root)]
    assert ["End it now" in one for one in shown] == [False, True]
    assert "so someone else has to decide. They know that it waits." in shown[0]
    assert "A different coordinator will read it" in page(cast.cleo).get(f"/measures/{limit.id}").text
    with store.unit_of_work(now=act.now) as uow:
        uow.session.get_one(Member, cast.root.id).state = "deactivated"
    assert "No one else can decide right now, so you can." in page(cast.ada).get(f"/console/appeals/{appeal.id}").text
    assert "Only one coordinator can decide right now" in page(cast.cleo).get(f"/measures/{limit.id}").text
