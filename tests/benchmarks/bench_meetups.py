"""Meetups: listing sixty days out of 2,000 dates and 50,000 answers, and answering one date all at once.

The listing counts its queries and prints the plan. The answers run beside a naive version that counts and inserts
without a lock, as many systems do: it is as fast, and it overbooks.
"""

import random
import statistics
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, func, insert, select, text

from community.core.db import Database
from community.core.ids import new_id
from community.core.migrations import migrate
from community.core.pubsub import PubSub
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.features import load_models
from community.meetups.actions import create, rsvps
from community.meetups.models import Meetup, Occurrence, Rsvp
from community.meetups.queries import agenda, meetups
from community.members.models import Member
from community.members.queries.people import handles
from tests.support.postgres import Postgres

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MEETUPS, DATES, PEOPLE, ANSWERS = 250, 8, 500, 50_000
SEATS, CROWD, THREADS = 20, 400, 16


def fill(store: UnitOfWorkFactory) -> tuple[Actor, list[UUID]]:
    """Everybody, 2,000 dates within sixty days, and 50,000 answers; who looks, and all members."""
    chance = random.Random(6)
    people = [new_id() for _ in range(PEOPLE)]
    dates: list[UUID] = []
    with store.unit_of_work(now=NOW) as uow:
        uow.session.execute(insert(Member), [_member(one, number) for number, one in enumerate(people)])
        for number in range(MEETUPS):
            meetup_id = new_id()
            uow.session.execute(insert(Meetup), [_meetup(meetup_id, people[0], number)])
            rows = [_date(meetup_id, number, week) for week in range(DATES)]
            uow.session.execute(insert(Occurrence), rows)
            dates += [row["id"] for row in rows]
        each = ANSWERS // len(dates)
        for date in dates:
            rows = [_answer(date, one, chance, place) for place, one in enumerate(chance.sample(people, each))]
            uow.session.execute(insert(Rsvp), rows)
    with store.database.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return Actor(id=people[1], handle="Walker 1", role=Role.ALUMNUS, time_zone="America/New_York"), people


def _member(member_id: UUID, number: int) -> dict[str, Any]:
    return {
        "id": member_id,
        "email": f"walker{number}@example.org",
        "handle": f"Walker {number}",
        "handle_key": f"walker {number}",
        "role": "coordinator" if number == 0 else "alumnus",
        "password_hash": None,
        "time_zone": "America/New_York",
        "state": "active",
        "created_at": NOW,
    }


def _meetup(meetup_id: UUID, host: UUID, number: int) -> dict[str, Any]:
    return {
        "id": meetup_id,
        "host_id": host,
        "title": f"Walk {number}",
        "description": "",
        "time_zone": "America/New_York",
        "duration_minutes": 60,
        "place_kind": "in_person",
        "address": "41 Alder Street",
        "url": "",
        "created_at": NOW + timedelta(seconds=number),
        "recurrence": {"rule": "FREQ=WEEKLY", "first": "2026-11-24T19:00:00", "skip": [], "extra": []},
    }


def _date(meetup_id: UUID, number: int, week: int) -> dict[str, Any]:
    starts_at = NOW + timedelta(days=1 + number % 4, hours=number % 12, weeks=week)
    return {
        "id": new_id(),
        "meetup_id": meetup_id,
        "starts_at_local": starts_at.replace(tzinfo=None),
        "recurrence_id": starts_at.replace(tzinfo=None),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "version": 1,
        "state": "scheduled",
        "capacity": SEATS,
        "going_count": SEATS,
        "waitlist_count": 5,
        "waitlist_next": 5,
        "held_count": 0,
    }


def _answer(date: UUID, member_id: UUID, chance: random.Random, place: int) -> dict[str, Any]:
    waits = place >= SEATS
    return {
        "id": new_id(),
        "occurrence_id": date,
        "member_id": member_id,
        "state": "waitlisted" if waits else "going",
        "waitlist_seq": place - SEATS + 1 if waits else None,
        "changed_at": NOW - timedelta(minutes=chance.randrange(9000)),
        "is_standing": False,
    }


