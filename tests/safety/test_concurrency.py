"""Safety where it is hard: three web processes, real sockets, everybody at once. PostgreSQL in the long version."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from community.core.pubsub import PubSub
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.models import Sanction
from tests.support.demo_server import DemoServer, serve_demo
from tests.support.waiting import until

DANGER = "I want to die tonight"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """Three web processes and a worker."""
    folder = tmp_path_factory.mktemp("safe")
    env = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database("safe")
    with serve_demo(folder, members=8, web=3, **env) as served:
        yield served


def room_of(server: DemoServer, *places: int, kind: str = "open") -> str:
    more = {"kind": kind, "members": [server.ids[place] for place in places]} if kind == "private" else {}
    made: dict[str, Any] = server.api(0)("POST", "/rooms", {"name": "A room", **more}).json()
    for place in places if kind == "open" else ():
        assert server.api(place)("PUT", f"/rooms/{made['id']}/membership").status_code == 204
    return str(made["id"])


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Every call in a thread of its own, at one instant."""
    start, answers = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Any]) -> None:
        start.wait()
        answers.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def send(socket: Any, room: str, body: str) -> dict[str, Any]:
    said = {"room_id": room, "client_msg_id": str(uuid.uuid4()), "body": body}
    return dict(socket.ask("message.send", said))


def test_two_posts_at_the_same_instant_are_one_in_a_slow_room(server: DemoServer) -> None:  # R10
    """Twelve sockets of one member, spread over three processes."""
    room = room_of(server, 1, 2)
    assert server.api(0)("PATCH", f"/rooms/{room}", {"slow_seconds": 30}).status_code == 204
    sockets = [server.socket(1) for _ in range(6)]
    try:
        answers = at_once(*(lambda one=one: send(one, room, "Now") for one in sockets))
        refused = [one["error"] for one in answers if not one["ok"]]
        assert (len(refused), {one["code"] for one in refused}) == (5, {"slow_mode"})
        assert all(0 < one["retry_after"] <= 30 for one in refused)
        in_danger = at_once(*(lambda one=one: send(one, room, DANGER) for one in sockets))
        assert sum(one["ok"] for one in in_danger) == 5, "not slowed, and bounded over all processes"
        assert [one["error"]["help"] for one in in_danger if not one["ok"]] == ["/help"]
    finally:
        for one in sockets:
            one.sio.disconnect()
    with server.socket(0) as coordinator:
        assert [send(coordinator, room, "Calm")["ok"] for _ in range(3)] == [True] * 3


def test_everybody_reports_at_once_and_coordinators_decide_at_once(server: DemoServer) -> None:  # S35
    room = room_of(server, 1, 2, 3, 4)
    message = server.api(1)(
        "POST", f"/rooms/{room}/messages", {"client_msg_id": str(uuid.uuid4()), "body": "Bad words"}
    ).json()["message"]["id"]
    path = f"/messages/{message}/reports"
    made = at_once(
        *(
            lambda place=place: server.api(place)("POST", path, {"reason": "Look."})
            for place in (2, 3, 4)
            for _ in range(3)
        )
    )
    assert {one.status_code for one in made} == {201}
    assert len({one.json()["id"] for one in made}) == 3
    told_before = {place: len(_told(server, place, "report.resolved")) for place in (2, 3, 4)}
    listed = server.api(0)("GET", "/reports?state=open").json()["items"]
    [case] = [one for one in listed if one["message_id"] == message]
    assert case["report_count"] == 3

    until_then = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    acts = [
        lambda: server.api(0)("POST", f"/reports/{case['id']}/dismissal", {}),
        lambda: server.api(0)("POST", f"/reports/{case['id']}/removal", {}),
        lambda: server.api(0)(
            "POST", f"/reports/{case['id']}/sanctions", {"kind": "mute", "reason": "Unkind.", "until": until_then}
        ),
    ]
    answers = sorted(one.status_code for one in at_once(*acts))
    state = server.api(0)("GET", f"/reports/{case['id']}").json()["state"]
    assert answers in ([200, 409, 409], [200, 201, 409])
    assert (state == "dismissed") is (answers == [200, 409, 409])
    for place, before in told_before.items():
        until(
            lambda place=place, before=before: len(_told(server, place, "report.resolved")) == before + 1,
            within=15,
            what="the outcome",
        )


