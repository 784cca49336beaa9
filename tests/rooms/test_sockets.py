"""Rooms over real sockets, two web processes and a real Valkey."""

import threading
import uuid
from typing import Any

import pytest
import requests
import socketio
import websocket

from tests.rooms.conftest import RoomServer
from tests.support.service import Client
from tests.support.waiting import until

pytestmark = pytest.mark.daily_on("sqlite")


def message(room: str, body: str = "Hello", **more: Any) -> dict[str, Any]:
    """What `message.send` takes."""
    return {"room_id": room, "client_msg_id": str(uuid.uuid4()), "body": body, **more}


def test_bens_message_is_stored_and_shown_to_all_once(server: RoomServer) -> None:
    room = server.room(1, 2)
    with server.socket(1) as ben, server.socket(2) as cleo:
        for one in (ben, cleo):
            opened = one.ask("room.open", {"room_id": room})
            assert (opened["ok"], opened["messages"], opened["more"]) == (True, [], False)
        said = message(room, "Kettle is on")
        answer: Any = ben.ask("message.send", said)
        assert (answer["ok"], answer["duplicate"], answer["message"]["seq"]) == (True, False, 1)

        for one in (ben, cleo):
            [posted] = until(lambda one=one: one.of("message.posted"))
            assert posted["body"] == "Kettle is on"
            assert posted["author"]["id"] == server.ids[1]
            assert {"id", "room_id", "seq", "rev", "client_msg_id", "created_at", "reply_to"} < set(posted)
            assert set(posted) - {"author", "body", "edited_at", "removed", "reactions", "pinned"} == {
                "id",
                "room_id",
                "seq",
                "rev",
                "client_msg_id",
                "created_at",
                "reply_to",
            }


