"""Reports: made once, sealed, kept as it stood, seen by coordinators only, and what they do about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.audit_log import AuditEntry
from community.core.crypto.cipher import FieldCipher
from community.core.errors import NotFound
from community.core.events import Event
from community.core.ids import new_id
from community.core.outbox.subscriptions import NotificationSpec, notify
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import accounts
from community.rooms.actions import messages as messages_actions
from community.rooms.models import Message, Room, RoomMembership
from community.safety.actions import cases, reports
from community.safety.events import MessageReported
from community.safety.models import Report
from community.safety.queries import cases as cases_queries
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.pages import csrf

CIPHER = FieldCipher("a-secret-for-tests-that-is-long-enough-0123456789")
WORDS = "planted words that nobody else may find"


def say(store: UnitOfWorkFactory, kind: str, *said: tuple[Actor, str], members: tuple[Actor, ...]) -> list[UUID]:
    """A room with these people and these words; returns the messages' ids in order."""
    with store.unit_of_work(now=NOON) as uow:
        room = Room(id=new_id(), kind=kind, name="Evenings", created_at=NOON, head_seq=len(said), head_rev=len(said))
        uow.session.add(room)
        uow.session.flush()
        for member in members:
            uow.session.add(RoomMembership(room_id=room.id, member_id=member.id, joined_at=NOON))
        rows = [
            Message(
                id=new_id(),
                room_id=room.id,
                author_id=author.id,
                seq=number,
                rev=number,
                client_msg_id=str(new_id()),
                body=body,
                request_hash="",
                created_at=NOON,
            )
            for number, (author, body) in enumerate(said, start=1)
        ]
        uow.session.add_all(rows)
        return [row.id for row in rows]


@pytest.fixture
def chat(store: UnitOfWorkFactory, cast: Cast) -> list[UUID]:
    """Eight messages in an open room; the fifth, by Cleo, should not have been written."""
    said = [(cast.ben, f"before {number}") for number in range(1, 5)]
    said += [(cast.cleo, WORDS)] + [(cast.dov, f"after {number}") for number in range(1, 4)]
    return say(store, "open", *said, members=(cast.ben, cast.cleo, cast.dov))


def report(act: Act, actor: Actor, message_id: UUID) -> Report:
    return act(actor, reports.report, message_id=message_id, reason="This frightens me.")


def test_a_report_shows_the_message_and_five_each_side(act: Act, cast: Cast, chat: list[UUID]) -> None:
    made = report(act, cast.ben, chat[4])
    view = act(cast.ada, cases.read_case, report_id=made.id)

    assert [seen.body for seen in view.messages] == [
        *(f"before {number}" for number in range(1, 5)),
        WORDS,
        *(f"after {number}" for number in range(1, 4)),
    ]
    assert [seen.reported for seen in view.messages].index(True) == 4
    assert (view.author.handle, view.reporter.handle, view.room) == ("Cleo", "Ben", "Evenings")
    assert view.reason == "This frightens me."


def test_later_edits_and_removals_do_not_hide_what_was_said(act: Act, cast: Cast, chat: list[UUID]) -> None:  # S35
    made = report(act, cast.ben, chat[4])
    act(cast.cleo, messages_actions.edit_message, message_id=chat[4], body="nothing at all")
    act(cast.cleo, messages_actions.remove_message, message_id=chat[4])

    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert WORDS in [seen.body for seen in view.messages]


def test_every_wording_stands_in_the_case_and_nowhere_else(  # S35
    act: Act, cast: Cast, chat: list[UUID], store: UnitOfWorkFactory, api: Any, page: Any
) -> None:
    for body in ("second wording", "third wording"):
        act.later(minutes=1)
        act(cast.cleo, messages_actions.edit_message, message_id=chat[4], body=body)
    act.later(minutes=1)
    made = report(act, cast.ben, chat[4])
    act.later(minutes=1)
    act(cast.cleo, messages_actions.edit_message, message_id=chat[4], body="fourth wording")

    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert [one.body for one in view.earlier] == [WORDS, "second wording"]
    assert next(seen.body for seen in view.messages if seen.reported) == "third wording"
    assert [one.body for one in view.later] == ["fourth wording"]
    with store.read_context() as ctx:
        assert "second wording" not in ctx.session.get_one(Report, made.id).snapshot
        entries = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.read")).all()
    assert [entry.facts["with_edits"] for entry in entries] == [True]

    assert "second wording" in page(cast.ada).get(f"/console/reports/{made.id}").text
    seen = api(cast.ada).get(f"/reports/{made.id}").json
    assert [one["body"] for one in seen["earlier"]] == [WORDS, "second wording"]
    for actor in (cast.ben, cast.dov, cast.cleo):
        room = act.read(None, lambda ctx: ctx.session.get_one(Message, chat[4]).room_id)
        shown = api(actor).get(f"/rooms/{room}/messages").text + page(actor).get(f"/messages/{chat[4]}").text
        assert "second wording" not in shown

    act(cast.cleo, messages_actions.remove_message, message_id=chat[4])  # her words go, the sealed ones stay
    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert ([one.body for one in view.earlier], view.later) == ([WORDS, "second wording"], ())


