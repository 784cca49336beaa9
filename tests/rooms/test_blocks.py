"""Two who are kept apart: for each of them, what the other said and does is as good as not there."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from community.core.unit_of_work import Actor
from community.members.actions import accounts
from community.rooms.actions import create, membership, membership_settings, messages, pins, reactions, settings
from community.rooms.engine.subscribe import answer_json
from community.rooms.queries import autocomplete, history, read_markers, search
from community.rooms.queries import messages as messages_queries
from community.rooms.queries import pins as pins_queries
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat

FOREIGN = ("legal_name", "email", "phone", "program", "role", "state", "password_hash", "time_zone")


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def without_id(answer: Any, message_id: object) -> tuple[int, bytes]:
    """Status and body of an answer, without the id that was asked for."""
    return answer.status_code, answer.data.replace(str(message_id).encode(), b"ID")


COMPANION_REQUESTS: list[tuple[str, str, Any]] = [
    ("put", "/messages/{id}/reactions/🌿", None),
    ("delete", "/messages/{id}/reactions/🌿", None),
    ("post", "/messages/{id}/reports", {"reason": "Look at this."}),
    ("patch", "/messages/{id}", {"body": "Other words."}),
    ("delete", "/messages/{id}", None),
    ("put", "/messages/{id}/pin", None),
    ("delete", "/messages/{id}/pin", None),
]


def test_a_blocked_members_message_answers_as_if_it_never_was(
    act: Act, cast: Cast, chat: Chat, api: Callable[[Actor], Any], page: Callable[[Actor], FlaskClient]
) -> None:  # R13 S13 S34
    said = {cast.cleo.id: chat.say(cast.dov, "Oranges"), cast.dov.id: chat.say(cast.cleo, "Oranges")}
    act(cast.cleo, accounts.block, member_id=cast.dov.id)
    for actor in (cast.cleo, cast.dov):  # both ways: the one who is blocked learns nothing of it
        there, nowhere = said[actor.id], uuid4()
        for method, address, body in COMPANION_REQUESTS:
            answers = [
                without_id(getattr(api(actor), method)(address.format(id=one), json=body), one)
                for one in (there, nowhere)
            ]
            assert answers[0] == answers[1], (actor.handle, method, address)
        browser = page(actor)
        pages = [without_id(browser.get(f"/messages/{one}"), one) for one in (there, nowhere)]
        assert pages[0] == pages[1]
        replies = [
            without_id(
                api(actor).post(
                    f"/rooms/{chat.room_id}/messages",
                    json={"client_msg_id": str(uuid4()), "body": "Yes", "reply_to": str(one)},
                ),
                one,
            )
            for one in (there, nowhere)
        ]
        assert replies[0] == replies[1]


def test_the_other_counts_nowhere(act: Act, cast: Cast, chat: Chat) -> None:  # R13 S34
    pinned = chat.say(cast.dov, "Oranges @Cleo")
    act(cast.ada, pins.pin, message_id=pinned)
    mine = chat.say(cast.ben, "Soup")
    act(cast.dov, reactions.react, message_id=mine, emoji="🌿")
    see = {"room_id": chat.room_id}
    before = act.read(cast.cleo, read_markers.marker, **see).unread
    assert (before, len(act.read(cast.cleo, pins_queries.pinned_messages, **see))) == (2, 1)

    act(cast.dov, accounts.block, member_id=cast.cleo.id)
    assert act.read(cast.cleo, read_markers.marker, **see).unread == 1
    assert act.read(cast.cleo, pins_queries.pinned_messages, **see) == []
    assert act.read(cast.cleo, search.search_messages, query_text="oranges").items == []
    assert "Dov" not in [one.handle for one in act.read(cast.cleo, autocomplete.suggest_members, **see)]
    assert act.read(cast.cleo, messages_queries.message_details, message_id=mine).message.reactions == ()
    assert act.read(cast.ben, messages_queries.message_details, message_id=mine).message.reactions[0].count == 1


def test_ben_left_and_reads_finds_and_hears_nothing_of_the_room(
    act: Act, cast: Cast, chat: Chat, api: Callable[[Actor], Any]
) -> None:  # S22
    said = chat.say(cast.ben, "Oranges")
    act(cast.cleo, membership.leave, room_id=chat.room_id)
    room, nowhere = chat.room_id, uuid4()
    act(cast.ben, messages.edit_message, message_id=said, body="Oranges and @Cleo")
    for method, address, body in (
        ("get", "/rooms/{id}", None),
        ("get", "/rooms/{id}/messages", None),
        ("get", "/rooms/{id}/pins", None),
        ("get", "/rooms/{id}/people", None),
        ("put", "/rooms/{id}/read-marker", {"seq": 1}),
        ("put", "/rooms/{id}/unread-from", {"seq": 1}),
        ("put", "/rooms/{id}/mute", {}),
        ("put", "/rooms/{id}/presence", None),
        ("post", "/rooms/{id}/messages", {"client_msg_id": "one", "body": "Hello"}),
    ):
        answers = [
            without_id(getattr(api(cast.cleo), method)(address.format(id=one), json=body), one)
            for one in (room, nowhere)
        ]
        assert answers[0] == answers[1], (method, address)
    assert api(cast.cleo).post("/messages/search", json={"words": "oranges"}).json["items"] == []


def test_answers_about_rooms_tell_nothing_of_people_but_their_handles(
    act: Act, cast: Cast, chat: Chat, api: Callable[[Actor], Any]
) -> None:  # S14
    chat.say(cast.ben, "Oranges")
    for path in ("/rooms", f"/rooms/{chat.room_id}/messages", f"/rooms/{chat.room_id}/people"):
        text = api(cast.cleo).get(path).get_data(as_text=True)
        assert not [word for word in FOREIGN if f'"{word}"' in text], path
    for body in ({"head_seq": 9}, {"audience_version": 1}, {"archived_at": None}, {"cut_seq": 3}, {"kind": "private"}):
        assert api(cast.ada).patch(f"/rooms/{chat.room_id}", json=body).status_code == 422
    said = {"client_msg_id": "one", "body": "Hello", "author_id": str(cast.ada.id)}
    assert api(cast.ben).post(f"/rooms/{chat.room_id}/messages", json=said).status_code == 422


def test_a_coordinator_never_reads_a_room_of_two(act: Act, cast: Cast, chat: Chat, api: Callable[[Actor], Any]) -> None:
    """S32: nor changes, searches or pins there; what a report opens is the report's."""
    two = act(None, create.open_room, kind="pairing", name="", members=[cast.ben.id, cast.cleo.id]).id
    said = chat.say(cast.ben, "Oranges", room_id=two)
    for staff in (cast.ada, cast.root):
        for path in (f"/rooms/{two}", f"/rooms/{two}/messages", f"/rooms/{two}/pins", f"/rooms/{two}/people"):
            assert api(staff).get(path).status_code == 404
        assert api(staff).post("/messages/search", json={"words": "oranges"}).json["items"] == []
        assert api(staff).patch(f"/rooms/{two}", json={"topic": "Ours"}).status_code == 404
        assert api(staff).delete(f"/messages/{said}").status_code == 404
    act(cast.cleo, pins.pin, message_id=said)
    assert [one.body for one in act.read(cast.ben, pins_queries.pinned_messages, room_id=two)] == ["Oranges"]
    act(cast.ada, settings.change_room, room_id=chat.room_id, topic="For all")
    act(cast.ben, membership_settings.mute, room_id=two, until=act.now + timedelta(hours=1))


