"""Cases: one for all who report the same, a clock that loses nothing in a pause, private words opened, appeals."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from community.core import audit_chain
from community.core.audit_log import AuditEntry
from community.core.errors import Forbidden, NotFound, RateLimited
from community.core.events import Event
from community.core.outbox.subscriptions import NotificationSpec, as_list, notify
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.features import load_subscribers
from community.members.events import SanctionEnded, SanctionImposed, SanctionLifted
from community.members.models import Member, Sanction
from community.members.rules.accounts import sanction_token
from community.notifications.models import Delivery
from community.processes.worker import Worker
from community.rooms.actions import messages as messages_actions
from community.rooms.models import Message, Room
from community.safety import rules
from community.safety.actions import appeals, cases, reports
from community.safety.events import AppealDecided, CaseOverdue, EvidenceOpened, ReportResolved, SanctionAppealed
from community.safety.models import Case, EvidenceAccess
from community.safety.queries import audit_views, own_reports
from community.safety.queries import cases as cases_queries
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.safety.test_reports import WORDS, say
from tests.support.accounts import OTHER_PASSWORD, give_password, sign_in
from tests.support.accounts import PASSWORD as PASSWORD

load_subscribers()


@pytest.fixture
def said(store: UnitOfWorkFactory, cast: Cast) -> UUID:
    """What Cleo wrote in an open room."""
    return say(store, "open", (cast.cleo, WORDS), members=(cast.ben, cast.cleo, cast.dov))[0]


@pytest.fixture
def whispered(store: UnitOfWorkFactory, cast: Cast) -> UUID:
    """What Cleo wrote in a room for two: eight messages before it and eight after."""
    around = [(cast.ben, f"before {number}") for number in range(8)]
    after = [(cast.ben, f"after {number}") for number in range(8)]
    return say(store, "pairing", *around, (cast.cleo, WORDS), *after, members=(cast.ben, cast.cleo))[8]


def report(act: Act, actor: Actor, message_id: UUID, category: str = "other") -> UUID:
    made = act(actor, reports.report, message_id=message_id, reason="Look.", category=category)
    return made.id


def read(act: Act, actor: Actor, report_id: UUID) -> Any:
    return act(actor, cases.read_case, report_id=report_id)


def impose(act: Act, actor: Actor, report_id: UUID, kind: str = "mute", **more: Any) -> Sanction:
    until = None if kind in ("warning", "suspension") else act.now + timedelta(days=3)
    what = {"kind": kind, "reason": "Threats in a room.", "until": until, **more}
    return act(actor, cases.impose, report_id=report_id, **what)


def told(store: UnitOfWorkFactory, event: Event) -> list[tuple[set[UUID], str]]:
    """Who hears of an event, and where it leads."""
    with store.read_context() as ctx:
        found: list[NotificationSpec] = [
            one for listener in notify.for_event(event) for one in as_list(listener(ctx, event))
        ]
    return [(set(one.to), one.url) for one in found]


def entries(store: UnitOfWorkFactory) -> list[str]:
    with store.read_context() as ctx:
        return list(ctx.session.scalars(select(AuditEntry.action).order_by(AuditEntry.at, AuditEntry.id)))


def test_everybody_who_reports_the_same_is_in_one_case(act: Act, cast: Cast, said: UUID) -> None:  # S35
    first, second = report(act, cast.ben, said), report(act, cast.dov, said, "threats")
    view = read(act, cast.ada, second)

    assert (view.id, view.summary.report_count) == (first, 2)
    assert [one.reporter.handle for one in view.reports] == ["Ben", "Dov"]
    assert (view.summary.category, view.summary.due_at) == ("threats", act.now + rules.CATEGORIES["threats"])
    [listed] = act.read(cast.ada, cases_queries.list_cases, state="open", cursor=None, limit=9).items
    assert listed.id == first


def test_a_decision_holds_for_all_reporters_and_each_hears_it_once(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    first, second = report(act, cast.ben, said), report(act, cast.dov, said)
    act(cast.ada, cases.remove_message, report_id=second)
    impose(act, cast.ada, first)
    handled = [event for event in recorded() if isinstance(event, ReportResolved)]

    assert handled == [ReportResolved(report_id=first, handled_by=cast.ada.id)]
    assert told(store, handled[0]) == [({cast.ben.id, cast.dov.id}, "/reports")]
    for reporter in (cast.ben, cast.dov):
        [mine] = act.read(reporter, own_reports.my_reports, cursor=None, limit=9).items
        assert mine.outcome == "acted_on"
    with pytest.raises(cases.ReportClosed):
        act(cast.root, cases.dismiss, report_id=first)


def test_a_case_is_taken_passed_over_and_given_back(act: Act, cast: Cast, said: UUID) -> None:
    case = report(act, cast.ben, said)
    act(cast.ada, cases.take_case, report_id=case)
    assert read(act, cast.root, case).summary.assignee.handle == "Ada"
    assert read(act, cast.root, case).state == "triaged"
    act(cast.root, cases.take_case, report_id=case)
    assert read(act, cast.ada, case).summary.assignee.handle == "Root"
    act(cast.root, cases.give_back_case, report_id=case)
    assert (read(act, cast.ada, case).summary.assignee, read(act, cast.ada, case).state) == (None, "open")


def test_the_clock_runs_over_and_the_next_one_hears_of_it(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings
) -> None:
    """Opened at 21:50 with an hour: passed on at 22:50, whoever had it."""
    with store.unit_of_work(now=act.now) as uow:
        make_member(uow, "Fern", Role.COORDINATOR)
    case = report(act, cast.ben, said, "danger")
    act(cast.ada, cases.take_case, report_id=case)
    overdue = CaseOverdue(case_id=case, due_at=act.now + timedelta(hours=1))
    worker = Worker(store, settings)
    worker.step(act.now + timedelta(minutes=59))
    assert read(act, cast.root, case).summary.assignee.handle == "Ada"

    [(everybody, url)] = told(store, overdue)
    assert (cast.ada.id in everybody, len(everybody), url) == (False, 2, f"/console/reports/{case}")
    act.later(minutes=60)
    worker.step(act.now)
    summary = read(act, cast.root, case).summary
    assert (summary.assignee, summary.is_overdue, summary.state) == (None, True, "open")
    act(cast.root, cases.dismiss, report_id=case)
    assert told(store, overdue) == []


def test_a_pause_loses_no_time(act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings) -> None:
    case = report(act, cast.ben, said, "danger")
    worker = Worker(store, settings)
    act.later(minutes=40)
    act(cast.ada, cases.pause_case, report_id=case)
    act.later(hours=5)
    worker.step(act.now)
    assert not read(act, cast.ada, case).summary.is_overdue
    act(cast.ada, cases.resume_case, report_id=case)
    assert read(act, cast.ada, case).summary.due_at == act.now + timedelta(minutes=20)
    act.later(minutes=19)
    worker.step(act.now)
    assert not read(act, cast.ada, case).summary.is_overdue
    act.later(minutes=1)
    worker.step(act.now)
    assert read(act, cast.ada, case).summary.is_overdue
    assert "case.passed_on" in entries(store)


def test_ada_opens_eleven_private_messages_for_72_hours_and_it_shows(
    act: Act, cast: Cast, whispered: UUID, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]], api: Any
) -> None:  # S32
    case = report(act, cast.ben, whispered)
    closed = read(act, cast.ada, case)
    assert (closed.messages, closed.room, closed.can_open) == ((), "", True)
    assert WORDS not in str(act.read(cast.ada, cases_queries.list_cases, state="open", cursor=None, limit=9))

    act(cast.ada, cases.open_evidence, report_id=case)
    opened = read(act, cast.ada, case)
    words = [one.body for one in opened.messages]
    assert words == [*(f"before {n}" for n in range(3, 8)), WORDS, *(f"after {n}" for n in range(5))]
    with pytest.raises(cases.NothingToOpen):
        act(cast.ada, cases.open_evidence, report_id=case)
    with store.read_context() as ctx:
        opening = ctx.session.scalars(select(EvidenceAccess)).one()
    [event] = [event for event in recorded() if isinstance(event, EvidenceOpened)]
    url = f"/rooms/{opening.room_id}/openings"
    assert told(store, event) == [({cast.ben.id, cast.cleo.id}, url)]
    for inside in (cast.ben, cast.cleo):
        [seen] = act.read(inside, cases_queries.evidence_accesses, room_id=opening.room_id)
        assert (seen.message_count, seen.closes_at) == (11, act.now + timedelta(hours=72))
        shown = api(inside).get(url).json["items"]
        assert set(shown[0]) == {"opened_at", "closes_at", "message_count"}
    for outside in (cast.dov, cast.ada):
        with pytest.raises(NotFound):
            act.read(outside, cases_queries.evidence_accesses, room_id=opening.room_id)

    act.later(hours=72)
    again = read(act, cast.ada, case)
    assert (again.messages, again.open_until, again.can_open) == ((), None, True)
    assert entries(store) == ["case.read", "evidence.opened", "case.read", "case.read"]
    assert api(cast.ada).get(f"/rooms/{opening.room_id}/messages").status_code == 404


def test_a_decided_private_case_stays_shut(act: Act, cast: Cast, whispered: UUID) -> None:  # S32
    case = report(act, cast.ben, whispered)
    act(cast.ada, cases.dismiss, report_id=case)
    assert not read(act, cast.ada, case).can_open
    with pytest.raises(cases.ReportClosed):
        act(cast.ada, cases.open_evidence, report_id=case)


def test_every_look_and_every_act_of_a_coordinator_is_in_the_log(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory
) -> None:  # S29
    case = report(act, cast.ben, said)
    assert entries(store) == []
    read(act, cast.ada, case)
    act(cast.ada, cases.take_case, report_id=case)
    act(cast.ada, cases.remove_message, report_id=case)
    made = impose(act, cast.ada, case, code="threats")
    appeal = act(cast.cleo, appeals.appeal, sanction_id=made.id, statement="I disagree.")
    act(cast.root, appeals.read_appeal, appeal_id=appeal.id)
    act(cast.root, appeals.decide, appeal_id=appeal.id, decision="lifted", answer="You are right.")
    expected = ["case.read", "case.taken", "message.removed", "sanction.mute"]
    expected += ["appeal.read", "appeal.decided", "sanction.lifted"]
    assert sorted(entries(store)) == sorted(expected)

    act(None, audit_chain.append_to_chain)
    page = act.read(cast.root, audit_views.audit_entries, cursor=None, limit=9)
    [muted] = [one for one in page.items if one.action == "sanction.mute"]
    assert (muted.actor, muted.member, muted.facts["why"], muted.facts["case_id"]) == (
        "Ada",
        "Cleo",
        "threats",
        str(case),
    )
    assert WORDS not in str(page)
    assert "Threats in a room" not in str(page)
    with pytest.raises(Forbidden):
        act.read(cast.ada, audit_views.audit_entries, cursor=None, limit=9)


def test_ben_is_muted_learns_why_appeals_once_and_another_decides(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    case = report(act, cast.ben, said)
    made = impose(act, cast.ada, case)
    [imposed] = [event for event in recorded() if isinstance(event, SanctionImposed)]
    assert told(store, imposed) == [({cast.cleo.id}, f"/measures/{made.id}")]
    with pytest.raises(NotFound):
        act(cast.dov, appeals.appeal, sanction_id=made.id, statement="Not mine.")
    appeal = act(cast.cleo, appeals.appeal, sanction_id=made.id, statement="It was a joke.")
    with pytest.raises(appeals.AppealMade):
        act(cast.cleo, appeals.appeal, sanction_id=made.id, statement="Again.")
    assert read(act, cast.ada, case).state == "appealed"
    assert told(store, SanctionAppealed(appeal_id=appeal.id)) == [({cast.root.id}, f"/console/appeals/{appeal.id}")]

    with pytest.raises(appeals.OtherCoordinatorDecides):
        act(cast.ada, appeals.decide, appeal_id=appeal.id, decision="upheld", answer="No.")
    act(cast.root, appeals.decide, appeal_id=appeal.id, decision="lifted", answer="You are right.")
    with pytest.raises(appeals.AppealClosed):
        act(cast.root, appeals.decide, appeal_id=appeal.id, decision="upheld", answer="No.")
    [mine] = act.read(cast.cleo, cases_queries.my_sanctions, cursor=None, limit=9).items
    assert (mine.holds, mine.lifted_at) == (False, act.now)
    assert read(act, cast.ada, case).state == "actioned"
    decided = AppealDecided(appeal_id=appeal.id, decided_by=cast.root.id)
    assert told(store, decided) == [({cast.cleo.id}, f"/measures/{made.id}")]
    [reported] = act.read(cast.ben, own_reports.my_reports, cursor=None, limit=9).items
    assert reported.outcome == "acted_on"


def test_the_only_coordinator_decides_when_nobody_else_can(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory
) -> None:
    made = impose(act, cast.ada, report(act, cast.ben, said))
    appeal = act(cast.cleo, appeals.appeal, sanction_id=made.id, statement="It was a joke.")
    with store.unit_of_work(now=act.now) as uow:
        uow.session.get_one(Member, cast.root.id).state = "deactivated"
    assert told(store, SanctionAppealed(appeal_id=appeal.id))[0][0] == {cast.ada.id}
    act(cast.ada, appeals.decide, appeal_id=appeal.id, decision="upheld", answer="It stays.")


def test_ben_cannot_appeal_a_sanction_that_ended_long_ago(act: Act, cast: Cast, said: UUID) -> None:
    case = report(act, cast.ben, said)
    mute, suspension = impose(act, cast.ada, case), impose(act, cast.ada, case, "suspension")
    act.later(days=4)
    with pytest.raises(appeals.AppealTooLate):
        act(cast.cleo, appeals.appeal, sanction_id=mute.id, statement="It was a joke.")
    act.later(days=27)
    with pytest.raises(appeals.AppealTooLate):
        act(cast.cleo, appeals.appeal, sanction_id=suspension.id, statement="It was a joke.")


def test_ben_suspended_gets_a_link_that_works_without_signing_in(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings, client: Any
) -> None:
    case = report(act, cast.ben, said)
    made = impose(act, cast.ada, case, "suspension")
    worker = Worker(store, settings)
    for _ in range(3):
        worker.step(act.now)
    with store.read_context() as ctx:
        states = ctx.session.execute(
            select(Delivery.kind, Delivery.state).where(Delivery.recipient == cast.cleo.id, Delivery.medium == "email")
        ).all()
    assert states == [("sanction.imposed", "sent")]

    address = f"/measures/{made.id}/{sanction_token(settings.secret_key, made.id)}"
    shown = client.get(address)
    assert shown.status_code == 200
    assert "Threats in a room." in shown.text
    assert "Ben" not in shown.text
    assert client.post(address, data={"words": ""}).status_code == 422
    assert client.post(address, data={"words": "It was a joke."}).status_code == 303
    assert "It was a joke." in client.get(address).text
    wrong, nowhere = client.get(address[:-1] + "x"), client.get(f"/measures/{case}/{'0' * 64}")
    assert (wrong.status_code, wrong.data) == (nowhere.status_code, nowhere.data) == (404, nowhere.data)


def test_ben_suspended_learns_why_and_until_when_by_signing_in(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings, client: Any
) -> None:  # S6
    email = give_password(store, cast.cleo)
    made = impose(act, cast.ada, report(act, cast.ben, said), "suspension")
    with store.unit_of_work() as uow:
        uow.session.get_one(Sanction, made.id).ends_at = uow.now + timedelta(days=3)
    address = f"/measures/{made.id}/{sanction_token(settings.secret_key, made.id)}"

    told = sign_in(client, email)
    assert (told.status_code, told.json["code"]) == (403, "suspended")
    assert address in told.json["detail"]
    assert "Set-Cookie" not in told.headers
    way = client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert (way.status_code, way.headers["Location"]) == (303, address)
    shown = client.get(address).text
    assert "Threats in a room." in shown
    assert "If you disagree" in shown

    wrong, unknown = sign_in(client, email, OTHER_PASSWORD), sign_in(client, "nobody@example.org", OTHER_PASSWORD)
    assert (wrong.status_code, wrong.json) == (unknown.status_code, unknown.json)
    assert "measures" not in client.post("/sign-in", data={"email": email, "password": OTHER_PASSWORD}).text
    for _ in range(12):  # who knows the password is told every time
        assert sign_in(client, email).status_code == 403
    with store.unit_of_work() as uow:
        uow.session.get_one(Sanction, made.id).ends_at = uow.now
    assert sign_in(client, email).status_code == 201


def test_the_end_of_a_limit_is_told_once_and_not_after_it_was_lifted(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings, recorded: Callable[[], list[Event]]
) -> None:
    case = report(act, cast.ben, said)
    ends, lifted = impose(act, cast.ada, case), impose(act, cast.ada, case)
    act(cast.ada, appeals.lift, sanction_id=lifted.id)
    act(cast.ada, appeals.lift, sanction_id=lifted.id)
    ended = [event for event in recorded() if isinstance(event, SanctionEnded | SanctionLifted)]
    assert {type(event) for event in ended if event.sanction_id == lifted.id} == {SanctionLifted}
    assert [event for event in ended if event.sanction_id == ends.id] == [
        SanctionEnded(sanction_id=ends.id, member_id=cast.cleo.id)
    ]
    assert told(store, ended[0])[0][0] == {cast.cleo.id}


def test_two_who_report_at_once_make_one_case(act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory) -> None:
    start = threading.Barrier(2)

    def tell(actor: Actor) -> None:
        start.wait()
        report(act, actor, said)

    threads = [threading.Thread(target=tell, args=(actor,)) for actor in (cast.ben, cast.dov)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read_context() as ctx:
        case = ctx.session.scalars(select(Case)).one()
    assert read(act, cast.ada, case.id).summary.report_count == 2


def test_a_coordinator_whom_it_is_about_finds_nothing(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    hers = say(store, "open", (cast.ada, WORDS), members=(cast.ada, cast.ben))[0]
    case = report(act, cast.ben, hers)
    for action in (cases.take_case, cases.pause_case, cases.give_back_case):
        with pytest.raises(NotFound):
            act(cast.ada, action, report_id=case)
    made = impose(act, cast.root, case)
    with pytest.raises(NotFound):
        act(cast.ada, appeals.lift, sanction_id=made.id)
    appeal = act(cast.ada, appeals.appeal, sanction_id=made.id, statement="I disagree.")
    with pytest.raises(NotFound):
        act(cast.ada, appeals.decide, appeal_id=appeal.id, decision="lifted", answer="Mine.")


def test_danger_can_be_reported_however_much_was_reported_before(
    act: Act, cast: Cast, store: UnitOfWorkFactory
) -> None:  # S36
    messages = say(store, "open", *[(cast.cleo, "x")] * 32, members=(cast.dov, cast.cleo))
    for one in messages[:30]:
        report(act, cast.dov, one)
    with pytest.raises(RateLimited):
        report(act, cast.dov, messages[30])
    report(act, cast.dov, messages[31], "danger")


def test_a_room_ban_changes_the_rooms_audience(act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory) -> None:
    def version() -> int:
        with store.read_context() as ctx:
            room_id = ctx.session.get_one(Message, said).room_id
            return ctx.session.get_one(Room, room_id).audience_version

    before = version()
    made = impose(act, cast.ada, report(act, cast.ben, said), "room_ban")
    assert version() == before + 1
    act(cast.ada, appeals.lift, sanction_id=made.id)
    assert version() == before + 2
    act(cast.cleo, messages_actions.edit_message, message_id=said, body="Better")
