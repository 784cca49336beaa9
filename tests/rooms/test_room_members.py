"""Who is in a room, as its members see it."""

import pytest

from community.core.errors import BadRequest, NotFound
from community.core.unit_of_work import Actor
from community.members.actions import accounts
from community.rooms.queries import room_members, rooms
from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat


@pytest.fixture
def chat(act: Act, cast: Cast) -> Chat:
    """A room of Ada, Ben, Cleo and Dov."""
    return Chat(act, cast)


def test_ben_sees_who_is_in_the_room_page_by_page(act: Act, cast: Cast, chat: Chat) -> None:
    page = act.read(cast.ben, room_members.room_members, room_id=chat.room_id, limit=3)
    assert [(one.handle, one.has_staff_badge, one.is_me) for one in page.items] == [
        ("Ada", True, False),
        ("Ben", False, True),
        ("Cleo", False, False),
    ]
    rest = act.read(cast.ben, room_members.room_members, room_id=chat.room_id, cursor=page.next_cursor)
    assert ([one.handle for one in rest.items], rest.next_cursor) == (["Dov"], None)
    with pytest.raises(BadRequest):
        act.read(cast.ben, room_members.room_members, room_id=chat.room_id, cursor="x")


def test_a_block_hides_dov_and_ben_from_each_other_and_the_count(act: Act, cast: Cast, chat: Chat) -> None:
    def listed(actor: Actor) -> list[str]:
        page = act.read(actor, room_members.room_members, room_id=chat.room_id)
        assert act.read(actor, rooms.room_view, room_id=chat.room_id).member_count == len(page.items)
        return [one.handle for one in page.items]

    assert listed(cast.ben) == listed(cast.dov) == ["Ada", "Ben", "Cleo", "Dov"]
    act(cast.dov, accounts.block, member_id=cast.ben.id)
    assert listed(cast.ben) == ["Ada", "Ben", "Cleo"]
    assert listed(cast.dov) == ["Ada", "Cleo", "Dov"]
    assert listed(cast.cleo) == ["Ada", "Ben", "Cleo", "Dov"]


def test_dov_outside_does_not_see_who_is_in_a_room(act: Act, cast: Cast, chat: Chat) -> None:
    apart = chat.another_room(cast.ada, cast.ben, kind="private")
    for room_id, actor in ((chat.room_id, cast.root), (apart, cast.cleo)):
        with pytest.raises(NotFound):
            act.read(actor, room_members.room_members, room_id=room_id)