def as_told(answer: Any, names: dict[str, str]) -> Any:
    """An answer with ids put aside: what is left must not tell the two worlds apart."""
    text = json.dumps(answer)
    for one, name in names.items():
        text = text.replace(one, name)
    return re.sub(r'"client_msg_id": "[^"]+"', '"client_msg_id": "id"', text)


def test_hidden_and_removed_messages_are_the_same_bytes_to_ben(
    act: Act, cast: Cast, api: Callable[[Actor], Any]
) -> None:
    """A10: in history, over sockets, in counts, quotations and search; `seq` and `rev` too."""
    act(cast.cleo, accounts.block, member_id=cast.ben.id)
    told: dict[str, list[Any]] = {}
    for world in ("hidden", "removed"):
        chat = Chat(act, cast)
        first = chat.say(cast.ada, "First words")
        other = chat.say(cast.cleo if world == "hidden" else cast.dov, "Other words @Ben", reply_to=first)
        if world == "removed":
            act(cast.dov, messages.remove_message, message_id=other)
        last = chat.say(cast.ada, "Last words")
        room = api(cast.ben)
        with act.store.read_context() as ctx:
            stretch = history.read_after(ctx.session, chat.room_id, seq=None, rev=None)
        assert stretch is not None
        names = {str(chat.room_id): "room"} | {
            str(one): name for one, name in ((first, "1"), (other, "2"), (last, "3"))
        }
        told[world] = [
            as_told(room.get(f"/rooms/{chat.room_id}/messages").json, names),
            as_told(json.loads(answer_json(stretch, frozenset({cast.cleo.id}))), names),
            [one["unread"] for one in room.get("/rooms").json["items"] if one["id"] == str(chat.room_id)],
            as_told(room.get(f"/rooms/{chat.room_id}/pins").json, names),
            as_told(room.post("/messages/search", json={"words": "words", "room_id": str(chat.room_id)}).json, names),
        ]
    assert told["hidden"] == told["removed"]


def test_a_messages_id_tells_the_day_and_not_the_moment(act: Act, cast: Cast, chat: Chat) -> None:
    """A10: ids are ordered by time, and a tombstone has one."""
    first, second = chat.say(cast.ben, "Words"), chat.say(cast.ben, "More")
    assert [one.int >> 80 for one in (first, second)] == [(first.int >> 80) // 86_400_000 * 86_400_000] * 2
    assert first < second