def test_a_mute_ban_or_suspension_holds_at_once_and_only_there(server: DemoServer) -> None:  # R11 R14 S8 S22
    room, other = room_of(server, 5, 6), room_of(server, 5, 6)
    with server.socket(5) as hers, server.socket(6) as his:
        for one in (hers, his):
            for place in (room, other):
                assert one.ask("room.open", {"room_id": place})["ok"]
        bad = send(hers, room, "Bad words")["message"]["id"]
        case = server.api(6)("POST", f"/messages/{bad}/reports", {"reason": "Look."}).json()["id"]

        def impose(kind: str, **more: Any) -> dict[str, Any]:
            answer = server.api(0)("POST", f"/reports/{case}/sanctions", {"kind": kind, "reason": "Unkind.", **more})
            assert answer.status_code == 201, answer.text
            return dict(answer.json())

        mute = impose("mute", until=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
        assert send(hers, room, "Again")["error"]["code"] == "muted"
        assert send(hers, other, "Elsewhere")["ok"]
        with UnitOfWorkFactory(server.database, PubSub(None)).unit_of_work() as uow:  # an hour later
            uow.session.get_one(Sanction, uuid.UUID(mute["id"])).ends_at = uow.now
        assert send(hers, room, "After")["ok"]

        ban = impose("room_ban")
        until(lambda: not hers.ask("room.open", {"room_id": room})["ok"], what="the room to be gone")
        seen = len(hers.received)
        assert send(his, room, "She does not see this")["ok"]
        assert send(his, other, "She sees that")["ok"]
        until(lambda: "She sees that" in str(hers.received[seen:]), what="the other room")
        assert "She does not see this" not in str(hers.received)
        nowhere = hers.ask("room.open", {"room_id": str(uuid.uuid4())})
        assert hers.ask("room.open", {"room_id": room}) == nowhere
        assert server.api(0)("DELETE", f"/sanctions/{ban['id']}").status_code == 204
        assert hers.ask("room.open", {"room_id": room})["ok"]

        impose("suspension")
        until(lambda: not hers.sio.connected, within=6, what="her socket to be closed")
        assert server.api(5)("GET", "/me").status_code == 401


def test_the_author_never_learns_who_reported_whatever_is_sent_to_them(server: DemoServer) -> None:  # R12 S35
    room = room_of(server, 3, 4, 7)
    with server.socket(7) as hers, server.socket(3) as his:
        for one in (hers, his):
            assert one.ask("room.open", {"room_id": room})["ok"]
        before = [send(his, room, f"before {number}")["message"]["id"] for number in range(6)]
        bad = send(hers, room, "Bad words")["message"]["id"]
        assert before
        for number in range(6):
            assert send(his, room, f"after {number}")["ok"]
        case = server.api(4)("POST", f"/messages/{bad}/reports", {"reason": "This frightens me."}).json()["id"]
        assert server.api(7)("PATCH", f"/messages/{bad}", {"body": "Kind words"}).status_code == 200
        assert server.api(7)("DELETE", f"/messages/{bad}").status_code == 204

        seen = server.api(0)("GET", f"/reports/{case}").json()
        bodies = [one["body"] for one in seen["messages"]]
        assert bodies == [*(f"before {n}" for n in range(1, 6)), "Bad words", *(f"after {n}" for n in range(5))]
        made = server.api(0)("POST", f"/reports/{case}/sanctions", {"kind": "warning", "reason": "Unkind."}).json()
        until(lambda: _told(server, 7, "sanction.imposed"), within=15, what="her to be told")
        until(lambda: "notification.created" in str(hers.received), within=10, what="a frame about it")
        server.api(7)("POST", f"/me/sanctions/{made['id']}/appeal", {"words": "It was a joke."})
        handle = seen["reporter"]["handle"]
        pages = [
            server.api(7)("GET", path) for path in ("/notifications", "/me/sanctions", "/me/reports", "/rooms", "/me")
        ]
        everything = [
            str(hers.received),
            *(one.text for one in pages),
            server.api(7)("GET", f"/rooms/{room}/messages").text,
        ]
        for one in everything:
            assert server.ids[4] not in one
            assert handle not in one
        assert server.api(7)("GET", f"/reports/{case}").status_code == 403


def test_two_who_are_kept_apart_are_not_there_for_each_other(server: DemoServer) -> None:  # R13 S34
    room = room_of(server, 1, 2)
    with server.socket(1) as his, server.socket(2) as hers:
        for one in (his, hers):
            assert one.ask("room.open", {"room_id": room})["ok"]
        assert send(his, room, "Before")["ok"]
        until(lambda: "Before" in str(hers.received))
        order = f"/members/{server.ids[1]}/no-contacts/{server.ids[2]}"
        assert server.api(0)("PUT", order, {"source": "court"}).status_code == 204
        assert send(his, room, "He wrote this")["ok"]
        assert send(hers, room, "She wrote that")["ok"]
        for one, own, foreign in ((his, "He wrote this", "She wrote that"), (hers, "She wrote that", "He wrote this")):
            until(lambda one=one, own=own: own in str(one.received), what="their own words")
            stones = until(lambda one=one: [m for m in one.of("message.posted") if m["removed"]], what="a tombstone")
            assert [(m["author"], m["body"], m["client_msg_id"]) for m in stones] == [(None, None, None)]
            assert foreign not in str(one.received)
            assert [m["seq"] for m in one.of("message.posted")][-2:] == [2, 3]
        for place, foreign in ((1, "She wrote that"), (2, "He wrote this")):
            history = server.api(place)("GET", f"/rooms/{room}/messages").text
            assert foreign not in history
            assert server.ids[3 - place] not in history
        unread = [server.api(place)("GET", "/rooms").json()["items"] for place in (1, 2)]
        assert [one["unread"] for rooms in unread for one in rooms if one["id"] == room] == [0, 0]
        assert server.api(0)("DELETE", order).status_code == 204
        assert "She wrote that" in server.api(1)("GET", f"/rooms/{room}/messages").text


def _told(server: DemoServer, place: int, kind: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = server.api(place)("GET", "/notifications").json()["items"]
    return [one for one in items if one["kind"] == kind]
