"""The page of one message, which works without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Act
from tests.factories import Cast
from tests.pages import post_form
from tests.support.room_helpers import Chat

EMOJI = [("🥣", True), (" 🥣 ", True), ("soup", False), ("", False), ("🥣🥣", False)]


@pytest.mark.parametrize(("typed", "shown"), EMOJI)
def test_ben_reacts_with_any_emoji_and_is_told_what_is_none(
    act: Act, cast: Cast, page: Callable[..., FlaskClient], typed: str, shown: bool
) -> None:
    chat = Chat(act, cast)
    said = chat.say(cast.cleo, "Soup is ready")
    ben = page(cast.ben)
    answer = post_form(ben, f"/messages/{said}/signs", {"emoji": typed})
    assert answer.status_code == 303
    text = ben.get(answer.location).text
    assert ("Use one emoji." in text) is not shown
    assert ('data-emoji="🥣"' in ben.get(f"/rooms/{chat.room_id}").text) is shown


def test_ben_takes_back_marking_unread_from_the_page(
    act: Act, cast: Cast, page: Callable[..., FlaskClient], api: Callable[..., Any]
) -> None:
    chat = Chat(act, cast)
    said = chat.say(cast.cleo, "Soup is ready")
    room = f"/rooms/{chat.room_id}"
    assert api(cast.ben).put(f"{room}/read-marker", {"seq": 1}).status_code == 200
    ben = page(cast.ben)
    assert post_form(ben, f"/messages/{said}/unread", {}).status_code == 303
    text = ben.get("/rooms").text
    assert "Marked as unread." in text
    assert f'action="{room}/read"' in text
    assert api(cast.ben).get(room).json["unread"] == 1
    assert post_form(ben, f"{room}/read", {"seq": "1"}).status_code == 303
    assert api(cast.ben).get(room).json["unread"] == 0
    for wrong in ("", "-1", "x", "9" * 30):
        assert post_form(ben, f"{room}/read", {"seq": wrong}).status_code == 422
