"""An evening through HTTP and sockets: somebody joins, they chat, a seat comes free, a message is taken away."""

import re

import pytest

from tests.journeys.conftest import Evening
from tests.journeys.steps import about, answer, mails_to, new_room, notices, required_texts, say
from tests.support.waiting import until

pytestmark = pytest.mark.daily_on("postgresql")

WORDS = "seven lamps over the orchard"
TABLE = {
    "title": "Thursday table",
    "starts_at_local": "2090-03-02T19:00",
    "time_zone": "America/New_York",
    "duration_minutes": 90,
    "capacity": 2,
    "place": {"kind": "in_person", "address": "41 Alder Street"},
}


def test_a_guest_is_invited_joins_and_signs_in(evening: Evening) -> None:
    dana, email = evening.demo("dana"), "linnet@example.org"
    invited = dana.api("POST", "/invitations", {"email": email, "role": "alumnus"})
    assert (invited.status_code, invited.json()["state"]) == (201, "created")

    mail = until(lambda: mails_to(evening, email), within=15, what="the invitation to be mailed")[0]
    link = re.search(r"http\S+/join/(\S+)", mail)
    assert link
    assert link[0] == invited.json()["url"]
    filled_in = {
        "token": link[1],
        "handle": "Linnet",
        "password": WORDS,
        "time_zone": "America/Denver",
        "consents": [{"text_version": one, "accepted": True} for one in required_texts(dana)],
    }
    undecided = evening.post("/invitations/accept", {**filled_in, "consents": []})
    assert (undecided.status_code, list(undecided.json()["errors"])) == (422, ["consents"])
    joined = evening.post("/invitations/accept", filled_in)
    assert joined.status_code == 201, joined.text
    again = evening.post("/invitations/accept", {**filled_in, "handle": "Someone else"})
    assert again.status_code == 410

    linnet = evening.sign_in(email, WORDS)
    assert linnet.id == joined.json()["member"]["id"]
    me = linnet.api("GET", "/me").json()
    assert (me["handle"], me["role"], me["time_zone"]) == ("Linnet", "alumnus", "America/Denver")
    told = until(lambda: notices(dana, "member.joined"), within=15, what="the coordinator to hear of it")
    assert len(told) == 1
    states = [one["state"] for one in dana.api("GET", "/invitations").json()["items"] if one["email"] == email]
    assert states == ["accepted"]


def test_three_chat_live_and_who_was_away_gets_what_was_missed(evening: Evening) -> None:
    wren, juniper, otis = (evening.demo(name) for name in ("wren", "juniper", "otis"))
    room = new_room(evening.demo("dana"), wren, juniper, otis)
    wires = [one.wire() for one in (wren, juniper, otis)]
    for wire in wires:
        opened = wire.ask("room.open", {"room_id": room, "since_seq": 0, "since_rev": 0})
        assert (opened["ok"], opened["messages"], opened["more"]) == (True, [], False)

    said = ["Soup is ready", "On my way", "Save me a bowl", "There is plenty", "Bread too?", "Always"]
    sent = [say(wires[number % 3], room, words) for number, words in enumerate(said)]
    assert [one["seq"] for one in sent] == [1, 2, 3, 4, 5, 6]
    for wire in wires:
        until(lambda wire=wire: len(wire.of("message.posted")) == len(said), what="all of it to arrive")
        posted = wire.of("message.posted")
        assert [(one["seq"], one["rev"]) for one in posted] == [(number, number) for number in range(1, 7)]
        assert [one["body"] for one in posted] == said
        assert [one["author"]["id"] for one in posted] == [wren.id, juniper.id, otis.id] * 2

    wires[2].hang_up()
    missed = [say(wires[number % 2], room, f"While Otis was away: {number}") for number in range(3)]
    changed = wren.api("PATCH", f"/messages/{sent[0]['id']}", {"body": "Soup is hot"})
    assert changed.status_code == 200
    gone = juniper.api("DELETE", f"/messages/{sent[1]['id']}")
    assert gone.status_code < 300
    with otis.wire() as back:
        opened = back.ask("room.open", {"room_id": room, "since_seq": 6, "since_rev": 6})
        assert (opened["head_seq"], opened["head_rev"], opened["more"]) == (9, 11, False)
        assert [one["id"] for one in opened["messages"]] == [one["id"] for one in missed]
        assert [(one["seq"], one["rev"], one["body"], one["removed"]) for one in opened["changes"]] == [
            (1, 10, "Soup is hot", False),
            (2, 11, None, True),
        ]
        last = say(wires[0], room, "Here he is")
        [live] = until(lambda: back.of("message.posted"))
        assert (live["id"], live["seq"], live["rev"]) == (last["id"], 10, 12)
    log = otis.api("GET", f"/rooms/{room}/messages?after_seq=0").json()["messages"]
    assert [one["seq"] for one in log] == list(range(1, 11))
    for wire in wires[:2]:
        wire.hang_up()