def test_earlier_words_of_a_private_room_open_with_its_messages_only(
    act: Act, cast: Cast, store: UnitOfWorkFactory
) -> None:
    [said] = say(store, "pairing", (cast.cleo, WORDS), members=(cast.ben, cast.cleo))
    act(cast.cleo, messages_actions.edit_message, message_id=said, body="harmless")
    made = report(act, cast.ben, said)
    act.later(minutes=1)
    act(cast.cleo, messages_actions.edit_message, message_id=said, body="more harmless")
    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert (view.messages, view.earlier, view.later) == ((), (), ())
    act(cast.ada, cases.open_evidence, report_id=made.id)
    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert [one.body for one in (*view.earlier, *view.later)] == [WORDS, "more harmless"]
    act.later(hours=73)
    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert (view.earlier, view.later) == ((), ())


def test_a_report_is_encrypted_in_the_database(
    act: Act, cast: Cast, chat: list[UUID], store: UnitOfWorkFactory
) -> None:  # S25
    made = report(act, cast.ben, chat[4])
    with store.read_context() as ctx:
        row = ctx.session.get_one(Report, made.id)
        assert WORDS not in row.snapshot
        assert "frightens" not in row.reason
    with pytest.raises(ValueError, match="can't decrypt"):
        CIPHER.decrypt(row.reason, associated_data=f"reports:{new_id()}:reason")


def test_a_private_rooms_report_is_the_snapshot_and_nothing_more(
    act: Act, cast: Cast, store: UnitOfWorkFactory, api: Any
) -> None:
    messages = say(store, "pairing", (cast.cleo, WORDS), members=(cast.ben, cast.cleo))
    made = report(act, cast.ben, messages[0])
    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert (view.room, view.messages, view.can_open) == ("", (), True)
    act(cast.ada, cases.open_evidence, report_id=made.id)
    view = act(cast.ada, cases.read_case, report_id=made.id)
    assert [seen.body for seen in view.messages] == [WORDS]


def test_only_who_sees_a_message_can_report_it(
    act: Act, cast: Cast, store: UnitOfWorkFactory, chat: list[UUID]
) -> None:
    private = say(store, "private", (cast.ben, "ours"), members=(cast.ben, cast.cleo))
    for stranger in (cast.dov, cast.ada):
        with pytest.raises(NotFound):
            report(act, stranger, private[0])
    act(cast.dov, accounts.block, member_id=cast.cleo.id)
    with pytest.raises(NotFound):
        report(act, cast.dov, chat[4])


def test_ones_own_message_is_taken_back_and_not_reported(act: Act, cast: Cast, chat: list[UUID]) -> None:
    with pytest.raises(reports.OwnMessage):
        report(act, cast.cleo, chat[4])


def test_reporting_twice_is_reporting_once(
    act: Act, cast: Cast, chat: list[UUID], recorded: Callable[[], list[Event]]
) -> None:
    first, again, other = (report(act, one, chat[4]) for one in (cast.ben, cast.ben, cast.dov))

    assert first.id == again.id != other.id
    made = [event for event in recorded() if isinstance(event, MessageReported)]
    assert made == [MessageReported(report_id=first.id), MessageReported(report_id=other.id)]


