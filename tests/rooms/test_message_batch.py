"""The group commit: each post is decided by itself, repeats are known for ever, and nobody spoils another's."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from community.core.errors import AppError, NotFound, Unauthenticated
from community.core.ids import new_id
from community.core.outbox.store import OutboxEvent
from community.core.settings import SendLimit
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.models import Block, Sanction
from community.rooms.actions import managed_rooms
from community.rooms.actions.create import create_room, open_room
from community.rooms.engine.message_batch import CommittedMessages, Posted, PostRequest
from community.rooms.engine.message_writer import MessageWriter
from community.rooms.engine.post_checks import Muted, RoomClosed
from community.rooms.models import Message, Room
from tests.conftest import Act
from tests.factories import Cast

TABLES = {"messages", "rooms", "members", "room_memberships", "sessions", "blocks", "no_contacts", "sanctions"}
READS = ("SELECT", "UPDATE", "INSERT INTO messages ")


@pytest.fixture
def writer(store: UnitOfWorkFactory) -> MessageWriter:
    """The writer of the store."""
    return MessageWriter(store, limit=SendLimit(1000, 10.0))


@pytest.fixture
def room(cast: Cast, act: Act) -> UUID:
    """A room with Ada, Ben and Cleo in it."""
    return act(cast.ada, create_room, kind="private", name="Stairs", members=[cast.ben.id, cast.cleo.id]).id


def say(writer: MessageWriter, actor: Actor, room: UUID, words: str, *, key: str | None = None) -> Posted:
    """Post, waiting for the answer."""
    return writer.post(actor, room_id=room, client_msg_id=key or words, body=words)


def together(writer: MessageWriter, store: UnitOfWorkFactory, *posts: PostRequest) -> list[CommittedMessages]:
    """Post all of these in one commit; what was added."""
    commits: list[list[CommittedMessages]] = []
    answered = threading.Semaphore(0)
    writer.on_commit = lambda grown: commits.append(list(grown))
    with store.database.gate():  # nobody commits while these gather behind the first
        for post in posts:
            post.done = lambda post: answered.release()
            writer.submit(post)
    for _ in posts:
        assert answered.acquire(timeout=10)
    return [one for grown in commits for one in grown]


def test_messages_of_one_batch_are_decided_one_by_one(
    cast: Cast, store: UnitOfWorkFactory, writer: MessageWriter, room: UUID
) -> None:
    posts = [
        PostRequest(cast.ben, room, "1", "One"),
        PostRequest(cast.dov, room, "1", "Not in this room"),
        PostRequest(cast.cleo, room, "1", "Two"),
        PostRequest(cast.ben, room, "1", "One"),
        PostRequest(cast.ben, room, "1", "Another"),
        PostRequest(cast.ben, new_id(), "2", "Nowhere"),
        PostRequest(cast.ben, room, "3", "To nothing", new_id()),
    ]
    together(writer, store, *posts)

    said: list[Any] = [post.answer for post in posts]
    assert [one.message.seq if isinstance(one, Posted) else one.code for one in said] == [
        1,
        "not_found",
        2,
        1,
        "idempotency_conflict",
        "not_found",
        "invalid",
    ]
    assert (said[0].duplicate, said[3].duplicate) == (False, True)
    with store.read_context() as ctx:
        assert ctx.session.execute(select(Room.head_seq, Room.head_rev).where(Room.id == room)).one() == (2, 2)
        assert ctx.session.scalars(select(Message.seq).order_by(Message.seq)).all() == [1, 2]
        events = ctx.session.scalars(select(OutboxEvent.payload).where(OutboxEvent.type == "message.posted")).all()
        covered = sorted(seq for one in events for seq in range(one["first_seq"], one["last_seq"] + 1))
        assert covered == [1, 2]


def test_an_accepted_message_stays_after_its_author_is_removed(
    cast: Cast, act: Act, store: UnitOfWorkFactory, writer: MessageWriter, room: UUID
) -> None:
    first = say(writer, cast.ben, room, "Before")
    with store.unit_of_work() as uow:
        uow.session.add(
            Sanction(
                id=new_id(),
                member_id=cast.ben.id,
                kind="mute",
                room_id=room,
                reason="",
                starts_at=uow.now - timedelta(hours=1),
                imposed_by=cast.ada.id,
            )
        )
    again = say(writer, cast.ben, room, "Before")
    assert (again.duplicate, again.message.id) == (True, first.message.id)
    with pytest.raises(Muted):
        say(writer, cast.ben, room, "After")
    assert say(writer, cast.cleo, room, "Somebody else").message.seq == 2
    act(cast.ada, managed_rooms.close, room_id=room)
    assert say(writer, cast.cleo, room, "Somebody else").duplicate
    with pytest.raises(RoomClosed):
        say(writer, cast.cleo, room, "Too late")


def test_an_ended_session_posts_nothing(cast: Cast, writer: MessageWriter, room: UUID) -> None:  # S8 R15
    ended = Actor(
        id=cast.ben.id, handle=cast.ben.handle, role=cast.ben.role, time_zone=cast.ben.time_zone, session_id=new_id()
    )
    with pytest.raises(Unauthenticated):
        say(writer, ended, room, "From a lost phone")


def test_two_kept_apart_do_not_meet_in_their_room(
    cast: Cast, act: Act, store: UnitOfWorkFactory, writer: MessageWriter
) -> None:
    with store.unit_of_work(cast.ada) as uow:
        pair = open_room(uow, kind="pairing", name="", members=[cast.ben.id, cast.cleo.id]).id
    say(writer, cast.ben, pair, "Hello")
    with store.unit_of_work() as uow:
        uow.session.add(Block(blocker_id=cast.cleo.id, blocked_id=cast.ben.id, created_at=uow.now))
    with pytest.raises(NotFound):
        say(writer, cast.ben, pair, "Are you there?")


def test_the_commit_tells_who_must_not_see_whom(
    cast: Cast, store: UnitOfWorkFactory, writer: MessageWriter, room: UUID
) -> None:  # R13
    with store.unit_of_work() as uow:
        uow.session.add(Block(blocker_id=cast.cleo.id, blocked_id=cast.ben.id, created_at=uow.now))
    grown = together(writer, store, PostRequest(cast.ben, room, "1", "One"), PostRequest(cast.ada, room, "2", "Two"))
    assert [message.seq for one in grown for message in one.messages] == [1, 2]
    assert all(one.hidden in ({cast.cleo.id: frozenset({cast.ben.id})}, {}) for one in grown)
    assert grown[0].hidden


def test_twenty_writers_at_once_leave_no_hole(
    cast: Cast, store: UnitOfWorkFactory, writer: MessageWriter, room: UUID
) -> None:  # R3 R4
    refused: list[AppError] = []

    def write(number: int) -> None:
        for turn in range(5):
            say(writer, (cast.ben, cast.cleo)[number % 2], room, f"{number}/{turn}")
            try:
                say(writer, cast.dov, room, f"{number}/{turn}")
            except NotFound as error:
                refused.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read_context() as ctx:
        assert ctx.session.scalars(select(Message.seq).order_by(Message.seq)).all() == list(range(1, 101))
        assert ctx.session.scalar(select(func.max(Message.rev))) == 100
    assert len(refused) == 100


def test_a_commit_reads_no_more_the_more_was_said(
    cast: Cast, store: UnitOfWorkFactory, writer: MessageWriter, room: UUID
) -> None:  # R18
    say(writer, cast.ben, room, "First")
    if not store.database.is_sqlite:
        pytest.skip("what SQLite's planner made of it; PostgreSQL plans by statistics")
    seen: list[tuple[str, Any]] = []

    def note(conn: object, cursor: object, text: str, given: Any, *_: object) -> None:
        seen.append((text, given))

    event.listen(store.database.engine, "before_cursor_execute", note)
    say(writer, cast.ben, room, "Second")
    event.remove(store.database.engine, "before_cursor_execute", note)
    with store.read_context() as ctx:
        connection = ctx.session.connection()
        for words, given in [one for one in seen if one[0].lstrip().startswith(READS)]:
            values = given[0] if isinstance(given, list) else given
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]
            assert not TABLES & {step.split()[1] for step in plan if step.startswith("SCAN")}, (words, plan)
