"""The message rate: one count for each member, whatever processes and rooms the messages come through."""

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from community.app import create_app
from community.core.errors import RateLimited
from community.core.ids import new_id
from community.core.settings import SendLimit, Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.rooms.actions.create import create_room
from community.rooms.engine.message_batch import Posted, PostRequest, write_batch
from community.rooms.engine.message_writer import MessageWriter
from tests.conftest import Act, SignedInClient
from tests.factories import Cast
from tests.support.waiting import until

LIMIT = SendLimit(5, 10.0)
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
DANGER = "I want to die tonight"


@pytest.fixture
def rooms(cast: Cast, act: Act) -> list[UUID]:
    """Three rooms with Ada, Ben and Cleo in them."""
    members = [cast.ben.id, cast.cleo.id]
    return [act(cast.ada, create_room, kind="open", name=f"Room {n}", members=members).id for n in range(3)]


@pytest.fixture
def writers(store: UnitOfWorkFactory) -> list[MessageWriter]:
    """The writers of three web processes."""
    return [MessageWriter(store, limit=LIMIT) for _ in range(3)]


def say(writer: MessageWriter, actor: Actor, room: UUID, words: str = "Hello") -> Posted | RateLimited:
    """Post, and return the answer."""
    try:
        return writer.post(actor, room_id=room, client_msg_id=str(new_id()), body=words)
    except RateLimited as refusal:
        return refusal


def test_ben_writes_no_faster_through_three_processes(
    act: Act, cast: Cast, writers: list[MessageWriter], rooms: list[UUID]
) -> None:
    """A16: the rate was counted in each process."""
    answers = []
    for number in range(8):
        answers.append(say(writers[number % 3], cast.ben, rooms[number // 3]))
        act.later(seconds=1)
    assert [type(one) for one in answers] == [Posted] * 5 + [RateLimited] * 3
    assert [one.retry_after for one in answers[5:] if isinstance(one, RateLimited)] == [5.0, 4.0, 3.0]
    assert type(say(writers[0], cast.cleo, rooms[0])) is Posted, "another member's rate is another"

    act.later(seconds=1.9)
    assert type(say(writers[0], cast.ben, rooms[0])) is RateLimited
    act.later(seconds=0.1)
    assert [type(say(writers[n], cast.ben, rooms[n])) for n in (1, 2)] == [Posted, RateLimited]


def test_two_batches_at_once_in_two_rooms_stay_within_bens_rate(
    cast: Cast, store: UnitOfWorkFactory, rooms: list[UUID]
) -> None:
    """A16: the rooms differ, so their locks do not put the batches in a line."""
    first, second = ([PostRequest(cast.ben, room, str(new_id()), "Hello") for _ in range(4)] for room in rooms[:2])

    def write_second() -> None:
        with store.unit_of_work() as uow:
            write_batch(uow, second, limit=LIMIT)

    def waits() -> bool:
        if store.database.is_sqlite:  # at the gate
            return True
        with store.read_context() as ctx:
            return bool(ctx.session.scalar(WAITING))

    other = threading.Thread(target=write_second)
    with store.unit_of_work() as uow:
        write_batch(uow, first, limit=LIMIT)
        other.start()
        until(lambda: waits() or not other.is_alive(), what="the other batch to wait or to be done")
    other.join(30)
    assert [type(post.answer) for post in first] == [Posted] * 4
    assert [type(post.answer) for post in second] == [Posted] + [RateLimited] * 3


def test_ben_gets_the_answer_of_a_repeat_beyond_his_rate(
    cast: Cast, writers: list[MessageWriter], rooms: list[UUID]
) -> None:
    writers[0].post(cast.ben, room_id=rooms[0], client_msg_id="first", body="Hello")
    for _ in range(LIMIT.count - 1):
        assert type(say(writers[0], cast.ben, rooms[0])) is Posted
    assert type(say(writers[1], cast.ben, rooms[0])) is RateLimited
    again = writers[1].post(cast.ben, room_id=rooms[0], client_msg_id="first", body="Hello")
    assert again.duplicate


def test_danger_is_not_slowed_by_the_rate_of_all_processes(
    cast: Cast, writers: list[MessageWriter], rooms: list[UUID]
) -> None:
    for number in range(LIMIT.count):
        assert type(say(writers[number % 3], cast.ben, rooms[0])) is Posted
    assert type(say(writers[0], cast.ben, rooms[0])) is RateLimited
    assert type(say(writers[0], cast.ben, rooms[0], DANGER)) is Posted


def test_off_lifts_the_message_rate(cast: Cast, store: UnitOfWorkFactory, rooms: list[UUID]) -> None:
    writer = MessageWriter(store)
    assert {type(say(writer, cast.ben, rooms[0])) for _ in range(25)} == {Posted}


def test_ben_is_told_by_two_web_processes_when_to_go_on(
    settings: Settings, store: UnitOfWorkFactory, cast: Cast, rooms: list[UUID], token_of: Any
) -> None:
    """A16: each application alone would take twenty."""
    token = token_of(cast.ben)
    clients = [SignedInClient(create_app(settings, store).test_client(), token) for _ in range(2)]
    path = f"/rooms/{rooms[0]}/messages"
    answers = [
        clients[number % 2].post(path, {"client_msg_id": str(new_id()), "body": "Hello"}) for number in range(24)
    ]
    assert [one.status_code for one in answers] == [201] * 20 + [429] * 4
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].json["code"] == "too_many"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 11