def test_the_same_id_fifty_times_at_once_is_one_message(server: RoomServer) -> None:  # R1 R2
    room = server.room(1)
    said = message(room, "Once")
    with server.socket(1) as ben:
        ben.ask("room.open", {"room_id": room})
        answers: list[Any] = []
        body = {key: said[key] for key in ("client_msg_id", "body")}

        def send() -> None:
            answers.append(server.api(1)("POST", f"/rooms/{room}/messages", body))

        threads = [threading.Thread(target=send) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
        assert len({answer.json()["message"]["id"] for answer in answers}) == 1
        assert sum(not answer.json()["duplicate"] for answer in answers) == 1
        conflict: Any = ben.ask("message.send", {**said, "body": "Another"})
        assert conflict["error"]["code"] == "idempotency_conflict"
        ben.ask("message.send", message(room, "Last"))
        until(lambda: len(ben.of("message.posted")) >= 2)
        assert [one["seq"] for one in ben.of("message.posted")] == [1, 2]


def test_many_writers_leave_no_hole_and_readers_see_the_order(server: RoomServer) -> None:  # R3 R5
    room = server.room(1, 2, 3, 4)
    each = 25
    readers: list[Client] = [server.socket(place) for place in (1, 2)]
    for reader in readers:
        reader.ask("room.open", {"room_id": room})

    def write(place: int) -> None:
        with server.socket(place) as writer:
            for number in range(each):
                assert writer.ask("message.send", message(room, f"{place}: {number}"))["ok"]

    threads = [threading.Thread(target=write, args=(place,)) for place in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for reader in readers:
        until(lambda reader=reader: len(reader.of("message.posted")) >= 4 * each, what="all messages to arrive")
        assert [one["seq"] for one in reader.of("message.posted")] == list(range(1, 4 * each + 1))
        reader.sio.disconnect()
    page: Any = server.api(1)("GET", f"/rooms/{room}/messages?after_seq=0&limit=200").json()
    assert [one["seq"] for one in page["messages"]] == list(range(1, 4 * each + 1))
    assert page["head_seq"] == 4 * each


def test_ben_reconnects_and_gets_exactly_what_he_missed(server: RoomServer) -> None:  # R14
    room = server.room(1, 2)
    with server.socket(1) as ben:
        first: Any = ben.ask("message.send", message(room, "One"))
        second: Any = ben.ask("message.send", message(room, "Two"))
        server.api(1)("PATCH", f"/messages/{first['message']['id']}", {"body": "One, mended"})
        server.api(1)("DELETE", f"/messages/{second['message']['id']}")
        ben.ask("message.send", message(room, "Three"))

    with server.socket(2) as cleo:
        missed: Any = cleo.ask("room.open", {"room_id": room, "since_seq": 2, "since_rev": 2})
        assert (missed["head_seq"], missed["head_rev"]) == (3, 5)
        assert [one["body"] for one in missed["messages"]] == ["Three"]
        mended, gone = missed["changes"]
        assert (mended["body"], mended["rev"]) == ("One, mended", 3)
        assert (gone["removed"], gone["author"], gone["body"], gone["rev"]) == (True, None, None, 4)
        reaction = server.api(1)("PUT", f"/messages/{first['message']['id']}/reactions/🌿")
        assert reaction.status_code == 200
        [changed] = until(lambda: cleo.of("message.changed"))
        assert (changed["rev"], changed["reactions"][0]["emoji"]) == (6, "🌿")


def test_ben_leaves_or_is_signed_out_and_gets_nothing_more(server: RoomServer) -> None:  # S8 R14
    room = server.room(1, 2, 3)
    with server.socket(1) as ben, server.socket(2) as cleo, server.socket(3) as dov:
        for one in (ben, cleo, dov):
            one.ask("room.open", {"room_id": room})
        ben.ask("message.send", message(room, "Before"))
        for one in (cleo, dov):
            until(lambda one=one: one.of("message.posted"))

        server.api(2)("DELETE", f"/rooms/{room}/membership")
        ben.ask("message.send", message(room, "After"))
        until(lambda: len(dov.of("message.posted")) == 2)
        assert len(cleo.of("message.posted")) == 1
        refused: Any = cleo.ask("room.open", {"room_id": room})
        nowhere: Any = cleo.ask("room.open", {"room_id": str(uuid.uuid4())})
        assert refused == nowhere
        assert refused["error"]["code"] == "not_found"


def test_an_ended_session_closes_its_sockets_within_a_second(server: RoomServer) -> None:  # S8
    invited = server.api(0)("POST", "/invitations", {"email": f"{uuid.uuid4().hex}@example.org"}).json()
    url = server.service.url
    joined = requests.post(
        f"{url}/api/v1/invitations/accept",
        json={
            "token": invited["url"].rsplit("/", 1)[1],
            "handle": f"W {uuid.uuid4().hex[:8]}",
            "password": "seven calm herons wade",
            "time_zone": "America/Denver",
            "consents": [{"text_version": one, "accepted": True} for one in ("rules-2", "privacy-2")],
        },
        timeout=10,
    ).json()
    wren = Client(url, joined["token"])

    assert server.service.api(joined["token"])("DELETE", "/session").status_code == 204

    until(lambda: not wren.sio.connected, within=1.5, what="the socket to close")
    assert wren.of("session.ended") == [{"code": "session_ended"}]
    with pytest.raises(socketio.exceptions.ConnectionError):
        Client(url, joined["token"])


def test_blocked_words_arrive_as_a_removed_message(server: RoomServer) -> None:  # R13
    room = server.room(4, 5, 6)
    server.api(4)("PUT", f"/members/{server.ids[5]}/block")
    with server.socket(4) as ben, server.socket(5) as cleo, server.socket(6) as dov:
        for one in (ben, cleo, dov):
            one.ask("room.open", {"room_id": room})
        cleo.ask("message.send", message(room, "You will not read this"))
        [seen] = until(lambda: ben.of("message.posted"))
        [whole] = until(lambda: dov.of("message.posted"))
    assert (seen["removed"], seen["author"], seen["body"], seen["client_msg_id"]) == (True, None, None, None)
    assert whole["body"] == "You will not read this"
    listed: Any = server.api(4)("GET", "/rooms").json()["items"]
    assert next(one for one in listed if one["id"] == room)["unread"] == 0


def test_hidden_words_come_with_the_next_that_ben_may_see(server: RoomServer) -> None:
    """A10: a tombstone does not tell when the other wrote; `seq` and `rev` still have no holes."""
    room = server.room(4, 5, 6)
    server.api(4)("PUT", f"/members/{server.ids[5]}/block")
    with server.socket(4) as ben, server.socket(5) as cleo, server.socket(6) as dov:
        for one in (ben, cleo, dov):
            one.ask("room.open", {"room_id": room})
        for words in ("One", "Two"):
            cleo.ask("message.send", message(room, words))
        until(lambda: len(dov.of("message.posted")) == 2)
        dov.ask("message.send", message(room, "Three"))
        seen = until(lambda: (found := ben.of("message.posted")) and len(found) == 3 and found)
    assert [(one["seq"], one["rev"], one["removed"]) for one in seen] == [(1, 1, True), (2, 3, True), (3, 5, False)]
    assert [(one["seq"], one["rev"]) for one in ben.of("message.changed")] == [(1, 2), (2, 4)]
    assert {one["created_at"][10:] for one in seen[:2]} == {"T00:00:00Z"}


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("message.send", {"room_id": "not-an-id", "client_msg_id": "1", "body": "x"}),
        ("message.send", {"body": 5}),
        ("message.send", "words"),
        ("message.send", {"room_id": str(uuid.uuid4()), "client_msg_id": "1", "body": "x" * 4001}),
        ("room.read", {"room_id": str(uuid.uuid4()), "seq": "many"}),
        ("no.such", {}),
        ("room.open", None),
    ],
)
def test_nonsense_is_answered_and_hurts_nobody(server: RoomServer, event: str, body: Any) -> None:  # R15
    with server.socket(1) as ben:
        answer: Any = ben.ask(event, body)
        assert answer["ok"] is False
        assert answer["error"]["code"] in ("invalid", "malformed")
        assert ben.ask("room.open", {"room_id": server.room(1)})["ok"]


