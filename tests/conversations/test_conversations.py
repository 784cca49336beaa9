"""Conversations: a member and the coordinators, who may all answer, who opened it, and how it ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from community.check_ins.actions import check_ins
from community.console.models import CoordinatorTask
from community.conversations import actions
from community.conversations.models import Conversation
from community.core.audit_log import AuditEntry
from community.core.errors import NotFound
from community.core.ids import new_id
from community.core.settings import Settings
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.members.actions import accounts, sanctions
from community.members.models import Member, Shift
from community.notifications.models import Notification
from community.rooms.engine.message_writer import MessageWriter
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.support.run_worker import run_until_idle

FIRST_LINE = "Coordinators can read and answer here. Each time one opens this, it’s logged."


def another_coordinator(act: Act) -> Actor:
    """Eve, who coordinates like Ada."""
    with act.store.unit_of_work() as uow:
        return make_member(uow, "Eve", Role.COORDINATOR)


def say(act: Act, actor: Actor, room_id: UUID, body: str) -> None:
    """Post into the room."""
    MessageWriter(act.store).post(actor, room_id=room_id, client_msg_id=str(uuid4()), body=body)


def open_tasks(store: UnitOfWorkFactory) -> set[str]:
    """The kinds of the coordinators' open tasks."""
    with store.read_context() as ctx:
        return set(ctx.session.scalars(select(CoordinatorTask.kind).where(CoordinatorTask.done_at.is_(None))))


def told(store: UnitOfWorkFactory, actor: Actor) -> list[tuple[str, str]]:
    """What a member was notified of: kind and title."""
    with store.read_context() as ctx:
        query = select(Notification.kind, Notification.title).where(Notification.member_id == actor.id)
        return [(kind, title) for kind, title in ctx.session.execute(query.order_by(Notification.created_at))]


def test_ada_opens_one_conversation_with_cleo_and_cleo_is_notified(
    cast: Cast, act: Act, api: Any, store: UnitOfWorkFactory, settings: Settings
) -> None:
    ada, cleo = api(cast.ada), api(cast.cleo)
    made = ada.post(f"/members/{cast.cleo.id}/conversation")
    again = ada.post(f"/members/{cast.cleo.id}/conversation")

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json == again.json
    room = cleo.get(f"/rooms/{made.json['room_id']}").json
    assert (room["kind"], room["topic"], room["name"]) == ("conversation", FIRST_LINE, "Talk with us")
    assert ada.get(f"/rooms/{made.json['room_id']}").json["name"] == "Cleo"
    run_until_idle(store, settings, now=act.now)
    assert told(store, cast.cleo) == [("conversation.opened", "You have a message")]
    assert [one["title"] for one in cleo.get("/notifications").json["items"]] == ["Ada wrote to you"]


def test_cleo_asks_and_the_first_answer_settles_it_in_one_notification(
    cast: Cast, act: Act, page: Any, store: UnitOfWorkFactory, settings: Settings
) -> None:  # K8, C: "I'd like to hear from a coordinator"
    act(cast.cleo, check_ins.request_coordinator)
    with store.unit_of_work() as uow:
        begins = act.now + timedelta(days=1)
        ends = begins + timedelta(hours=4)
        made = {"series_id": new_id(), "created_by": cast.ada.id, "created_at": act.now, "time_zone": "UTC"}
        uow.session.add(Shift(member_id=cast.ada.id, starts_at=begins, ends_at=ends, **made))
    run_until_idle(store, settings, now=act.now)
    assert open_tasks(store) == {"coordinator_contact.requested"}
    assert "No one has written yet" in page_text(page(cast.cleo), "/coordinator")
    ada = page(cast.ada)
    address = f"/console/members/{cast.cleo.id}/write?about=contact"
    assert address in ada.get("/console/today").text
    assert "Hi Cleo, this is Ada. You asked to talk to one of us." in page_text(ada, address)
    sent = post_form(ada, address, {"body": "Hi Cleo, how are you?", "client_msg_id": "one"})
    twice = post_form(ada, address, {"body": "Hi Cleo, how are you?", "client_msg_id": "one"})
    assert (sent.status_code, twice.status_code, sent.location) == (303, 303, twice.location)
    run_until_idle(store, settings, now=act.now)

    assert open_tasks(store) == set()
    assert told(store, cast.cleo) == [("message.posted", "You have a message")]
    room = page_text(page(cast.cleo), sent.location)
    assert FIRST_LINE in room
    assert "Nobody is on shift right now." in room
    assert room.split('role="log"')[1].count("Hi Cleo, how are you?") == 1  # the list of rooms shows it, too
    assert "Open your conversation" in page_text(page(cast.cleo), "/coordinator")


