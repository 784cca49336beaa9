"""Reactions: what is one emoji, and in which form it is stored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from community.core.migrations import config, migrate
from community.rooms.rules.messages import canonical_emoji
from tests.conftest import Act
from tests.factories import Cast
from tests.support.postgres import Postgres
from tests.support.room_helpers import Chat

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
ONE_FORM = {
    "👍": "👍",
    "👍\ufe0f": "👍",
    "❤": "❤\ufe0f",
    "❤\ufe0f": "❤\ufe0f",
    "©": "©\ufe0f",
    "©\ufe0f": "©\ufe0f",
    "™\ufe0f": "™\ufe0f",
    "☕": "☕",
    "👍🏽": "👍🏽",
    "1\ufe0f\u20e3": "1\ufe0f\u20e3",
    "1\u20e3": "1\ufe0f\u20e3",
    "#\ufe0f\u20e3": "#\ufe0f\u20e3",
    "🇳🇴": "🇳🇴",
    "👨\u200d👩\u200d👧": "👨\u200d👩\u200d👧",
    "🏳\u200d🌈": "🏳\ufe0f\u200d🌈",
    "👩🏿\u200d❤\ufe0f\u200d💋\u200d👨🏻": "👩🏿\u200d❤\ufe0f\u200d💋\u200d👨🏻",
    ENGLAND: ENGLAND,
}
NO_SIGNS = (
    "\ufe0f",
    "\ufeff",
    "\u2800",
    "\ufffd",
    "\U000e0020",
    "\ue000",
    "\u2067",
    "\u200d",
    "\u20e3",
    "a",
    "1",
    "12",
    "#",
    "中",
    "✓\u200b",
    "👍👍",
    "👍a",
    "👍\u200b",
    "👍\u202e",
    "🇳",
    "👨\u200d",
    "👍" * 20,
    " 👍",
    "\x00",
)


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


@pytest.mark.parametrize(("sign", "form"), ONE_FORM.items(), ids=ascii)
def test_every_emoji_has_one_form(sign: str, form: str) -> None:
    """X19: a sign with and without U+FE0F is one; families, flags and keycaps are signs."""
    assert canonical_emoji(sign) == form


@pytest.mark.parametrize("sign", NO_SIGNS, ids=ascii)
def test_text_that_is_no_emoji_is_refused(sign: str) -> None:
    """X19, A11: blanks, joiners, direction marks, private use, letters and several signs."""
    assert canonical_emoji(sign) is None


def test_ben_and_cleo_agree_whatever_their_keyboards_send(cast: Cast, chat: Chat, api: Any) -> None:
    """X19: two forms of a thumb are one sign with two people, and either form takes it back."""
    message_id = chat.say(cast.ada, "Soup is ready")
    ben, cleo = api(cast.ben), api(cast.cleo)

    def path(sign: str) -> str:
        return f"/messages/{message_id}/reactions/{quote(sign)}"

    assert ben.put(path("👍")).status_code == 200
    assert ben.put(path("👍\ufe0f")).status_code == 200
    both = cleo.put(path("👍\ufe0f")).json["reactions"]
    assert [(one["emoji"], one["count"]) for one in both] == [("👍", 2)]
    assert {one["emoji"] for one in cleo.put(path("❤")).json["reactions"]} == {"👍", "❤\ufe0f"}
    assert cleo.delete(path("❤")).json["reactions"] == both
    left = ben.delete(path("👍\ufe0f")).json["reactions"]
    assert [one["member_ids"] for one in left] == [[str(cast.cleo.id)]]
    for nothing in ("\ufe0f", "\u2067", "a"):
        assert ben.put(path(nothing)).status_code == 422
    assert ben.delete(path("\x00")).status_code < 500
    for nothing in ("a", "\ufe0f"):
        assert ben.delete(path(nothing)).json["reactions"] == left


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Engine]]:
    """A database before reactions had one form each."""
    url = f"sqlite:///{tmp_path / 'signs.sqlite3'}"
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = str(server.create_database("signs"))
    migrate(url)
    command.downgrade(config(url), "emoji_forms")
    command.downgrade(config(url), "-1")
    engine = create_engine(url)
    yield url, engine
    engine.dispose()


def test_doubled_signs_are_merged_when_the_database_is_brought_up(before: tuple[str, Engine]) -> None:
    """X19: rows from before keep one form for each member, and what is no emoji goes."""
    url, engine = before
    rows = ["A👍", "A👍\ufe0f", "B👍\ufe0f", "A❤", "B❤\ufe0f", "A\ufe0f", "B\u2067", "B\ue000", "A🌿"]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for row in rows:
            member = f"{ord(row[0]):032x}"
            connection.execute(
                text("INSERT INTO message_reactions VALUES (:message, :member, :sign, '2026-01-01 00:00:00')"),
                {"message": "1" * 32, "member": member, "sign": row[1:]},
            )
    migrate(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT member_id, emoji FROM message_reactions")).all()
    stored = {(chr(int(str(member).replace("-", ""), 16)), sign) for member, sign in found}
    assert stored == {("A", "👍"), ("B", "👍"), ("A", "❤\ufe0f"), ("B", "❤\ufe0f"), ("A", "🌿")}
    assert len(found) == 5