def test_coordinators_hear_of_it_but_not_who_wrote_it(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    messages = say(store, "open", (cast.ada, WORDS), members=(cast.ada, cast.ben))
    made = report(act, cast.ben, messages[0])
    with store.read_context() as ctx:
        (tell,) = notify.for_event(MessageReported(report_id=made.id))
        notice = tell(ctx, MessageReported(report_id=made.id))

    assert isinstance(notice, NotificationSpec)
    assert notice.to == [cast.root.id]
    assert (notice.title, notice.url) == ("A report needs an answer", f"/console/reports/{made.id}")
    with pytest.raises(NotFound):
        act(cast.ada, cases.read_case, report_id=made.id)
    assert act.read(cast.ada, cases_queries.list_cases, cursor=None, limit=9).items == []


def test_ada_removes_the_message(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    messages = say(store, "pairing", (cast.cleo, WORDS), members=(cast.ben, cast.cleo))
    made = report(act, cast.ben, messages[0])
    done = act(cast.ada, cases.remove_message, report_id=made.id, note="Names somebody.")

    assert (done.state, done.handled_by, done.handled_at) == ("actioned", cast.ada.id, act.now)
    with store.read_context() as ctx:
        assert ctx.session.get_one(Message, messages[0]).body == ""
    assert act(cast.ada, cases.read_case, report_id=made.id).note == "Names somebody."


def test_ada_suspends_who_wrote_it(act: Act, cast: Cast, chat: list[UUID], api: Any, store: UnitOfWorkFactory) -> None:
    cleo = api(cast.cleo)
    made = report(act, cast.ben, chat[4])
    assert cleo.get("/me").status_code == 200
    answer = api(cast.ada).post(f"/reports/{made.id}/suspension", {"reason": "Threats in a room."})

    assert (answer.status_code, answer.json["state"]) == (200, "actioned")
    assert cleo.get("/me").status_code == 401


def test_ada_leaves_it_at_that(act: Act, cast: Cast, chat: list[UUID]) -> None:
    made = report(act, cast.ben, chat[4])
    assert act(cast.ada, cases.dismiss, report_id=made.id).state == "dismissed"
    for action in (cases.remove_message, cases.dismiss):
        with pytest.raises(cases.ReportClosed):
            act(cast.ada, action, report_id=made.id)


def test_a_report_acted_on_is_not_dismissed(act: Act, cast: Cast, chat: list[UUID]) -> None:
    made = report(act, cast.ben, chat[4])
    act(cast.ada, cases.remove_message, report_id=made.id)
    with pytest.raises(cases.ReportClosed):
        act(cast.ada, cases.dismiss, report_id=made.id)
    act(cast.ada, cases.suspend_author, report_id=made.id, reason="Again.")


def test_a_coordinator_cannot_suspend_another_by_a_report(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    messages = say(store, "open", (cast.root, WORDS), members=(cast.root, cast.ben))
    made = report(act, cast.ben, messages[0])
    with pytest.raises(NotFound):
        act(cast.ada, cases.suspend_author, report_id=made.id, reason="No.")


def test_the_api_takes_a_report_and_pages_through_them(
    act: Act, cast: Cast, chat: list[UUID], api: Any, store: UnitOfWorkFactory
) -> None:
    ben, ada = api(cast.ben), api(cast.ada)
    made = [ben.post(f"/messages/{one}/reports", {"reason": "Look at this."}) for one in chat[4:]]
    assert {answer.status_code for answer in made} == {201}
    assert set(made[0].json) == {"id", "state", "due_at"}

    seen, cursor = [], ""
    while cursor is not None:
        page = ada.get(f"/reports?limit=3&state=open{cursor}").json
        seen += [item["id"] for item in page["items"]]
        cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] else None
    assert sorted(seen) == sorted(answer.json["id"] for answer in made)


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 1001}, {"reason": 5}, {"why": "x"}, [], "x"])
def test_a_report_needs_a_reason(cast: Cast, chat: list[UUID], api: Any, body: Any) -> None:
    assert api(cast.ben).post(f"/messages/{chat[4]}/reports", body).status_code == 422


def test_alumni_see_no_reports(act: Act, cast: Cast, chat: list[UUID], api: Any, client: FlaskClient) -> None:
    made = report(act, cast.ben, chat[4])
    for actor in (cast.ben, cast.cleo):
        assert api(actor).get("/reports").status_code == 403
        assert api(actor).get(f"/reports/{made.id}").status_code == 403
    assert client.get("/api/v1/reports").status_code == 401
    not_there = api(cast.ada).get(f"/reports/{cast.ada.id}")
    assert not_there.status_code == 404


def test_the_pages_report_and_decide_without_scripts(
    act: Act, cast: Cast, chat: list[UUID], page: Any, store: UnitOfWorkFactory
) -> None:
    ben, ada = page(cast.ben), page(cast.ada)
    form = ben.get(f"/messages/{chat[4]}/report")
    assert form.status_code == 200
    sent = ben.post(f"/messages/{chat[4]}/report", data={"reason": "", "csrf_token": csrf(form)})
    assert sent.status_code == 422
    sent = ben.post(f"/messages/{chat[4]}/report", data={"reason": "Look at this.", "csrf_token": csrf(form)})
    assert sent.status_code == 303

    listed = ada.get("/console/reports")
    assert "A message by Cleo" in listed.text
    with store.read_context() as ctx:
        report_id = ctx.session.scalars(select(Report.id)).one()
    shown = ada.get(f"/console/reports/{report_id}")
    assert WORDS in shown.text
    refused = ada.post(
        f"/console/reports/{report_id}/suspension",
        data={"reason": "Threats.", "days": "many", "csrf_token": csrf(shown)},
    )
    assert refused.status_code == 422
    done = ada.post(f"/console/reports/{report_id}/removal", data={"note": "", "csrf_token": csrf(shown)})
    assert done.status_code == 303
    assert "Action taken" in ada.get(f"/console/reports/{report_id}").text


def test_members_find_nothing_under_reports(cast: Cast, page: Any) -> None:
    answer = page(cast.ben).get("/console/reports")
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def test_the_reported_never_learn_who_it_was(
    act: Act, cast: Cast, chat: list[UUID], api: Any, store: UnitOfWorkFactory
) -> None:
    with store.unit_of_work(now=NOON) as uow:
        quill = make_member(uow, "Quillwort")
        room_id = uow.session.get_one(Message, chat[4]).room_id
        uow.session.add(RoomMembership(room_id=room_id, member_id=quill.id, joined_at=NOON))
    report(act, quill, chat[4])
    cleo = api(cast.cleo)
    for path in ("/me", "/notifications", "/rooms", "/sessions"):
        answer = cleo.get(path)
        assert str(quill.id) not in answer.text
        assert "Quillwort" not in answer.text