def test_cleo_writes_after_the_end_and_it_opens_again_with_a_task(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    room = act(cast.ada, actions.open_conversation, member_id=cast.cleo.id)
    say(act, cast.cleo, room.room_id, "Are you there?")
    run_until_idle(store, settings, now=act.now)
    assert open_tasks(store) == {"conversation.waiting"}
    act(cast.ada, actions.close, room_id=room.room_id)
    run_until_idle(store, settings, now=act.now)
    assert open_tasks(store) == set()
    say(act, cast.cleo, room.room_id, "One more thing.")
    run_until_idle(store, settings, now=act.now)

    assert open_tasks(store) == {"conversation.waiting"}
    with store.read_context() as ctx:
        row = ctx.session.get_one(Conversation, room.room_id)
    assert (row.closed_at, row.owner_id) == (None, cast.ada.id)
    say(act, cast.ada, room.room_id, "I'm here.")
    run_until_idle(store, settings, now=act.now)
    assert open_tasks(store) == set()


def test_eve_takes_over_and_the_room_and_the_log_say_so(
    cast: Cast, act: Act, api: Any, page: Any, store: UnitOfWorkFactory, settings: Settings
) -> None:
    eve = another_coordinator(act)
    room_id = api(cast.ada).post(f"/members/{cast.cleo.id}/conversation").json["room_id"]
    say(act, cast.cleo, UUID(room_id), "Hello?")
    assert api(eve).get(f"/rooms/{room_id}").status_code == 404
    assert api(eve).put(f"/conversations/{room_id}/owner").status_code == 404
    assert api(eve).post(f"/members/{cast.cleo.id}/conversation").status_code == 200
    for _ in range(2):
        assert api(eve).put(f"/conversations/{room_id}/owner").status_code == 204
    run_until_idle(store, settings, now=act.now)

    said = [one["body"] for one in api(cast.cleo).get(f"/rooms/{room_id}/messages").json["messages"]]
    assert said == ["Hello?", "Eve answers here from now on."]
    assert open_tasks(store) == {"conversation.waiting"}, "the line answers nothing"
    assert "answers here." in page_text(page(cast.ada), f"/rooms/{room_id}")
    assert "Ada opened your conversation" in page_text(page(cast.cleo), "/who-looked")
    with store.read_context() as ctx:
        query = select(func.count()).where(AuditEntry.action == "conversation.taken", AuditEntry.actor_id == eve.id)
        assert ctx.session.scalar(query) == 1


def test_each_opening_by_a_coordinator_is_logged_and_shown_to_cleo(
    cast: Cast, act: Act, api: Any, page: Any, store: UnitOfWorkFactory
) -> None:  # S22
    room_id = api(cast.ada).post(f"/members/{cast.cleo.id}/conversation").json["room_id"]

    def entries(action: str) -> int:
        with store.read_context() as ctx:
            return ctx.session.scalar(select(func.count()).where(AuditEntry.action == action)) or 0

    assert (entries("conversation.opened"), entries("conversation.read")) == (1, 0)
    act.now += timedelta(hours=1)
    for read in (
        lambda: page(cast.ada).get(f"/rooms/{room_id}"),
        lambda: api(cast.ada).get(f"/rooms/{room_id}/messages"),
        lambda: page(cast.cleo).get(f"/rooms/{room_id}"),
    ):
        assert read().status_code == 200
    assert (entries("conversation.opened"), entries("conversation.read")) == (1, 1)
    log = api(cast.cleo).get("/me/looks").json["items"]
    assert [(one["what"], one["who"]) for one in log] == [("conversation", "Ada")] * 2


def test_a_demoted_coordinator_loses_conversations_at_once(
    cast: Cast, act: Act, api: Any, store: UnitOfWorkFactory, settings: Settings
) -> None:  # S22
    eve = another_coordinator(act)
    room_id = api(eve).post(f"/members/{cast.cleo.id}/conversation").json["room_id"]
    assert api(eve).get(f"/rooms/{room_id}/messages").status_code == 200
    with store.unit_of_work() as uow:
        uow.session.execute(update(Member).where(Member.id == eve.id).values(role="alumnus"))
    demoted = replace(eve, role=Role.ALUMNUS)

    for path in ("", "/messages", "/members"):
        assert api(demoted).get(f"/rooms/{room_id}{path}").status_code == 404
    assert api(demoted).post(f"/rooms/{room_id}/messages", {"client_msg_id": "x", "body": "Hi"}).status_code == 404
    assert room_id not in {one["id"] for one in api(demoted).get("/rooms").json["items"]}
    say(act, cast.cleo, UUID(room_id), "Are you there?")
    run_until_idle(store, settings, now=act.now)
    assert told(store, eve) == []
    assert open_tasks(store) == {"conversation.waiting"}


def test_ada_whom_cleo_blocked_is_kept_out_and_eve_answers(cast: Cast, act: Act, api: Any) -> None:
    eve = another_coordinator(act)
    room_id = api(cast.ada).post(f"/members/{cast.cleo.id}/conversation").json["room_id"]
    act(cast.cleo, accounts.block, member_id=cast.ada.id)

    assert api(cast.ada).get(f"/rooms/{room_id}/messages").status_code == 404
    assert api(cast.ada).post(f"/members/{cast.cleo.id}/conversation").status_code == 404
    assert api(cast.ada).get("/conversations").json["items"] == []
    assert api(eve).post(f"/members/{cast.cleo.id}/conversation").json["room_id"] == room_id
    assert api(cast.cleo).get(f"/rooms/{room_id}/messages").status_code == 200


def test_a_muted_member_may_still_write_to_the_coordinators(cast: Cast, act: Act, api: Any) -> None:
    room = act(cast.ada, actions.open_conversation, member_id=cast.cleo.id)
    act(
        cast.ada,
        sanctions.impose,
        member_id=cast.cleo.id,
        kind="mute",
        reason="Unkind.",
        until=act.now + timedelta(days=1),
    )

    said = api(cast.cleo).post(f"/rooms/{room.room_id}/messages", {"client_msg_id": "x", "body": "I'm sorry."})
    assert said.status_code == 201
    assert api(cast.cleo).delete(f"/rooms/{room.room_id}/membership").status_code == 409


def test_others_never_find_the_conversation_or_what_is_said_there(cast: Cast, act: Act, api: Any) -> None:  # S32
    room = act(cast.ada, actions.open_conversation, member_id=cast.cleo.id)
    say(act, cast.cleo, room.room_id, "quince canary")
    for other in (cast.ben, another_coordinator(act)):
        assert str(room.room_id) not in api(other).get("/rooms").text
        assert api(other).post("/messages/search", {"words": "quince"}).json["items"] == []
        assert api(other).put(f"/rooms/{room.room_id}/membership").status_code == 404
    with pytest.raises(NotFound):
        act(cast.ada, actions.open_conversation, member_id=cast.ada.id)


def test_an_urgent_message_is_told_at_night_and_a_usual_one_waits(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings
) -> None:
    act(cast.ada, actions.open_conversation, member_id=cast.cleo.id, has_message=True)
    run_until_idle(store, settings, now=act.now)
    assert told(store, cast.cleo) == []
    act(cast.ada, actions.open_conversation, member_id=cast.cleo.id, has_message=True, is_urgent=True)
    run_until_idle(store, settings, now=act.now)
    assert told(store, cast.cleo) == [("conversation.urgent", "You have a message")]
