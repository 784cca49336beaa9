"""Limits on who may write: slow rooms, mutes, bans, suspensions, true at the moment that asks. Danger is not slowed."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from community.core.errors import AppError, NotFound, ValidationFailed
from community.core.ids import new_id
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import sanctions
from community.members.models import Sanction
from community.members.queries import active_members
from community.rooms.actions import create, membership, messages, reactions, settings
from community.rooms.engine import message_batch
from community.rooms.engine.message_batch import Posted, PostRequest
from community.rooms.engine.post_checks import Muted, SlowMode
from community.safety.actions import appeals
from community.safety.queries import cases
from tests.conftest import Act
from tests.factories import Cast

DANGER = "I want to die tonight"


@pytest.fixture
def room(act: Act, cast: Cast) -> UUID:
    """An open room with Ada, Ben and Cleo in it."""
    made = act(cast.ada, create.create_room, kind="open", name="Evenings", members=[cast.ben.id, cast.cleo.id])
    return made.id


def say(
    store: UnitOfWorkFactory, room: UUID, *said: tuple[Actor, str], now: datetime
) -> list[Posted | AppError | None]:
    """Post all of these in one commit at a moment."""
    posts = [PostRequest(actor, room, str(new_id()), words) for actor, words in said]
    with store.unit_of_work(now=now) as uow:
        message_batch.write_batch(uow, posts)
    return [post.answer for post in posts]


def impose(act: Act, cast: Cast, kind: str, **more: Any) -> Sanction:
    return act(cast.ada, sanctions.impose, member_id=cast.ben.id, kind=kind, reason="Threats.", **more)


def test_a_slow_room_takes_one_of_two_at_the_same_instant(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID
) -> None:
    """R10: by members of one commit, by two commits; coordinators and words of danger are not slowed."""
    act(cast.ada, settings.change_room, room_id=room, slow_seconds=30)
    one, other, hers = say(store, room, (cast.ben, "One"), (cast.ben, "Two"), (cast.cleo, "Mine"), now=act.now)
    assert (type(one), type(hers)) == (Posted, Posted)
    assert isinstance(other, SlowMode)
    assert 0 < (other.retry_after or 0) <= 30

    act.later(seconds=29)
    [still, danger, again] = say(store, room, (cast.ben, "Two"), (cast.ben, DANGER), (cast.ben, DANGER), now=act.now)
    assert isinstance(still, SlowMode)
    assert still.retry_after == 1.0
    assert (type(danger), type(again)) == (Posted, Posted)
    assert {type(one) for one in say(store, room, (cast.ada, "A"), (cast.ada, "B"), now=act.now)} == {Posted}
    act.later(seconds=30)
    assert type(say(store, room, (cast.ben, "Two"), now=act.now)[0]) is Posted
    act(cast.ada, settings.change_room, room_id=room, slow_seconds=0)
    assert {type(one) for one in say(store, room, (cast.ben, "3"), (cast.ben, "4"), now=act.now)} == {Posted}


def test_leaving_and_coming_back_does_not_shorten_the_wait(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID
) -> None:  # R10
    act(cast.ada, settings.change_room, room_id=room, slow_seconds=30)
    say(store, room, (cast.ben, "One"), now=act.now)
    act(cast.ben, membership.leave, room_id=room)
    act(cast.ben, membership.join, room_id=room)
    assert isinstance(say(store, room, (cast.ben, "Two"), now=act.now)[0], SlowMode)


def test_a_mute_ends_at_its_time_with_no_worker(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID
) -> None:  # R11
    [said] = say(store, room, (cast.ben, "Before"), now=act.now)
    assert isinstance(said, Posted)
    end = act.now + timedelta(hours=1)
    impose(act, cast, "mute", room_id=room, until=end)

    assert isinstance(say(store, room, (cast.ben, "Now"), now=end - timedelta(seconds=1))[0], Muted)
    assert isinstance(say(store, room, (cast.ben, DANGER), now=end - timedelta(seconds=1))[0], Muted)
    for action, what in ((messages.edit_message, {"body": "Worse"}), (reactions.react, {"emoji": "🌿"})):
        with pytest.raises(Muted):
            act(cast.ben, action, message_id=said.message.id, **what)
    assert isinstance(say(store, room, (cast.ben, "Now"), now=end + timedelta(seconds=1))[0], Posted)
    act.now = end + timedelta(seconds=1)
    act(cast.ben, messages.edit_message, message_id=said.message.id, body="Better")


def test_a_mute_holds_in_every_room_or_in_its_one_room(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID
) -> None:
    other = act(cast.ada, create.create_room, kind="open", name="Other", members=[cast.ben.id]).id
    here = impose(act, cast, "mute", room_id=room, until=act.now + timedelta(hours=1))
    assert isinstance(say(store, room, (cast.ben, "x"), now=act.now)[0], Muted)
    assert isinstance(say(store, other, (cast.ben, "x"), now=act.now)[0], Posted)
    act(cast.ada, appeals.lift, sanction_id=here.id)
    assert isinstance(say(store, room, (cast.ben, "x"), now=act.now)[0], Posted)
    impose(act, cast, "mute", until=act.now + timedelta(hours=1))
    assert {type(say(store, one, (cast.ben, "y"), now=act.now)[0]) for one in (room, other)} == {Muted}


def test_a_banned_member_finds_nothing_in_the_room_until_the_ban_ends(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID, api: Any
) -> None:  # R15 S22
    say(store, room, (cast.ben, "Before"), now=act.now)
    ban = impose(act, cast, "room_ban", room_id=room, until=act.now + timedelta(hours=1))
    ben = api(cast.ben)
    for method, path in (("GET", "/rooms/{}/messages"), ("PUT", "/rooms/{}/membership"), ("GET", "/rooms/{}/openings")):
        banned, nowhere = ben.request(method, path.format(room)), ben.request(method, path.format(new_id()))
        assert (banned.status_code, banned.data) == (nowhere.status_code, nowhere.data) == (404, nowhere.data)
    assert str(room) not in ben.get("/rooms").text
    assert isinstance(say(store, room, (cast.ben, "x"), now=act.now)[0], NotFound)
    act(cast.ada, appeals.lift, sanction_id=ban.id)
    assert ben.get(f"/rooms/{room}/messages").status_code == 200


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("mute", {}),
        ("mute", {"until": timedelta(days=400)}),
        ("mute", {"until": timedelta(0)}),
        ("room_ban", {}),
        ("warning", {"until": timedelta(days=1)}),
        ("suspension", {"room_id": new_id()}),
    ],
)
def test_kind_room_and_end_have_to_fit(act: Act, cast: Cast, kind: str, more: dict[str, Any]) -> None:
    if "until" in more:
        more = {"until": act.now + more["until"]}
    with pytest.raises(ValidationFailed):
        impose(act, cast, kind, **more)


def test_the_member_reads_why_and_the_database_does_not(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:  # S25
    made = impose(act, cast, "mute", until=act.now + timedelta(hours=1))
    with store.read_context() as ctx:
        assert "Threats" not in ctx.session.get_one(Sanction, made.id).reason
    [mine] = act.read(cast.ben, cases.my_sanctions, cursor=None, limit=9).items
    assert (mine.reason, mine.kind, mine.holds) == ("Threats.", "mute", True)
    assert act.read(cast.cleo, cases.my_sanctions, cursor=None, limit=9).items == []


def test_a_suspension_holds_until_its_end(act: Act, cast: Cast) -> None:  # R11
    impose(act, cast, "suspension", until=act.now + timedelta(hours=1))

    def is_in() -> bool:
        return cast.ben.id in act.read(None, lambda ctx: active_members.active_members(ctx.session, now=ctx.now))

    assert not is_in()
    act.later(minutes=59, seconds=59)
    assert not is_in()
    act.later(seconds=1)
    assert is_in()


def test_danger_is_never_slowed_by_the_rate_of_messages(app: Any, cast: Cast, api: Any, room: UUID) -> None:  # S36
    rate = app.extensions["community"].send_rate
    for _ in range(rate.count):
        rate.retry_after(cast.ben.id)
    ben = api(cast.ben)

    def send(words: str) -> int:
        return int(ben.post(f"/rooms/{room}/messages", {"client_msg_id": str(new_id()), "body": words}).status_code)

    assert send("The kettle is on") == 429
    assert [send(DANGER) for _ in range(3)] == [201, 201, 201]


def test_two_posts_at_once_through_two_writers_are_one(
    act: Act, cast: Cast, store: UnitOfWorkFactory, room: UUID
) -> None:  # R10
    act(cast.ada, settings.change_room, room_id=room, slow_seconds=30)
    answers: list[Any] = []
    start = threading.Barrier(4)

    def post() -> None:
        start.wait()
        answers.extend(say(store, room, (cast.cleo, "Now"), now=act.now))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in answers) == ["Posted", *["SlowMode"] * 3]
