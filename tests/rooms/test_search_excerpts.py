"""Excerpts of found messages, with the words that matched."""

import pytest

from community.core.tokenizer import terms
from community.rooms.engine.search_excerpts import MAX_LENGTH, excerpt
from community.rooms.queries import search
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat


def marked(body: str, words: str) -> str:
    """An excerpt with its matches in brackets."""
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in excerpt(body, terms(words)))


@pytest.mark.parametrize(
    ("body", "words", "shown"),
    [
        ("Oranges in the kitchen", "orange", "[Oranges] in the kitchen"),
        ("The kettle is on, is it?", '"kettle is"', "The [kettle is] on, is it?"),
        ("Un CAFÉ por favor", "cafe", "Un [CAFÉ] por favor"),
        ("coffee/tea or tea", "coffee/tea", "[coffee/tea] or tea"),
        ("שלום לכולם, מחר", "שלום", "[שלום] לכולם, מחר"),
        ("明日の会議です", "会議", "明日の[会議]です"),
        ("<b>soup</b> & bread", "soup", "<b>[soup]</b> & bread"),
        ("Nothing of it", "soup", "Nothing of it"),
    ],
)
def test_the_words_that_ben_looked_for_are_marked(body: str, words: str, shown: str) -> None:
    assert marked(body, words) == shown


def test_a_long_message_is_shown_around_its_first_match() -> None:
    body = "word " * 100 + "oranges " + "word " * 100
    shown = marked(body, "orange")
    assert shown.startswith("…word")
    assert shown.endswith("…")
    assert "[oranges]" in shown
    assert len(shown) <= MAX_LENGTH + 4


def test_cleo_finds_the_same_words_marked_on_either_database(act: Act, cast: Cast) -> None:
    chat = Chat(act, cast)
    chat.say(cast.ben, "Oranges in the kitchen, and more oranges")
    [hit] = act.read(cast.cleo, search.search_messages, query_text="orange kitchen").items
    assert [part.text for part in hit.excerpt if part.is_match] == ["Oranges", "kitchen", "oranges"]
