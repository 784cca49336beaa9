"""What people paste, from the request to the row."""

from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def post(api: Any, room_id: object, body: str) -> Any:
    """Post a message."""
    return api.post(f"/rooms/{room_id}/messages", {"client_msg_id": str(uuid4()), "body": body})


def test_ben_pastes_a_number_from_his_contacts(cast: Cast, chat: Chat, api: Any) -> None:
    """X12: marks of direction and line ends of other programs do not stop a message."""
    ben = api(cast.ben)
    for pasted, stored in {
        "\u202a+1 (555) 010-0199\u202c": "+1 (555) 010-0199",
        "\u2068+1 (555) 010-0199\u2069": "+1 (555) 010-0199",
        "one\x0btwo\x0cthree\x85four": "one\ntwo\nthree\nfour",
    }.items():
        answer = post(ben, chat.room_id, pasted)
        assert (answer.status_code, answer.json["message"]["body"]) == (201, stored)


@pytest.mark.parametrize("nothing", ["\u200b", "\u3164", "\u2800", "\ufe0f\u200d", "\U000e0020", "\u202e"], ids=ascii)
def test_ben_sends_nothing_that_shows_nothing(cast: Cast, chat: Chat, api: Any, nothing: str) -> None:
    """X12: a message, a name or a title of invisible characters is empty, and refused as such."""
    ada, ben = api(cast.ada), api(cast.ben)
    assert post(ben, chat.room_id, "a").status_code == 201
    assert post(ben, chat.room_id, nothing).status_code == 422
    assert ada.post("/rooms", {"name": nothing}).status_code == 422
    assert ada.post("/rooms", {"name": "Kitchen", "topic": nothing}).json["topic"] == ""
    assert ben.patch("/me", {"handle": nothing * 3}).status_code == 422
    meetup = {"title": nothing, "starts_at_local": "2027-01-10T10:00", "duration_minutes": 60, "time_zone": "UTC"}
    refused = ada.post("/meetups", {**meetup, "place": {"kind": "in_person", "address": "12 Elm St"}})
    assert (refused.status_code, "title" in refused.text) == (422, True)


def test_an_invited_address_is_what_ada_sees_of_it(cast: Cast, api: Any) -> None:
    """X12: what shows nothing is not part of an address."""
    made = api(cast.ada).post("/invitations", {"email": "\u202a\u200bGrace\u00ad@example.org\ufeff\u202c"})
    assert made.status_code == 201
    assert api(cast.ada).post("/invitations", {"email": "gra ce@example.org"}).status_code == 422
    listed = api(cast.ada).get("/invitations").json["items"]
    assert [one["email"] for one in listed if one["id"] == made.json["id"]] == ["grace@example.org"]


def test_bens_message_with_control_characters_is_refused(cast: Cast, chat: Chat, api: Any) -> None:
    """X12: NUL is an error of a program."""
    assert post(api(cast.ben), chat.room_id, "a\x00b").status_code == 422
