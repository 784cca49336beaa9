"""Finding words, days, people and pins in rooms, limited to what somebody may see now."""

from datetime import date
from typing import Any

import pytest

from community.core.errors import BadRequest, Forbidden, NotFound
from community.core.unit_of_work import Actor
from community.members.actions import accounts
from community.rooms.actions import membership, messages, pins
from community.rooms.queries import autocomplete, search
from community.rooms.queries import messages as messages_queries
from community.rooms.queries import pins as pins_queries
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def found(act: Act, actor: Actor, words: str, **more: Any) -> list[str | None]:
    """The words of what somebody finds."""
    return [one.message.body for one in act.read(actor, search.search_messages, query_text=words, **more).items]


def test_cleo_finds_words_in_any_form_newest_first(act: Act, cast: Cast, chat: Chat) -> None:
    chat.say(cast.ben, "Oranges in the kitchen")
    chat.say(cast.ada, "One orange left")
    chat.say(cast.ada, "The kettle is on")

    assert found(act, cast.cleo, "orange") == ["One orange left", "Oranges in the kitchen"]
    assert found(act, cast.cleo, "ORANGES kitchen") == ["Oranges in the kitchen"]
    assert found(act, cast.cleo, '"kettle is"') == ["The kettle is on"]
    for nothing in ("or", "!?", '"', "orange AND kettle", "room:", "message_id", chat.room_id.hex):
        assert found(act, cast.cleo, nothing) == []


def test_search_shows_nothing_that_cleo_may_not_see_now(act: Act, cast: Cast, chat: Chat) -> None:  # R13 S22 S34
    said = chat.say(cast.ben, "Oranges in the kitchen")
    gone = chat.say(cast.ben, "More oranges")
    apart = chat.say(cast.dov, "Oranges again")
    elsewhere = chat.another_room(cast.ada, cast.ben)
    chat.say(cast.ben, "Oranges elsewhere", room_id=elsewhere)
    assert len(found(act, cast.cleo, "oranges")) == 3
    assert len(found(act, cast.ben, "oranges")) == 4

    act(cast.ben, messages.remove_message, message_id=gone)
    act(cast.cleo, accounts.block, member_id=cast.dov.id)
    act(cast.ben, messages.edit_message, message_id=said, body="Apples in the kitchen")
    assert found(act, cast.cleo, "oranges") == []
    assert found(act, cast.cleo, "apples") == ["Apples in the kitchen"]
    assert found(act, cast.dov, "oranges") == ["Oranges again"]
    assert apart

    act(cast.cleo, membership.leave, room_id=chat.room_id)
    assert found(act, cast.cleo, "apples") == []
    with pytest.raises(NotFound):
        act.read(cast.cleo, search.search_messages, query_text="apples", room_id=chat.room_id)


def test_search_goes_on_from_its_cursor(act: Act, cast: Cast, chat: Chat) -> None:
    for number in range(5):
        chat.say(cast.ben, f"Orange {number}")
    first = act.read(cast.cleo, search.search_messages, query_text="orange", limit=2)
    rest = act.read(cast.cleo, search.search_messages, query_text="orange", limit=9, cursor=first.next_cursor)
    assert [one.message.body for one in (*first.items, *rest.items)] == [f"Orange {n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next_cursor is None
    with pytest.raises(BadRequest):
        act.read(cast.cleo, search.search_messages, query_text="orange", cursor="elsewhere")


def test_a_day_leads_to_its_first_message_in_the_readers_zone(act: Act, cast: Cast, chat: Chat) -> None:
    for _ in range(4):
        chat.say(cast.ben, "Again")
        act.later(hours=12)
    # Ben's zone is five hours behind: noon, midnight, noon, midnight there.
    days = [
        act.read(cast.ben, search.first_seq_on, room_id=chat.room_id, day=date(2026, 11, day))
        for day in (1, 24, 25, 30)
    ]
    assert days == [1, 2, 4, 4]
    seen = act.read(cast.ben, search.messages_around, room_id=chat.room_id, seq=3)
    assert [one.seq for one in seen] == [1, 2, 3, 4]


def test_ben_names_whom_he_may_meet_in_the_room(act: Act, cast: Cast, chat: Chat) -> None:  # S34
    def people(q: str = "") -> list[str]:
        return [one.handle for one in act.read(cast.ben, autocomplete.suggest_members, room_id=chat.room_id, q=q)]

    assert people() == ["Ada", "Cleo", "Dov"]
    assert people("cL") == ["Cleo"]
    assert people("%") == ["Ada", "Cleo", "Dov"]
    act(cast.dov, accounts.block, member_id=cast.ben.id)
    assert people() == ["Ada", "Cleo"]
    with pytest.raises(NotFound):
        act.read(cast.root, autocomplete.suggest_members, room_id=chat.room_id)


def test_ada_pins_what_all_should_see_and_everybody_hears_of_it(act: Act, cast: Cast, chat: Chat) -> None:
    message_id = chat.say(cast.ben, "The door code has changed")
    with pytest.raises(Forbidden):
        act(cast.ben, pins.pin, message_id=message_id)
    act(cast.ada, pins.pin, message_id=message_id)
    act(cast.ada, pins.pin, message_id=message_id)

    [view] = act.read(cast.cleo, pins_queries.pinned_messages, room_id=chat.room_id)
    assert (view.pinned, view.rev) == (True, 2)
    act(cast.cleo, accounts.block, member_id=cast.ben.id)
    assert act.read(cast.cleo, pins_queries.pinned_messages, room_id=chat.room_id) == []
    act(cast.ada, pins.unpin, message_id=message_id)
    assert act.read(cast.dov, pins_queries.pinned_messages, room_id=chat.room_id) == []
    act(cast.ada, pins.pin, message_id=message_id)
    act(cast.ben, messages.remove_message, message_id=message_id)
    assert act.read(cast.dov, pins_queries.pinned_messages, room_id=chat.room_id) == []


def test_earlier_versions_are_kept_for_cases_until_the_message_goes(act: Act, cast: Cast, chat: Chat) -> None:
    message_id = chat.say(cast.ben, "One")
    for words in ("Two", "Three"):
        act(cast.ben, messages.edit_message, message_id=message_id, body=words)
    assert [one.body for one in act.read(None, messages_queries.message_versions, message_id=message_id)] == [
        "One",
        "Two",
        "Three",
    ]
    act(cast.ben, messages.remove_message, message_id=message_id)
    assert act.read(None, messages_queries.message_versions, message_id=message_id) == []