def test_a_page_of_another_site_cannot_use_the_cookie(server: RoomServer) -> None:  # S9
    address = server.service.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    for origin in ("https://evil.example", "null", None):
        sock = (
            websocket.create_connection(
                address, cookie=f"session={server.tokens[1]}", timeout=5, suppress_origin=origin is None, origin=origin
            )
            if origin is None
            else None
        )
        if sock is None:
            with pytest.raises(websocket.WebSocketException):
                websocket.create_connection(address, cookie=f"session={server.tokens[1]}", timeout=5, origin=origin)
            continue
        sock.recv()
        sock.send("40")
        assert sock.recv().startswith("44"), "refused without an origin"
        sock.close()
    sock = websocket.create_connection(
        address, cookie=f"session={server.tokens[1]}", timeout=5, origin=server.service.url
    )
    sock.recv()
    sock.send("40")
    assert sock.recv().startswith("40")
    sock.close()


def test_the_marker_only_moves_forward(server: RoomServer) -> None:  # R8
    room = server.room(1, 2)
    with server.socket(1) as ben, server.socket(2) as cleo:
        for number in range(12):
            ben.ask("message.send", message(room, str(number)))
        answers = [cleo.ask("room.read", {"room_id": room, "seq": seq})["last_read_seq"] for seq in (10, 7, 12, 9)]
        assert answers == [10, 10, 12, 12]
        assert cleo.ask("room.read", {"room_id": room, "seq": 99}) == {"ok": True, "last_read_seq": 12, "unread": 0}


def test_writing_shows_to_who_may_see_it_when_its_author_wants_it_to(server: RoomServer) -> None:  # R13
    room = server.room(1, 2, 3)
    with server.socket(1) as ben, server.socket(2) as cleo, server.socket(3) as dov:
        for one in (ben, cleo, dov):
            one.ask("room.open", {"room_id": room})
        server.api(3)("PUT", f"/members/{server.ids[1]}/block")
        assert cleo.ask("room.typing", {"room_id": room}) == {"ok": True}  # she did not ask for it to be seen
        server.api(1)("PUT", f"/rooms/{room}/presence")
        assert ben.ask("room.typing", {"room_id": room}) == {"ok": True}
        [sign] = until(lambda: cleo.of("room.typing"))
        assert sign == {"room_id": room, "member_id": server.ids[1]}
        ben.ask("message.send", message(room, "Done"))
        until(lambda: dov.of("message.posted"))
        assert (ben.of("room.typing"), dov.of("room.typing")) == ([], [])
        server.api(3)("DELETE", f"/members/{server.ids[1]}/block")


def test_presence_shows_only_to_members_who_share_theirs(server: RoomServer) -> None:  # R13
    room = server.room(1, 2, 3, 4)
    with server.socket(1) as ben, server.socket(2) as cleo, server.socket(3) as dov, server.socket(4) as eve:
        for one in (ben, cleo, dov, eve):
            one.ask("room.open", {"room_id": room})
        assert ben.ask("room.present", {"room_id": room}) == {"ok": True}  # he did not ask for it to be seen
        for number in (1, 2, 4):
            server.api(number)("PUT", f"/rooms/{room}/presence")
        server.api(4)("PUT", f"/members/{server.ids[1]}/block")
        assert ben.ask("room.present", {"room_id": room, "asks": True}) == {"ok": True}
        assert ben.ask("room.present", {"room_id": room, "present": False}) == {"ok": True}
        here, gone = until(lambda: cleo.of("room.presence")[1:] and cleo.of("room.presence"))
        ben_here = {
            "room_id": room,
            "member_id": server.ids[1],
            "handle": here["handle"],
            "present": True,
            "asks": True,
        }
        assert (here, gone) == (ben_here, {**ben_here, "present": False, "asks": False})
        ben.ask("message.send", message(room, "Done"))
        for other in (dov, eve):  # one does not show it, one must not meet him
            until(lambda other=other: other.of("message.posted"))
            assert other.of("room.presence") == []
        assert ben.of("room.presence") == []
        server.api(1)("DELETE", f"/rooms/{room}/presence")
        assert ben.ask("room.present", {"room_id": room})["error"]["code"] == "too_many"
        server.api(4)("DELETE", f"/members/{server.ids[1]}/block")


def test_ben_opens_ten_sockets_over_both_processes(server: RoomServer) -> None:
    """A16: ten in each process were accepted."""
    opened: list[Client] = []
    refused = 0
    try:
        for _ in range(16):
            try:
                opened.append(server.socket(9))
            except socketio.exceptions.ConnectionError:
                refused += 1
        assert (len(opened), refused) == (10, 6)
        with server.socket(8) as cleo:
            assert cleo.sio.connected
        opened.pop().sio.disconnect()

        def is_let_in() -> bool:
            try:
                opened.append(server.socket(9))
            except socketio.exceptions.ConnectionError:
                return False
            return True

        until(is_let_in, what="the place to be free")
    finally:
        for one in opened:
            one.sio.disconnect()
