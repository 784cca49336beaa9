"""The preview of an open room before joining it."""

import pytest

from community.core.errors import NotFound
from community.members.actions import accounts
from community.rooms.actions import membership, messages
from community.rooms.queries import history, room_preview
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov, which Cleo has left."""
    chat = Chat(act, cast)
    act(cast.cleo, membership.leave, room_id=chat.room_id)
    return chat


def seen(act: Act, cast: Cast, chat: Chat) -> list[str | None]:
    """The messages that Cleo sees before joining."""
    return [one.body for one in act.read(cast.cleo, room_preview.room_preview, room_id=chat.room_id).messages]


def test_cleo_previews_a_room_and_the_api_still_needs_membership(act: Act, cast: Cast, chat: Chat) -> None:
    for number in range(22):
        chat.say(cast.ben, f"Message {number}")
    gone = chat.say(cast.ben, "Never mind")
    act(cast.ben, messages.remove_message, message_id=gone)

    found = act.read(cast.cleo, room_preview.room_preview, room_id=chat.room_id)
    assert [one.body for one in found.messages] == [f"Message {number}" for number in range(2, 22)]
    assert found.staff == ("Ada",)
    assert found.room.member_count == 3
    with pytest.raises(NotFound):
        act.read(cast.cleo, history.history, room_id=chat.room_id)


def test_a_block_hides_ben_from_cleo_in_the_preview(act: Act, cast: Cast, chat: Chat) -> None:
    chat.say(cast.ben, "Soup is ready")
    chat.say(cast.dov, "On my way")
    assert seen(act, cast, chat) == ["Soup is ready", "On my way"]
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    assert seen(act, cast, chat) == ["On my way"]


def test_other_rooms_show_no_message_before_joining(act: Act, cast: Cast, chat: Chat) -> None:
    private = chat.another_room(cast.ada, cast.ben, kind="private")
    with pytest.raises(NotFound):
        act.read(cast.cleo, room_preview.room_preview, room_id=private)
