"""Counting what is unread for many at once is the same as counting for one."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Uuid, bindparam, create_engine, event, insert, text, update

from community.core.ids import new_id
from community.core.migrations import migrate
from community.core.unit_of_work import ReadContext, UnitOfWorkFactory
from community.members.models import Block
from community.rooms.actions.create import create_room
from community.rooms.actions.membership_settings import mark_read
from community.rooms.actions.messages import remove_message
from community.rooms.engine.message_writer import MessageWriter
from community.rooms.models import Message, Room
from community.rooms.queries import read_markers
from community.rooms.queries import visibility as whom
from community.rooms.queries.unread_counts import count_unread, read_positions
from tests.conftest import NOON, Act
from tests.factories import Cast
from tests.support.postgres import Postgres


def test_sockets_and_the_list_count_the_same_unread(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:  # R9
    chance, writer = random.Random(7), MessageWriter(store)
    people = (cast.ada, cast.ben, cast.cleo, cast.dov)
    rooms: list[UUID] = [
        act(cast.ada, create_room, kind="private", name=name, members=[one.id for one in people]).id
        for name in ("Stairs", "Porch")
    ]
    with store.unit_of_work() as uow:
        uow.session.add(Block(blocker_id=cast.cleo.id, blocked_id=cast.ben.id, created_at=uow.now))
    for number in range(40):
        who, room = chance.choice(people), chance.choice(rooms)
        posted = writer.post(who, room_id=room, client_msg_id=str(number), body="Words")
        if chance.random() < 0.2:
            act(who, remove_message, message_id=posted.message.id)
        if chance.random() < 0.3:
            act(chance.choice(people), mark_read, room_id=room, seq=chance.randrange(12))
        if number % 8 == 0 or number == 39:
            assert at_once(store, [one.id for one in people]) == one_by_one(store, [one.id for one in people])


def test_counting_looks_at_as_little_however_much_one_wrote_oneself(
    cast: Cast, act: Act, store: UnitOfWorkFactory
) -> None:  # R18
    """Neither own messages after the marker nor those of somebody hidden make it dearer to say what is unread."""
    with store.unit_of_work() as uow:
        uow.session.add(Block(blocker_id=cast.ben.id, blocked_id=cast.cleo.id, created_at=uow.now))
    few, many = (filled(cast, act, store, size) for size in (30, 3_000))
    with store.database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    looks = {
        room: lambda ctx, room=room: read_markers.markers(ctx, cast.ben.id, room_ids=[room]) for room in (few, many)
    }
    assert [one.unread for room in (few, many) for one in act.read(None, looks[room])] == [10, 1_000]
    small, large = (looked_at(store, looks[room]) for room in (few, many))
    assert large < 3 * small

    def all_at_once(ctx: ReadContext, room: UUID) -> object:
        places = [one for one in read_positions(ctx.session, [cast.ben.id]) if one.room_id == room]
        return count_unread(ctx.session, places, {cast.ben.id: frozenset({cast.cleo.id})})

    small, large = (looked_at(store, lambda ctx, room=room: all_at_once(ctx, room)) for room in (few, many))
    assert large < 3 * small


def filled(cast: Cast, act: Act, store: UnitOfWorkFactory, size: int) -> UUID:
    """A room in which Ben, Cleo and Dov said so much in turn, and Ben has read nothing."""
    people = (cast.ben, cast.cleo, cast.dov)
    room: UUID = act(cast.ada, create_room, kind="private", name="Porch", members=[one.id for one in people]).id
    rows = [
        {
            "id": new_id(),
            "room_id": room,
            "author_id": people[seq % 3].id,
            "seq": seq,
            "author_seq": 1 + (seq - 1) // 3,
            "rev": seq,
            "client_msg_id": f"{size}-{seq}",
            "body": "Words",
            "request_hash": "",
            "created_at": store.clock(),
        }
        for seq in range(1, size + 1)
    ]
    with store.unit_of_work() as uow:
        uow.session.execute(insert(Message), rows)
        uow.session.execute(update(Room).where(Room.id == room).values(head_seq=size, head_rev=size))
    return room


def looked_at(store: UnitOfWorkFactory, work: Callable[[ReadContext], object]) -> int:
    """What a read costs at the database: rows that PostgreSQL's plans touch, steps of SQLite's machine."""
    seen: list[tuple[str, Any]] = []
    note = lambda conn, cursor, text, given, *_: seen.append((text, given))  # noqa: E731 - to be taken off again
    event.listen(store.database.engine, "before_cursor_execute", note)
    with store.read_context() as ctx:
        work(ctx)
    event.remove(store.database.engine, "before_cursor_execute", note)
    seen = [one for one in seen if one[0].lstrip().startswith("SELECT")]
    with store.read_context() as ctx:
        connection = ctx.session.connection()
        if not store.database.is_sqlite:
            plans = [connection.exec_driver_sql(f"{EXPLAIN} {text}", given).scalar() for text, given in seen]
            return sum(rows_of(plan[0]["Plan"]) for plan in plans if plan)
        steps = [0]
        raw = connection.connection.driver_connection
        raw.set_progress_handler(lambda: steps.append(steps.pop() + 1) or 0, 1)
        for text, given in seen:
            connection.exec_driver_sql(text, given).all()
        raw.set_progress_handler(None, 1)
        return steps[0]


EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON)"


def rows_of(plan: dict[str, Any]) -> int:
    """The rows that a part of a plan and its parts came across."""
    own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return int(own * plan["Actual Loops"]) + sum(rows_of(part) for part in plan.get("Plans", ()))


def test_messages_from_before_learn_how_many_their_author_had_written(tmp_path: Path, postgres: Postgres) -> None:
    room, ben, cleo = (uuid4() for _ in range(3))
    said = [(ben, 1), (cleo, 2), (ben, 3), (ben, 7), (cleo, 9)]
    for url in (f"sqlite:///{tmp_path / 'old.sqlite3'}", postgres.create_database("old_messages")):
        migrate(url, to="mutes_that_end")
        database = create_engine(url)
        with database.begin() as connection:
            if database.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # messages alone will do
            for author, seq in said:
                row = {"id": uuid4(), "room": room, "author": author, "seq": seq, "key": str(seq), "now": NOON}
                connection.execute(OLD_MESSAGE, row)
        migrate(url, to="authors_count")
        with database.connect() as connection:
            counted = connection.exec_driver_sql("SELECT author_seq FROM messages ORDER BY seq").scalars().all()
        database.dispose()
        assert counted == [1, 1, 2, 3, 2]


OLD_MESSAGE = text(
    "INSERT INTO messages (id, room_id, author_id, seq, rev, client_msg_id, body, request_hash, created_at) "
    "VALUES (:id, :room, :author, :seq, :seq, :key, 'Words', '', :now)"
).bindparams(*(bindparam(name, type_=Uuid()) for name in ("id", "room", "author")), bindparam("now", type_=DateTime()))


def at_once(store: UnitOfWorkFactory, members: list[UUID]) -> dict[tuple[UUID, UUID], int]:
    """As the tail counts."""
    with store.read_context() as ctx:
        places = read_positions(ctx.session, members)
        return count_unread(ctx.session, places, whom.blocked_by_viewer(ctx.session, members))


def one_by_one(store: UnitOfWorkFactory, members: list[UUID]) -> dict[tuple[UUID, UUID], int]:
    """As the list of rooms counts."""
    with store.read_context() as ctx:
        return {
            (member_id, marker.room_id): marker.unread
            for member_id in members
            for marker in read_markers.markers(ctx, member_id)
        }
