"""Rooms with a million messages on PostgreSQL: finding words, and opening the room, beside a room with a hundred.

`python -m tests.benchmarks.bench_rooms [MESSAGES]`. Words are drawn as in real language, few of them often and most of
them seldom (rank^-1); the looked-for ones are drawn alike, so that the common and the rare are both asked for. Times
are of the query at the database (p50, p95, most), with the plans of a common and of a rare word.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, text

from community.core.bell import Bell
from community.core.db import Database
from community.core.migrations import migrate
from community.core.unit_of_work import Actor, Store
from community.rooms import actions, finding, log, queries, search
from tests.factories import make_cast
from tests.support.postgres import Postgres

WORDS = 20_000
ASKED = 200
AT_ONCE = 4_000
NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MESSAGES = """
    INSERT INTO messages (id, room_id, author_id, seq, rev, client_msg_id, body, request_hash, created_at)
    SELECT gen_random_uuid(), :room, (CAST(:people AS uuid[]))[1 + seq % 4], seq, seq, gen_random_uuid()::text,
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


def timed(work: Callable[[], Any], times: int) -> list[float]:
    """How long it took each time, in milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def line(what: str, taken: list[float]) -> str:
    """One line of figures."""
    p95 = taken[int(len(taken) * 0.95) - 1]
    return f"{what:<44} p50 {statistics.median(taken):7.2f} ms   p95 {p95:7.2f} ms   most {taken[-1]:7.2f} ms"


class Town:
    """Four people, one room with many messages and one with a hundred."""

    def __init__(self, database: Database, messages: int) -> None:
        self.store = Store(database, Bell(None))
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
            return actions.create_room(uow, kind="open", name="Evenings", members=people).id

    def _fill(self, room: UUID, people: list[UUID], first: int, last: int) -> None:
        with self.store.unit_of_work(now=NOW) as uow:
            values = {"room": room, "people": people, "first": first, "last": last, "words": WORDS, "begin": NOW}
            uow.session.execute(text(MESSAGES), values)
            uow.session.execute(text(HEADS), {"head": last, "room": room})
            search.index_range(uow, room_id=room, first_seq=first, last_seq=last)

    def look(self, query: Callable[..., Any], **arguments: Any) -> Any:
        """One query as Ben."""
        with self.store.reading(self.ben, now=NOW) as look:
            return query(look, **arguments)

    def opened(self, room: UUID) -> None:
        """Everything that opening a room's page reads."""
        with self.store.reading(self.ben, now=NOW) as look:
            queries.room(look, room)
            log.history(look, room_id=room)
            finding.pinned(look, room)
            queries.my_rooms(look)
            queries.unread_rooms(look)

    def plan(self, words: str) -> str:
        """How PostgreSQL looks for these words, with what it took."""
        kept: list[tuple[str, Any]] = []

        def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            if "message_words" in statement:
                kept.append((statement, parameters))

        engine = self.store.database.engine
        event.listen(engine, "before_cursor_execute", keep)
        self.look(finding.search, words=words)
        event.remove(engine, "before_cursor_execute", keep)
        statement, parameters = kept[-1]
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {statement}", parameters)
            return "\n".join(f"    {row[0]}"[:170] for row in rows)


def main(messages: int) -> None:
    """Fill, ask, print."""
    with Postgres() as server:
        url = server.create_database("bench")
        migrate(url)
        database = Database(url)
        begun = time.perf_counter()
        town = Town(database, messages)
        print(f"{messages:,} messages in {time.perf_counter() - begun:.0f} s")
        asked = iter([word(random.Random(number)) for number in range(ASKED)])
        taken = timed(lambda: town.look(finding.search, words=next(asked)), ASKED)
        print(line(f"find one of {ASKED} words", taken))
        both = iter([(word(random.Random(number)), word(random.Random(-number - 1))) for number in range(ASKED)])
        print(
            line("find two words together", timed(lambda: town.look(finding.search, words=" ".join(next(both))), ASKED))
        )
        common, rare = word_at(1), word_at(WORDS - 9)
        for name, one in (("common", common), ("rare", rare)):
            print(f"  plan of a {name} word:\n{town.plan(one)}")
        for room, name in ((town.small, "100"), (town.large, f"{messages:,}")):
            town.opened(room)
            print(line(f"open a room with {name} messages", timed(lambda room=room: town.opened(room), 50)))  # type: ignore[misc]
        database.dispose()


def word_at(rank: int) -> str:
    """The word of a rank."""
    return f"w{chr(97 + rank % 26)}{rank * 7919 % WORDS}x"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