def test_a_freed_seat_goes_to_the_next_in_line_who_is_told_three_ways(evening: Evening) -> None:
    dana, wren, juniper, otis = (evening.demo(name) for name in ("dana", "wren", "juniper", "otis"))
    posted = dana.api("POST", "/meetups", TABLE)
    assert posted.status_code == 201, posted.text
    meetup, date = posted.json()["id"], posted.json()["occurrences"][0]["id"]
    for one in (wren, juniper, otis):
        until(lambda one=one: about(one, "meetup.posted", meetup), within=15, what="everybody to hear of it")

    answers = [answer(one, date, "going") for one in (wren, juniper, otis)]
    assert answers == [("going", None), ("going", None), ("waitlisted", 1)]
    with otis.wire() as wire:
        assert answer(wren, date, "declined") == ("declined", None)
        rung = until(lambda: [one for one in wire.of("notification.created") if one["kind"] == "rsvp.promoted"])
    [told] = about(otis, "rsvp.promoted", meetup)
    assert (told["title"], told["read_at"]) == (f"You got a seat: {TABLE['title']}", None)
    assert [one["id"] for one in rung] == [told["id"]]
    assert otis.api("GET", f"/notifications/{told['id']}").json() == told
    [mine] = otis.api("GET", f"/meetups/{meetup}").json()["occurrences"]
    assert (mine["going_count"], mine["waitlist_count"]) == (2, 0)
    assert (mine["my_rsvp"]["state"], mine["my_rsvp"]["waitlist_position"]) == ("going", None)

    open_path = f"/notifications/{told['id']}/open"
    mail = until(lambda: mails_to(evening, "otis@demo.invalid", holding=open_path), within=15, what="a mail")
    assert len(mail) == 1
    assert TABLE["title"] not in mail[0]
    assert not [one for name in (wren, juniper) for one in about(name, "rsvp.promoted", meetup)]
    assert otis.api("PUT", "/notifications/read-marker", {"id": told["id"]}).status_code == 200
    assert otis.api("GET", f"/notifications/{told['id']}").json()["read_at"] is not None


def test_a_reported_message_is_removed_and_everybody_has_the_tombstone(evening: Evening) -> None:
    dana, wren, juniper, otis = (evening.demo(name) for name in ("dana", "wren", "juniper", "otis"))
    room = new_room(dana, wren, juniper, otis)
    with wren.wire() as hers, juniper.wire() as reader, otis.wire() as other:
        wires = (hers, reader, other)
        for wire in wires:
            assert wire.ask("room.open", {"room_id": room})["ok"]
        words = "Something that should not stand here"
        message = say(hers, room, words)
        reported = juniper.api("POST", f"/messages/{message['id']}/reports", {"reason": "This frightens me."})
        assert (reported.status_code, reported.json()["state"]) == (201, "open")
        report = reported.json()["id"]
        until(lambda: about(dana, "message.reported", report), within=15, what="the coordinator to hear of it")

        [listed] = [one for one in dana.api("GET", "/reports?state=open").json()["items"] if one["id"] == report]
        assert words not in str(listed)
        seen = dana.api("GET", f"/reports/{report}").json()
        assert (seen["message_id"], seen["author"]["id"], seen["reporter"]["id"]) == (
            message["id"],
            wren.id,
            juniper.id,
        )
        assert [one["body"] for one in seen["messages"] if one["reported"]] == [words]
        assert juniper.api("GET", "/reports").status_code == 403
        removal = dana.api("POST", f"/reports/{report}/removal", {"note": "Names a third person."})
        assert (removal.status_code, removal.json()["state"]) == (200, "actioned")

        for wire in wires:
            [stone] = until(lambda wire=wire: wire.of("message.changed"), what="the tombstone")
            assert (stone["id"], stone["seq"], stone["rev"]) == (message["id"], 1, 2)
            assert (stone["removed"], stone["author"], stone["body"]) == (True, None, None)
    for one in (wren, juniper, otis, dana):
        [left] = one.api("GET", f"/rooms/{room}/messages").json()["messages"]
        assert (left["id"], left["removed"], left["author"], left["body"]) == (message["id"], True, None, None)
