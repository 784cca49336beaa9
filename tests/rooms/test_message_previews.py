"""First words of messages in the list of rooms, as each member wants to see them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat

SOUP, CRY = "Soup is ready", "I want to kill myself"


@pytest.mark.parametrize(
    ("choice", "shown"),
    [("careful", [True, False]), ("all", [True, True]), ("none", [False, False])],
)
def test_ben_sees_the_first_words_that_he_wants_to_see(
    act: Act,
    cast: Cast,
    api: Callable[..., Any],
    page: Callable[..., Any],
    choice: str,
    shown: list[bool],
) -> None:
    chat = Chat(act, cast)
    assert api(cast.ben).put("/notification-preferences", {"previews": choice}).status_code == 200
    found = []
    for words in (SOUP, CRY):
        chat.say(cast.cleo, words)
        text = page(cast.ben).get("/rooms").text
        found.append(words in text)
        assert ("New message" in text) is (words not in text)
    assert found == shown
