"""Rooms with a million messages on PostgreSQL: finding words, and opening the room, beside a room with a hundred.

`python -m tests.benchmarks.bench_rooms [MESSAGES]`. Words are drawn as in real language, few of them often and most of
them seldom (rank^-1); the looked-for ones are drawn alike, so that the common and the rare are both asked for. Times
are of all statements at the database and of the whole path, with the plans of a common and of a rare word.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, text

from community.core.db import Database
from community.core.migrations import migrate
from community.core.pubsub import PubSub
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.rooms.actions import create, membership_settings
from community.rooms.engine import search_index
from community.rooms.queries import history, pins, read_markers, rooms, search
from tests.factories import make_cast
from tests.support.postgres import Postgres

WORDS = 20_000
ASKED = 200
AT_ONCE = 4_000
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MESSAGES = """
    INSERT INTO messages (id, room_id, author_id, seq, author_seq, rev, client_msg_id, body, request_hash, created_at)
    SELECT gen_random_uuid(), :room, (CAST(:people AS uuid[]))[1 + seq % 4], seq, 1 + (seq - 1) / 4, seq,
        gen_random_uuid()::text,
        (SELECT string_agg('w' || chr(97 + rank % 26) || (rank * 7919 % CAST(:words AS int)) || 'x', ' ')
            FROM (
                SELECT floor(power(CAST(:words AS float), random()))::int AS rank FROM generate_series(1, 12 + seq % 12)
            ) AS drawn),
        '', CAST(:begin AS timestamptz) + seq * interval '20 seconds'
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS seq
"""
HEADS = "UPDATE rooms SET head_seq = :head, head_rev = :head WHERE id = :room"


def word(chance: random.Random) -> str:
    """A word as messages have them, common ones more often."""
    rank = int(WORDS ** chance.random())
    return f"w{chr(97 + rank % 26)}{rank * 7919 % WORDS}x"


def timed(engine: Engine, work: Callable[[], Any], times: int) -> tuple[list[float], list[float]]:
    """How long it took each time, in milliseconds: at the database, and all of it."""
    at_database, whole = [], []
    begun: list[float] = []
    spent = [0.0]
    before = lambda *_: begun.append(time.perf_counter())  # noqa: E731 - a listener has to be taken off again
    after = lambda *_: spent.append(spent.pop() + time.perf_counter() - begun.pop())  # noqa: E731
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    for _ in range(times):
        spent[:] = [0.0]
        start = time.perf_counter()
        work()
        whole.append((time.perf_counter() - start) * 1000)
        at_database.append(spent[0] * 1000)
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)
    return sorted(at_database), sorted(whole)


def line(what: str, taken: tuple[list[float], list[float]]) -> str:
    """One line of figures."""
    figures = [f"p50 {statistics.median(one):7.2f} p95 {one[int(len(one) * 0.95) - 1]:7.2f}" for one in taken]
    return f"{what:<36} at the database {figures[0]} ms   whole {figures[1]} ms"


class BigRoom:
    """Four people, one room with many messages and one with a hundred."""

    def __init__(self, database: Database, messages: int) -> None:
        self.store = UnitOfWorkFactory(database, PubSub(None))
        with self.store.unit_of_work(now=NOW) as uow:
            cast = make_cast(uow)
        self.ben = cast.ben
        people = [cast.ada.id, cast.ben.id, cast.cleo.id, cast.dov.id]
        self.large, self.small = (self._room(cast.ada, people) for _ in range(2))
        for room, count in ((self.large, messages), (self.small, 100)):
            for first in range(1, count + 1, AT_ONCE):
                self._fill(room, people, first, min(first + AT_ONCE - 1, count))
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))

    def _room(self, host: Actor, people: list[UUID]) -> UUID:
        with self.store.unit_of_work(host, now=NOW) as uow:
            return create.create_room(uow, kind="open", name="Evenings", members=people).id

    def _fill(self, room: UUID, people: list[UUID], first: int, last: int) -> None:
        with self.store.unit_of_work(now=NOW) as uow:
            values = {"room": room, "people": people, "first": first, "last": last, "words": WORDS, "begin": NOW}
            uow.session.execute(text(MESSAGES), values)
            uow.session.execute(text(HEADS), {"head": last, "room": room})
            search_index.index_range(uow, room_id=room, first_seq=first, last_seq=last)

    def read(self, query: Callable[..., Any], **arguments: Any) -> Any:
        """One query as Ben."""
        with self.store.read_context(self.ben, now=NOW) as ctx:
            return query(ctx, **arguments)

    def opened(self, room: UUID) -> None:
        """Everything that opening a room's page reads."""
        with self.store.read_context(self.ben, now=NOW) as ctx:
            rooms.room_view(ctx, room)
            history.history(ctx, room_id=room)
            pins.pinned_messages(ctx, room)
            rooms.my_rooms(ctx)
            read_markers.count_unread_rooms(ctx)

    def reads_along(self) -> None:
        """Ben has read all but the last twenty of both rooms."""
        with self.store.unit_of_work(self.ben, now=NOW) as uow:
            for room in (self.large, self.small):
                membership_settings.mark_read(uow, room_id=room, seq=rooms.room_view(uow, room).head_seq - 20)

    def times_of_opening(self, room: UUID) -> tuple[list[float], list[float]]:
        """How long opening takes."""
        return timed(self.store.database.engine, lambda: self.opened(room), 50)

    def plan(self, words: str) -> str:
        """How PostgreSQL looks for these words, with what it took."""
        kept: list[tuple[str, Any]] = []

        def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            if "message_words" in statement:
                kept.append((statement, parameters))

        engine = self.store.database.engine
        event.listen(engine, "before_cursor_execute", keep)
        self.read(search.search_messages, query_text=words)
        event.remove(engine, "before_cursor_execute", keep)
        statement, parameters = kept[-1]
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {statement}", parameters)
            return "\n".join(f"    {row[0]}"[:170] for row in rows)


def main(messages: int) -> None:
    """Fill, ask, print."""
    with Postgres() as postgres:
        url = postgres.create_database("bench")
        migrate(url)
        database = Database(url)
        begun = time.perf_counter()
        server = BigRoom(database, messages)
        print_now(f"{messages:,} messages in {time.perf_counter() - begun:.0f} s")
        asked = iter([word(random.Random(number)) for number in range(ASKED)])
        taken = timed(database.engine, lambda: server.read(search.search_messages, query_text=next(asked)), ASKED)
        print_now(line(f"find one of {ASKED} words", taken))
        both = iter([(word(random.Random(number)), word(random.Random(-number - 1))) for number in range(ASKED)])
        print_now(
            line(
                "find two words together",
                timed(
                    database.engine, lambda: server.read(search.search_messages, query_text=" ".join(next(both))), ASKED
                ),
            )
        )
        common, rare = word_at(1), word_at(WORDS - 9)
        for name, one in (("common", common), ("rare", rare)):
            print_now(f"  plan of a {name} word:\n{server.plan(one)}")
        server.reads_along()
        for room, name in ((server.small, "100"), (server.large, f"{messages:,}")):
            server.opened(room)
            print_now(line(f"open a room with {name} messages", server.times_of_opening(room)))
        database.dispose()


def print_now(words: str) -> None:
    """Print at once, so that a run that is stopped leaves what it found."""
    print(words, flush=True)


def word_at(rank: int) -> str:
    """The word of a rank."""
    return f"w{chr(97 + rank % 26)}{rank * 7919 % WORDS}x"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
