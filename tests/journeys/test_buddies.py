"""Two people become buddies through HTTP and sockets: suggested, two times yes in one moment, a room, an end."""

import threading
import uuid
from typing import Any

import pytest
import requests

from tests.journeys.conftest import Evening, Person
from tests.journeys.steps import about, mails_to, say
from tests.support.socketio_connection import SocketIOConnection
from tests.support.waiting import until

pytestmark = pytest.mark.daily_on("postgresql")


def test_a_match_run_suggests_both_say_yes_at_once_and_their_room_opens(evening: Evening) -> None:  # B1 B2
    dana, wren, juniper, otis = (evening.demo(name) for name in ("dana", "wren", "juniper", "otis"))
    refused = wren.api("POST", "/match-runs", {})
    assert refused.status_code == 403
    rehearsed = run(dana, dry_run=True)
    assert [suggestions(one) for one in (wren, juniper)] == [[], []], "a rehearsal suggests nothing to anybody"
    ran = run(dana, dry_run=False)
    assert ran["inputs_hash"] == rehearsed["inputs_hash"]
    assert ran["suggestions"] == rehearsed["suggestions"], "the same people and seed, the same pairs"
    assert sorted((wren.id, juniper.id)) in [sorted(one["member_ids"]) for one in ran["suggestions"]]

    [hers], [theirs] = suggestions(wren), suggestions(juniper)
    assert hers["id"] == theirs["id"]
    assert hers["reasons"]
    assert all(one["other"]["about"] for one in (hers, theirs))
    path = f"/buddy-suggestions/{hers['id']}"
    for one in (wren, juniper):
        until(lambda one=one: about(one, "buddy.suggested", hers["id"]), within=15, what="both to hear of it")
    strangers = otis.api("POST", f"{path}/accept")
    assert strangers.status_code == 404

    with wren.wire() as left, juniper.wire() as right:
        answers = at_once(lambda: wren.api("POST", f"{path}/accept"), lambda: juniper.api("POST", f"{path}/accept"))
        assert [one.status_code for one in answers] == [200, 200]
        assert sorted(one.json()["state"] for one in answers) == ["accepted_by_one", "matched"]
        pairing = the_same_pairing(wren, juniper)
        for person, wire in ((wren, left), (juniper, right)):
            hears_of_the_match(evening, person, wire, pairing["id"])
        they_chat(left, right, pairing["room_id"])
    for stranger in (otis, dana):
        finds_nothing(stranger, pairing)
    one_ends_it(wren, juniper, pairing)


def the_same_pairing(left: Person, right: Person) -> Any:
    """There is one pairing, and each sees the other in it."""
    [hers], [theirs] = pairings(left), pairings(right)
    assert (hers["id"], hers["room_id"], hers["state"]) == (theirs["id"], theirs["room_id"], "active")
    assert hers["other"] == {"id": right.id, "handle": right.handle}
    assert theirs["other"] == {"id": left.id, "handle": left.handle}
    return hers


def hears_of_the_match(evening: Evening, person: Person, wire: SocketIOConnection, pairing: str) -> None:
    """By one notification, one ring, and one mail that names nobody."""
    [told] = until(lambda: about(person, "buddy.matched", pairing), within=15, what="the match to be told")
    rung = until(lambda: [one for one in wire.of("notification.created") if one["id"] == told["id"]])
    assert len(rung) == 1
    open_path, email = f"/notifications/{told['id']}/open", f"{person.handle.lower()}@demo.invalid"
    mails = until(lambda: mails_to(evening, email, holding=open_path), within=15, what="a mail")
    assert len(mails) == 1
    assert not [name for name in ("Wren", "Juniper", "buddy") if name in mails[0]]


def they_chat(left: SocketIOConnection, right: SocketIOConnection, room: str) -> None:
    """Their room is empty; each says something and both have both."""
    for wire in (left, right):
        opened = wire.ask("room.open", {"room_id": room, "since_seq": 0, "since_rev": 0})
        assert (opened["ok"], opened["messages"]) == (True, [])
    said = [say(left, room, "Hello, you"), say(right, room, "Hello back")]
    for wire in (left, right):
        until(lambda wire=wire: len(wire.of("message.posted")) == len(said), what="both messages")
        assert [one["id"] for one in wire.of("message.posted")] == [one["id"] for one in said]


def finds_nothing(stranger: Person, pairing: Any) -> None:
    """Nobody else, a coordinator neither, comes near it."""
    for path in (f"/pairings/{pairing['id']}", f"/rooms/{pairing['room_id']}/messages"):
        assert stranger.api("GET", path).status_code == 404
    with stranger.wire() as wire:
        assert not wire.ask("room.open", {"room_id": pairing["room_id"]})["ok"]


def one_ends_it(leaving: Person, left: Person, pairing: Any) -> None:
    """The other hears that it is over and not why; the room takes nothing more."""
    ended = leaving.api("POST", f"/pairings/{pairing['id']}/end", {"reason": "completed"})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    [note] = until(lambda: about(left, "pairing.ended", pairing["id"]), within=15, what="the end to be told")
    assert "completed" not in str(note)
    assert about(leaving, "pairing.ended", pairing["id"]) == []
    with left.wire() as wire:
        late = {"room_id": pairing["room_id"], "client_msg_id": str(uuid.uuid4()), "body": "One more thing"}
        assert not wire.ask("message.send", late)["ok"]
    assert pairings(left)[0]["state"] == "ended"


def run(host: Person, *, dry_run: bool) -> Any:
    """A match run, as it is when it is done."""
    started = host.api("POST", "/match-runs", {"dry_run": dry_run, "seed": 7})
    assert started.status_code in (201, 202), started.text
    path = f"/match-runs/{started.json()['id']}"
    return until(
        lambda: found if (found := host.api("GET", path).json())["state"] == "done" else None,
        within=60,
        what="the run to be done",
    )


def suggestions(person: Person) -> list[Any]:
    """The open suggestions to somebody."""
    items = person.api("GET", "/buddy-suggestions").json()["items"]
    return [one for one in items if one["state"] == "suggested"]


def pairings(person: Person) -> list[Any]:
    """Somebody's pairings."""
    items: list[Any] = person.api("GET", "/pairings").json()["items"]
    return items


def at_once(*calls: Any) -> list[requests.Response]:
    """Make calls in one moment; their answers in the order of the calls."""
    ready = threading.Barrier(len(calls))
    answers: dict[int, requests.Response] = {}

    def make(number: int) -> None:
        ready.wait(15)
        answers[number] = calls[number]()

    threads = [threading.Thread(target=make, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(calls))]
