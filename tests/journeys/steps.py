"""What people do in journeys, one call each."""

import mailbox
import uuid
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from tests.journeys.conftest import Evening, Person
from tests.support.socketio_connection import SocketIOConnection


def new_room(host: Person, *others: Person) -> str:
    """The coordinator opens a room and the others come in."""
    room: str = host.api("POST", "/rooms", {"name": "A quiet corner"}).json()["id"]
    for one in others:
        assert one.api("PUT", f"/rooms/{room}/membership").status_code == 204
    return room


def say(wire: SocketIOConnection, room: str, words: str) -> Any:
    """Send a message; what it became."""
    sent = wire.ask("message.send", {"room_id": room, "client_msg_id": str(uuid.uuid4()), "body": words})
    assert (sent["ok"], sent["duplicate"]) == (True, False)
    return sent["message"]


def answer(person: Person, date: str, said: str) -> tuple[str, int | None]:
    """Answer a date."""
    answered = person.api("PUT", f"/occurrences/{date}/rsvp", {"answer": said})
    assert answered.status_code == 200, answered.text
    return answered.json()["state"], answered.json()["waitlist_position"]


def required_texts(person: Person) -> list[str]:
    """The versions of what has to be agreed to on joining."""
    items = person.api("GET", "/consent-texts").json()["items"]
    return [one["text_version"] for one in items if one["required"]]


def notices(person: Person, kind: str) -> list[Any]:
    """What somebody was told, of one kind."""
    items = person.api("GET", "/notifications?limit=200").json()["items"]
    return [one for one in items if one["kind"] == kind]


def about(person: Person, kind: str, thing: str) -> list[Any]:
    """What somebody was told of one thing."""
    return [one for one in notices(person, kind) if thing in one["url"]]


def mails_to(evening: Evening, email: str, *, holding: str = "") -> list[str]:
    """The texts of the mails in the maildir that are for an address and hold some words."""
    folder = Path(evening.server.service.env["COMMUNITY_DATA_DIR"], "mail")
    if not (folder / "cur").exists():  # made last
        return []
    parser = BytesParser(policy=policy.default)
    mails = [parser.parsebytes(mail.as_bytes()) for mail in mailbox.Maildir(folder)]
    texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails if mail["To"] == email]
    return [text for text in texts if holding in text]
