"""What a member keeps quiet, for how long, and who alone may reach them outside."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from community.core.errors import ValidationFailed
from community.core.metrics import DELIVERIES
from community.notifications.actions import mute, unmute, update_preferences
from community.notifications.queries.mutes import my_mutes
from community.rooms.actions.create import open_room
from tests.conftest import Act
from tests.factories import Cast
from tests.support.delivery_helpers import NIGHTS, Deliveries, notify_of_message
from tests.support.push import Browser
from tests.support.room_helpers import Chat
from tests.support.smtp import MailServer


@pytest.fixture
def deliveries(act: Act, cast: Cast, settings: Any) -> Deliveries:
    """Telling the cast things."""
    return Deliveries(act, settings)


def test_a_mute_ends_by_itself_at_its_moment(deliveries: Deliveries, cast: Cast, act: Act) -> None:
    with pytest.raises(ValidationFailed):
        act(cast.ben, mute, sort="member", subject_id=cast.cleo.id, until=act.now)
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id)
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id, until=act.now + timedelta(hours=1))
    [quiet] = act.read(cast.ben, my_mutes)
    assert (quiet.title, quiet.until) == ("Cleo", act.now + timedelta(hours=1))
    act.later(minutes=59)
    deliveries.tell(cast.ben, concerns=[cast.cleo.id])
    assert deliveries.deliveries(cast.ben, medium="inapp") == []
    act.later(minutes=1)
    deliveries.tell(cast.ben, concerns=[cast.cleo.id])
    assert len(deliveries.deliveries(cast.ben, medium="inapp")) == 1
    assert act.read(cast.ben, my_mutes) == []


def test_mail_held_for_the_morning_is_not_sent_after_ben_mutes_its_author(  # N8
    deliveries: Deliveries, cast: Cast, act: Act
) -> None:
    deliveries.lives_in(cast.ben, "Europe/Berlin")
    deliveries.wants(cast.ben, quiet=NIGHTS)
    night, morning = datetime(2026, 11, 23, 23, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    deliveries.tell(cast.ben, at=night, concerns=[cast.cleo.id])
    deliveries.tell(cast.ben, at=night, concerns=[cast.dov.id])
    act.now = night
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id)
    with MailServer() as server:
        deliveries.send(morning, mail_url=server.url)
        assert server.tries == 1
    assert sorted(deliveries.ends(cast.ben)) == [("sent", None), ("suppressed", "muted")]


def test_a_mail_counts_nothing_of_somebody_muted_since_they_wrote(
    deliveries: Deliveries, cast: Cast, act: Act
) -> None:  # N8
    chat = Chat(act, cast)
    first = chat.say(cast.cleo, "Is anyone up?")
    for seq, author in ((2, cast.ben), (3, cast.dov)):
        chat.say(author, "Yes", reply_to=first)
        notify_of_message(deliveries, chat.room_id, seq)
    act(cast.cleo, mute, sort="member", subject_id=cast.ben.id)
    with MailServer() as server:
        deliveries.send(act.now + timedelta(minutes=16), mail_url=server.url)
        assert server.tries == 1
        assert "2 new" not in server.mails[0].as_string()
    act(cast.cleo, unmute, subject_id=cast.ben.id)


def test_ben_wants_his_buddy_alone_and_is_reached_by_nothing_else(deliveries: Deliveries, cast: Cast, act: Act) -> None:
    chat = Chat(act, cast)
    pair = {"kind": "pairing", "name": "You two", "members": [cast.ben.id, cast.cleo.id]}
    two = act(None, open_room, **pair).id
    deliveries.device(cast.cleo, Browser("https://fcm.googleapis.com/fcm/send/one"))
    deliveries.lives_in(cast.cleo, "UTC")
    deliveries.wants(cast.cleo, push=True, buddy_only=True)
    act(cast.ada, update_preferences, wanted={("message.reported", "email"): True}, buddy_only=True)
    first = chat.say(cast.cleo, "Is anyone up?")
    chat.say(cast.dov, "Yes", reply_to=first)
    notify_of_message(deliveries, chat.room_id, 2)
    deliveries.tell(cast.cleo)
    assert deliveries.ends(cast.cleo, medium="inapp") == [("sent", None)] * 2  # in here one sees everything
    assert deliveries.ends(cast.cleo) == [("suppressed", "only_buddy")] * 2
    assert deliveries.ends(cast.cleo, medium="push") == [("suppressed", "only_buddy")] * 2

    chat.say(cast.ben, "Here I am.", room_id=two)
    notify_of_message(deliveries, two, 1)
    deliveries.tell(cast.cleo, kind="password.changed")
    deliveries.tell(cast.ada, kind="message.reported")
    with MailServer() as server:
        deliveries.send(act.now + timedelta(minutes=16), mail_url=server.url)
        assert sorted(mail["To"] for mail in server.mails) == [
            "ada@example.org",
            "cleo@example.org",
            "cleo@example.org",
        ]

    deliveries.wants(cast.cleo, buddy_only=False)
    deliveries.tell(cast.cleo)
    assert deliveries.ends(cast.cleo)[-1] == ("due", None)
    deliveries.wants(cast.cleo, buddy_only=True)  # before it left
    deliveries.send()
    assert deliveries.ends(cast.cleo)[-1] == ("suppressed", "only_buddy")


def test_an_expired_delivery_is_dropped_and_counted(deliveries: Deliveries, cast: Cast, act: Act) -> None:  # N12
    counted = DELIVERIES.labels("reminder.60", "inapp", "too_late")
    before = counted._value.get()
    deliveries.tell(cast.ben, cast.dov, kind="reminder.60", expires_at=act.now)
    assert counted._value.get() == before + 2
    assert deliveries.deliveries(cast.ben, medium="inapp") == []
    deliveries.tell(cast.ben, kind="reminder.60", expires_at=act.now + timedelta(seconds=1))
    assert len(deliveries.deliveries(cast.ben, medium="inapp")) == 1


def test_doors_take_an_end_and_say_it(cast: Cast, act: Act, api: Callable[..., Any], page: Callable[..., Any]) -> None:
    ben = api(cast.ben)
    assert ben.put(f"/mutes/member/{cast.cleo.id}", {"until": "2099-01-01T08:00:00Z"}).status_code == 204
    [item] = ben.get("/mutes").json["items"]
    assert (item["title"], item["until"]) == ("Cleo", "2099-01-01T08:00:00Z")
    wrong = ben.put(f"/mutes/member/{cast.cleo.id}", {"until": "2001-01-01T08:00:00Z"})
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["until"])
    assert ben.put("/notification-preferences", {"only_buddy": True}).json["only_buddy"] is True
    text = page(cast.ben).get("/notifications/preferences").text
    assert 'name="only_buddy" value="yes" checked' in text
    assert "<p>Until " in text
    said = Chat(act, cast).say(cast.cleo, "Good morning.")
    assert "Unmute Cleo" in page(cast.ben).get(f"/messages/{said}").text
    assert "Mute Cleo" in page(cast.dov).get(f"/messages/{said}").text
