"""What is written is found by typing it, on both databases alike."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from community.core.tokenizer import terms, tokens
from community.core.unit_of_work import Actor
from community.rooms.actions import backfill, messages
from community.rooms.models import MessageBackfill
from community.rooms.queries import search
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat

# A message, what finds it besides its own text, and what does not.
CASES: list[tuple[str, list[str], list[str]]] = [
    (
        "coffee/tea and his/her",
        ["tea", "coffee", "her", "coffee/tea", "coffee tea", "his/her tea"],
        ["coffee/her", "te"],
    ),
    ("see wiki.example.org", ["example.org", "example", "wiki"], ["wiki.org"]),
    ("https://meet.example.net/room-seven?x=1", ["room-seven", "meet.example.net", "seven", "/room-seven"], ["x=2"]),
    ("wren.fields@example.com", ["wren.fields", "fields@example", "wren"], ["fields.wren"]),
    ("plan_final.pdf", ["plan", "final.pdf", "PLAN_FINAL"], ["planfinal"]),
    ("call 1-800-662-4357", ["4357", "662-4357", "1-800", "800"], ["8006624357"]),
    ("12.5 of 1e5 at -3", ["12.5", "1e5", "-3", "3"], ["125"]),
    ("v2.0-rc1 C++ #12", ["rc1", "v2.0", "C++", "#12"], ["v20"]),
    ("party🎉time ❤️ 👍🏽", ["party", "time", "🎉", "❤", "❤️", "👍", "👍🏿"], ["partytime", "🎈"]),
    ("Café, NAÏVE, Straße, İzmir, Ångström", ["cafe", "CAFÉ", "naive", "strasse", "izmir", "angstrom"], ["caf"]),
    ("ﬁle Ｆｕｌｌ ①", ["file", "full", "1"], []),
    ("今晚的会议在七点", ["会议", "今晚", "点", "会", "议在七", "今晚的会议"], ["议会", "晚上"]),
    ("カフェで会いましょう", ["カフェ", "会いま", "う"], ["フカ"]),
    ("iPhone手机在iPad旁", ["iphone", "手机", "iPhone手机", "手机在iPad", "ipad旁"], ["手在"]),
    ("서울에서 만나요", ["서울", "만나", "서울에서"], ["에울"]),
    ("สวัสดีครับ", ["สวัสดี", "ครับ"], ["รคับ"]),
    ("प्रिया कि", ["प्रिया", "कि"], ["कु", "प्र"]),
    ("Встреча в семь", ["встреча", "СЕМЬ"], ["встр"]),
    ("don’t don't O’Brien", ["don't", "O'Brien", "Brien"], ["dont"]),
    ("walking hours", ["walk", "walked", "hour"], ["wal"]),
    ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"], []),
    ("x" * 300, ["x" * 200], ["x" * 30]),
    ("the and or not NEAR", ["the", "or", "NOT", "near", "and"], ["nor"]),
    ("50% off_now; 'quoted' \\back (paren) a|b & c:*", ["50%", "off", "quoted", "back", "paren", "a|b", "c:*"], ["ab"]),
]


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def found(act: Act, actor: Actor, words: str, **more: Any) -> list[UUID]:
    """What somebody finds."""
    return [one.message.id for one in act.read(actor, search.search_messages, query_text=words, **more).items]


def test_ben_finds_what_stands_there_by_typing_it(act: Act, cast: Cast, chat: Chat) -> None:
    """X6: slashes, hosts, addresses, file names, numbers, pictures, accents, scripts without blanks."""
    said = [chat.say(cast.cleo, body) for body, _, _ in CASES]
    for message_id, (body, finds, misses) in zip(said, CASES, strict=True):
        for typed in (body[:200], f'"{body[:150]}"' if '"' not in body else body, *finds):
            assert message_id in found(act, cast.ben, typed, limit=50), (body, typed)
        for typed in misses:
            assert message_id not in found(act, cast.ben, typed, limit=50), (body, typed)


def test_quotes_keep_words_together_in_every_script(act: Act, cast: Cast, chat: Chat) -> None:
    """X6: a phrase is a row of words, whatever signs are between them."""
    said = chat.say(cast.cleo, "The kettle, is on. 会议 在七点")
    for typed in ('"kettle is"', '"the kettle is on"', '"on 会议"', '"会议 在七"', '"is on 会"'):
        assert found(act, cast.ben, typed) == [said], typed
    for typed in ('"kettle on"', '"会议七点"', '"is the"'):
        assert found(act, cast.ben, typed) == [], typed


def test_words_take_few_steps_however_long_they_are() -> None:
    """X6: what is indexed is bounded by the length of the message."""
    for body in ("a " * 2_000, "会" * 4_000, "ab1" * 1_333, "é" * 4_000, "❤️" * 2_000):
        assert len(tokens(body)) <= 4_000
        assert all(len(word.encode()) <= 256 for word in tokens(body))
    assert len(terms("a " * 100)) == 12


def test_messages_from_before_are_found_once_the_worker_was_there(act: Act, cast: Cast, chat: Chat) -> None:
    """X6: the index is made anew in batches, and keeps what is newer first."""
    first, second = (chat.say(cast.cleo, f"coffee/tea {place}") for place in ("one", "two"))
    with act.store.unit_of_work() as uow:
        words = "'old':1" if not act.store.database.is_sqlite else "old"
        uow.session.execute(sql("UPDATE message_words SET words = :words"), {"words": words})
        uow.session.add(MessageBackfill(name="words", before=UUID(int=2**128 - 1)))
    assert found(act, cast.ben, "tea") == []
    while backfill.run_batch(act.store, "words", backfill.BACKFILLS["words"], at_once=1):
        pass
    assert sorted(found(act, cast.ben, "tea")) == sorted([first, second])
    if act.store.database.is_sqlite:  # by the order in which they came; PostgreSQL goes by time
        assert found(act, cast.ben, "tea") == [second, first]
        act(cast.cleo, messages.edit_message, message_id=first, body="Only tea")
        assert found(act, cast.ben, "tea") == [second, first]


def test_a_search_looks_into_an_index_and_reads_no_message(act: Act, cast: Cast, chat: Chat) -> None:
    """X6: words and rooms are found by an index on both databases."""
    chat.say(cast.cleo, "tea")
    with act.store.read_context() as ctx:
        if act.store.database.is_sqlite:
            query = "EXPLAIN QUERY PLAN SELECT rowid FROM message_words WHERE message_words MATCH 'words : (\"tea\")'"
            plan = [row.detail for row in ctx.session.execute(sql(query))]
            assert "VIRTUAL TABLE INDEX" in plan[0]
        else:
            ctx.session.execute(sql("SET LOCAL enable_seqscan = off"))
            query = "EXPLAIN SELECT message_id FROM message_words WHERE words @@ CAST('''tea'' & ''room''' AS tsquery)"
            assert "ix_message_words_words" in "".join(row[0] for row in ctx.session.execute(sql(query)))
