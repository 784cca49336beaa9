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
from tests.support.delivery_helpers import NIGHTS, Told, tell_of
from tests.support.push import Browser
from tests.support.room_helpers import Talk
from tests.support.smtp import MailServer


@pytest.fixture
def told(act: Act, cast: Cast, settings: Any) -> Told:
    """Telling the cast things."""
    return Told(act, settings)


def test_a_mute_ends_by_itself_at_its_moment(told: Told, cast: Cast, act: Act) -> None:
    with pytest.raises(ValidationFailed):
        act(cast.ben, mute, sort="member", subject_id=cast.cleo.id, until=act.now)
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id)
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id, until=act.now + timedelta(hours=1))
    [quiet] = act.read(cast.ben, my_mutes)
    assert (quiet.title, quiet.until) == ("Cleo", act.now + timedelta(hours=1))
    act.later(minutes=59)
    told.tell(cast.ben, concerns=[cast.cleo.id])
    assert told.deliveries(cast.ben, medium="inapp") == []
    act.later(minutes=1)
    told.tell(cast.ben, concerns=[cast.cleo.id])
    assert len(told.deliveries(cast.ben, medium="inapp")) == 1
    assert act.read(cast.ben, my_mutes) == []


def test_mail_held_for_the_morning_is_not_sent_after_ben_mutes_its_author(  # N8
    told: Told, cast: Cast, act: Act
) -> None:
    told.lives_in(cast.ben, "Europe/Berlin")
    told.wants(cast.ben, quiet=NIGHTS)
    night, morning = datetime(2026, 11, 23, 23, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    told.tell(cast.ben, at=night, concerns=[cast.cleo.id])
    told.tell(cast.ben, at=night, concerns=[cast.dov.id])
    act.now = night
    act(cast.ben, mute, sort="member", subject_id=cast.cleo.id)
    with MailServer() as server:
        told.send(morning, mail_url=server.url)
        assert server.tries == 1
    assert sorted(told.ends(cast.ben)) == [("sent", None), ("suppressed", "muted")]


def test_a_mail_counts_nothing_of_somebody_muted_since_they_wrote(told: Told, cast: Cast, act: Act) -> None:  # N8
    talk = Talk(act, cast)
    first = talk.say(cast.cleo, "Is anyone up?")
    for seq, author in ((2, cast.ben), (3, cast.dov)):
        talk.say(author, "Yes", reply_to=first)
        tell_of(told, talk.room_id, seq)
    act(cast.cleo, mute, sort="member", subject_id=cast.ben.id)
    with MailServer() as server:
        told.send(act.now + timedelta(minutes=16), mail_url=server.url)
        assert server.tries == 1
        assert "2 new" not in server.mails[0].as_string()
    act(cast.cleo, unmute, subject_id=cast.ben.id)


def test_ben_wants_his_buddy_alone_and_is_reached_by_nothing_else(told: Told, cast: Cast, act: Act) -> None:
    talk = Talk(act, cast)
    pair = {"kind": "pairing", "name": "You two", "members": [cast.ben.id, cast.cleo.id]}
    two = act(None, open_room, **pair).id
    told.device(cast.cleo, Browser("https://fcm.googleapis.com/fcm/send/one"))
    told.lives_in(cast.cleo, "UTC")
    told.wants(cast.cleo, push=True, only_buddy=True)
    act(cast.ada, update_preferences, wanted={("message.reported", "email"): True}, only_buddy=True)
    first = talk.say(cast.cleo, "Is anyone up?")
    talk.say(cast.dov, "Yes", reply_to=first)
    tell_of(told, talk.room_id, 2)
    told.tell(cast.cleo)
    assert told.ends(cast.cleo, medium="inapp") == [("sent", None)] * 2  # in here one sees everything
    assert told.ends(cast.cleo) == [("suppressed", "only_buddy")] * 2
    assert told.ends(cast.cleo, medium="push") == [("suppressed", "only_buddy")] * 2

    talk.say(cast.ben, "Here I am.", room_id=two)
    tell_of(told, two, 1)
    told.tell(cast.cleo, kind="password.changed")
    told.tell(cast.ada, kind="message.reported")
    with MailServer() as server:
        told.send(act.now + timedelta(minutes=16), mail_url=server.url)
        assert sorted(mail["To"] for mail in server.mails) == [
            "ada@example.org",
            "cleo@example.org",
            "cleo@example.org",
        ]

    told.wants(cast.cleo, only_buddy=False)
    told.tell(cast.cleo)
    assert told.ends(cast.cleo)[-1] == ("due", None)
    told.wants(cast.cleo, only_buddy=True)  # before it left
    told.send()
    assert told.ends(cast.cleo)[-1] == ("suppressed", "only_buddy")


def test_an_expired_delivery_is_dropped_and_counted(told: Told, cast: Cast, act: Act) -> None:  # N12
    counted = DELIVERIES.labels("reminder.60", "inapp", "too_late")
    before = counted._value.get()
    told.tell(cast.ben, cast.dov, kind="reminder.60", worthless_at=act.now)
    assert counted._value.get() == before + 2
    assert told.deliveries(cast.ben, medium="inapp") == []
    told.tell(cast.ben, kind="reminder.60", worthless_at=act.now + timedelta(seconds=1))
    assert len(told.deliveries(cast.ben, medium="inapp")) == 1


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
    said = Talk(act, cast).say(cast.cleo, "Good morning.")
    assert "Hear from Cleo again" in page(cast.ben).get(f"/messages/{said}").text
    assert "Keep this person quiet" in page(cast.dov).get(f"/messages/{said}").text
