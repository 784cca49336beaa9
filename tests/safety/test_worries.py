"""A worry about a person: for any subject, to who is on shift first, to all in time; and reports besides messages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from community.core.errors import NotFound
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWork, UnitOfWorkFactory
from community.meetups.models import Meetup
from community.safety import rules
from community.safety.actions import cases, reports
from community.safety.queries import own_reports
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.pages import post_form
from tests.safety.test_reports import WORDS, say
from tests.support.reach_out_fixtures import count_notifications
from tests.support.run_worker import run_until_idle


@pytest.fixture
def said(store: UnitOfWorkFactory, cast: Cast) -> UUID:
    """What Cleo wrote in an open room."""
    return say(store, "open", (cast.cleo, WORDS), members=(cast.ben, cast.cleo, cast.dov))[0]


@pytest.fixture
def other_coordinator(store: UnitOfWorkFactory) -> Actor:
    """Edda coordinates, too, and is not on shift."""
    with store.unit_of_work(now=NOON) as uow:
        return make_member(uow, "Edda", Role.COORDINATOR)


@pytest.fixture
def meetup(act: Act, cast: Cast) -> UUID:
    """Cleo hosts a meetup."""

    def make(uow: UnitOfWork) -> UUID:
        row = Meetup(
            host_id=cast.cleo.id,
            title="Thursday table",
            description="Soup.",
            time_zone="America/New_York",
            duration_minutes=90,
            place_kind="in_person",
            address="12 Elm Street",
            url="",
            created_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id

    return act(None, make)


def test_a_worry_of_ben_reaches_ada_on_shift_and_then_everyone(
    act: Act,
    cast: Cast,
    said: UUID,
    store: UnitOfWorkFactory,
    settings: Settings,
    other_coordinator: Actor,
    on_shift: Callable[..., UUID],
) -> None:
    on_shift(cast.ada)
    made = act(cast.ben, reports.report, message_id=said, category="worry")
    sent = act.read(cast.ben, own_reports.sent_report, report_id=made.id)
    assert (sent.goes_to_shift, sent.due_at) == (True, act.now + timedelta(hours=1))
    run_until_idle(store, settings, now=act.now)
    heard = [count_notifications(act, one, "report.worry") for one in (cast.ada, other_coordinator, cast.cleo)]
    assert heard == [1, 0, 0]

    act.later(minutes=31)
    run_until_idle(store, settings, now=act.now)
    assert [count_notifications(act, one, "report.worry") for one in (cast.ada, other_coordinator)] == [2, 1]


def test_a_worry_reaches_all_coordinators_when_ada_is_not_on_shift(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings, other_coordinator: Actor
) -> None:
    made = act(cast.ben, reports.report, message_id=said, category="worry")
    assert not act.read(cast.ben, own_reports.sent_report, report_id=made.id).goes_to_shift
    run_until_idle(store, settings, now=act.now)
    assert [count_notifications(act, one, "report.worry") for one in (cast.ada, other_coordinator)] == [1, 1]


def test_ben_can_still_worry_about_what_he_reported_before(
    act: Act, cast: Cast, said: UUID, store: UnitOfWorkFactory, settings: Settings
) -> None:
    first = act(cast.ben, reports.report, message_id=said, category="danger", reason="First words.")
    again = act(cast.ben, reports.report, message_id=said, category="worry", reason="More words.")
    view = act(cast.ada, cases.read_case, report_id=first.id)
    assert (again.id, view.summary.category, len(view.reports)) == (first.id, "worry", 1)
    assert view.reason == "First words.\nMore words."
    assert act(cast.ben, reports.report, message_id=said, category="unwanted").id == first.id
    assert act(cast.ada, cases.read_case, report_id=first.id).summary.category == "worry"


def test_a_member_a_meetup_and_a_suggestion_of_cleo_can_be_reported(
    act: Act,
    cast: Cast,
    meetup: UUID,
    make_profile: Callable[..., None],
    make_suggestion: Callable[[Actor, Actor], UUID],
) -> None:
    for actor in (cast.ben, cast.cleo):
        make_profile(actor)
    subjects = {"member": cast.cleo.id, "meetup": meetup, "suggestion": make_suggestion(cast.ben, cast.cleo)}
    for kind, subject_id in subjects.items():
        made = act(cast.ben, reports.report_subject, kind=kind, subject_id=subject_id, category="threats")
        view = act(cast.ada, cases.read_case, report_id=made.id)
        assert (view.summary.kind, view.author.handle, view.summary.is_private) == (kind, "Cleo", False)
        assert [one.body for one in view.messages] == (
            ["Thursday table\n\nSoup.\n\n12 Elm Street"] if kind == "meetup" else []
        )
        with pytest.raises(reports.OwnSubject if kind != "suggestion" else NotFound):
            act(
                cast.cleo if kind != "suggestion" else cast.dov,
                reports.report_subject,
                kind=kind,
                subject_id=subject_id,
            )
        act(cast.ada, cases.dismiss, report_id=made.id)
        again = act(cast.ben, reports.report_subject, kind=kind, subject_id=subject_id, category="threats")
        assert again.id != made.id, "what is decided may begin again"


@pytest.mark.parametrize("kind", rules.SUBJECTS)
def test_dov_cannot_report_what_he_cannot_see(act: Act, cast: Cast, kind: str) -> None:
    with pytest.raises(NotFound):
        act(cast.dov, reports.report_subject, kind=kind, subject_id=uuid4(), category="worry")


def test_the_api_takes_a_worry_of_ben_without_words(api: Any, cast: Cast) -> None:
    subject = {"kind": "member", "id": str(cast.cleo.id)}
    sent = api(cast.ben).post("/reports", json={"subject": subject, "category": "worry"})
    assert sent.status_code == 201
    assert set(sent.json) == {"id", "state", "due_at"}
    for wrong in (
        {"subject": subject, "category": "other"},
        {"subject": subject, "category": "other", "text": "  "},
        {"subject": subject},
        {"subject": {"kind": "room", "id": str(cast.cleo.id)}, "category": "worry"},
        {"subject": {"kind": "member", "id": "none"}, "category": "worry"},
        {"category": "worry"},
    ):
        assert api(cast.ben).post("/reports", json=wrong).status_code == 422, wrong
    own = api(cast.ben).post(
        "/reports", json={"subject": {"kind": "member", "id": str(cast.ben.id)}, "category": "worry"}
    )
    assert (own.status_code, own.json["code"]) == (409, "own_subject")


def test_ben_reads_who_sees_his_worry_how_soon_and_what_to_do(
    page: Any, cast: Cast, on_shift: Callable[..., UUID]
) -> None:
    on_shift(cast.ada)
    browser = page(cast.ben)
    form = browser.get(f"/report/member/{cast.cleo.id}?about=worry").text
    assert 'value="worry" checked' in form
    assert "We never tell Cleo that it came from you." in form
    sent = post_form(browser, f"/report/member/{cast.cleo.id}", {"category": "worry", "reason": ""})
    shown = browser.get(sent.headers["Location"]).text
    assert "The coordinator on shift gets this right now." in shown
    assert "If they may be in danger right now" in shown
    assert page(cast.dov).get(sent.headers["Location"]).status_code == 404
    refused = post_form(browser, f"/report/member/{cast.cleo.id}", {"category": "other", "reason": ""})
    assert refused.status_code == 422
    assert "Please tell us a few words about it." in refused.text