def listing(store: UnitOfWorkFactory, actor: Actor) -> None:
    """The API's list and the agenda's page: how many queries, and how long they take at the database."""
    asked: list[float] = []
    statements: list[tuple[str, Any]] = []

    @event.listens_for(store.database.engine, "before_cursor_execute")
    def begin(connection: Any, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(store.database.engine, "after_cursor_execute")
    def end(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append(time.perf_counter() - connection.info["began"])
        statements.append((statement, parameters))

    def until(ctx: Any) -> Any:
        return meetups.meetups(ctx, start=NOW, end=NOW + timedelta(days=60), cursor=None, limit=200)

    wanted: dict[str, Callable[[Any], Any]] = {
        "GET /meetups, 60 days, a page of 200 meetups": until,
        "the agenda, a page of 40 dates": lambda ctx: agenda.agenda(ctx, cursor=None, limit=40),
        "a month of dates": lambda ctx: agenda.month(ctx, first=datetime(2026, 12, 1).date()),
    }
    for name, query in wanted.items():
        spans, counts = [], set()
        for _ in range(15):
            asked.clear()
            statements.clear()
            with store.read_context(actor, now=NOW) as ctx:
                query(ctx)
            spans.append(sum(asked) * 1000)
            counts.add(len(asked))
        slowest = statements[max(range(len(asked)), key=lambda place: asked[place])]
        own = sum(database_ms(store, *one) for one in [*statements])
        print(
            f"  {name}: {'/'.join(map(str, sorted(counts)))} queries, {own:.1f} ms in the database (plan and run); "
            f"asked and answered p50 {statistics.median(spans):.1f} ms, most {max(spans):.1f} ms"
        )
        explain(store, *slowest)


def database_ms(store: UnitOfWorkFactory, statement: str, parameters: Any) -> float:
    """What the database itself needs for a query: planning and execution, without the way there and back."""
    with store.database.engine.connect() as connection:
        [[[plan]]] = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).all()
    return float(plan["Planning Time"] + plan["Execution Time"])


def explain(store: UnitOfWorkFactory, statement: str, parameters: Any) -> None:
    """Print the plan of the query that took longest."""
    with store.database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", parameters)
        for row in plan.all()[:14]:
            print(f"      {row[0]}")


def answering(
    store: UnitOfWorkFactory, host: UUID, people: list[UUID], *, name: str, act: Callable[[UUID, UUID], None]
) -> None:
    """Everybody says "going" to one date at once: how many a second, and how many are going then."""
    actor = Actor(id=host, handle="Walker 0", role=Role.COORDINATOR, time_zone="America/New_York")
    with store.unit_of_work(actor, now=NOW) as uow:
        meetup = create.post(
            uow,
            title=name,
            description="",
            starts_at_local=datetime(2026, 12, 24, 19, 0),
            time_zone="America/New_York",
            duration_minutes=60,
            place={"kind": "in_person"},
            capacity=SEATS,
        )
        date = uow.session.scalars(select(Occurrence.id).where(Occurrence.meetup_id == meetup.id)).one()
    waits: list[float] = []

    def run(share: list[UUID]) -> None:
        for one in share:
            began = time.perf_counter()
            act(date, one)
            waits.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=run, args=(people[place:CROWD:THREADS],)) for place in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    with store.read_context() as ctx:
        going = ctx.session.scalar(select(func.count()).where(Rsvp.occurrence_id == date, Rsvp.state == "going"))
    waits.sort()
    print(
        f"  {name}: {CROWD / seconds:.0f} answers/s, p50 {waits[len(waits) // 2]:.0f} ms, "
        f"p99 {waits[int(len(waits) * 0.99)]:.0f} ms, {going} going for {SEATS} seats"
    )


def main() -> None:
    """Run it all on a PostgreSQL of its own."""
    load_models()
    with Postgres() as server:
        url = server.create_database("bench_meetups")
        migrate(url)
        store = UnitOfWorkFactory(Database(url, pool_size=THREADS), PubSub(None))
        actor, people = fill(store)
        with store.read_context() as ctx:
            assert handles(ctx.session, [actor.id])
        print(f"{MEETUPS * DATES:,} dates, {ANSWERS:,} answers, PostgreSQL")
        listing(store, actor)

        def locked(date: UUID, member_id: UUID) -> None:
            who = Actor(id=member_id, handle="", role=Role.ALUMNUS, time_zone="UTC")
            with store.unit_of_work(who, now=NOW) as uow:
                rsvps.answer_occurrence(uow, occurrence_id=date, answer="going")  # type: ignore[arg-type]  # as the API gives it

        def naive(date: UUID, member_id: UUID) -> None:
            with store.database.write_session() as session:
                taken = select(func.count()).where(Rsvp.occurrence_id == date, Rsvp.state == "going")
                state = "going" if (session.scalar(taken) or 0) < SEATS else "maybe"
                session.add(Rsvp(occurrence_id=date, member_id=member_id, state=state, changed_at=NOW))
                session.commit()

        print(f"{CROWD} people answer one date at once, {THREADS} threads")
        answering(store, people[0], people, name="ours, one lock on the date", act=locked)
        answering(store, people[0], people, name="naive, count then insert", act=naive)
        store.database.dispose()


if __name__ == "__main__":
    main()
