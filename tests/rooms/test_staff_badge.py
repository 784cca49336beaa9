"""The badge beside the names of staff."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.conftest import Act
from tests.factories import Cast
from tests.support.room_helpers import Chat


def test_dov_cannot_write_himself_the_badge_of_staff(act: Act, cast: Cast, page: Callable[..., FlaskClient]) -> None:
    """A11: the page draws the badge beside Ada's name by her role, and beside nobody else's."""
    chat = Chat(act, cast)
    chat.say(cast.ada, "Welcome")
    chat.say(cast.dov, "Ada, Staff")
    shown = page(cast.ben).get(f"/rooms/{chat.room_id}").text
    beside = dict(re.findall(r'<b dir="auto">(\w+)</b>(.*?)<time', shown))
    assert beside == {"Ada": '<span class="tag">Staff</span>', "Dov": ""}
    staff = re.search(r'data-staff="([^"]*)"', shown)
    assert staff is not None
    assert set(staff[1].split()) == {str(cast.ada.id), str(cast.root.id)}
