"""A unit of work is all or nothing, rings after it stands, and one writer comes at a time."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError

from community.core.db import Database, keyset_page
from community.core.errors import BadRequest, Forbidden, NotFound, Unauthenticated
from community.core.events import Event
from community.core.ids import new_id
from community.core.outbox.store import OutboxEvent
from community.core.permissions import Permission
from community.core.pubsub import PubSub
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.events import MemberDeactivated
from community.members.models import Cohort, Member
from tests.conftest import NOON
from tests.factories import Cast, make_member


def test_an_event_is_stored_with_what_it_tells_of(
    cast: Cast, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    with store.unit_of_work() as uow:
        uow.session.get_one(Member, cast.ben.id).state = "deactivated"
        uow.record(MemberDeactivated(member_id=cast.ben.id))
    assert recorded() == [MemberDeactivated(member_id=cast.ben.id)]


def test_only_what_is_done_again_from_rows_need_not_wait_for_the_disk(database: Database) -> None:
    plain = Database(database.url.render_as_string(hide_password=False))
    question = "PRAGMA synchronous" if plain.is_sqlite else "SHOW synchronous_commit"
    told = []
    for durable in (True, False, True):
        with UnitOfWorkFactory(plain, PubSub(None)).unit_of_work(durable=durable) as uow:
            told.append(str(uow.session.scalar(text(question))))
    plain.dispose()
    yes, no = ("2", "1") if plain.is_sqlite else ("on", "off")
    assert told == [yes, no, yes]


def test_a_refusal_takes_everything_back(
    cast: Cast, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    after_commit: list[str] = []

    def act() -> None:
        with store.unit_of_work() as uow:
            uow.session.get_one(Member, cast.ben.id).handle = "Somebody"
            uow.record(MemberDeactivated(member_id=cast.ben.id))
            uow.after_commit(lambda: after_commit.append("rang"))
            raise NotFound

    with pytest.raises(NotFound):
        act()
    assert recorded() == []
    assert after_commit == []
    with store.read_context() as ctx:
        assert ctx.session.get_one(Member, cast.ben.id).handle == "Ben"


def test_the_bell_rings_only_when_it_stands(cast: Cast, store: UnitOfWorkFactory) -> None:
    seen: list[int] = []

    def count() -> None:
        with store.read_context() as ctx:
            seen.append(ctx.session.scalar(select(func.count()).select_from(OutboxEvent)) or 0)

    with store.unit_of_work() as uow:
        uow.record(MemberDeactivated(member_id=cast.ben.id))
        uow.after_commit(count)
    assert seen == [1]


def test_an_action_without_an_actor_is_refused(store: UnitOfWorkFactory, cast: Cast) -> None:
    with store.read_context() as ctx, pytest.raises(Unauthenticated):
        _ = ctx.actor
    with store.read_context(cast.ben) as ctx, pytest.raises(Forbidden):
        _ = ctx.permitted(Permission.SEE_MEMBERS)


def test_writers_from_many_threads_lose_nothing(store: UnitOfWorkFactory, cast: Cast) -> None:
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                with store.unit_of_work() as uow:
                    uow.session.add(Cohort(id=new_id(), name=f"{number}-{turn}", created_at=uow.now))
        except Exception as error:  # the outcome is the subject
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.read_context() as ctx:
        assert ctx.session.scalar(select(func.count()).select_from(Cohort)) == 30


def test_moments_come_back_in_utc_and_need_a_zone(store: UnitOfWorkFactory, cast: Cast) -> None:
    evening = datetime(2026, 11, 26, 19, 0, 0, 123456, tzinfo=ZoneInfo("America/Denver"))
    with store.unit_of_work() as uow:
        uow.session.add(Cohort(id=(cohort_id := new_id()), name="Evening", created_at=evening))
    with store.read_context() as ctx:
        kept = ctx.session.get_one(Cohort, cohort_id).created_at
    assert kept == evening
    assert kept.tzinfo is UTC
    with store.unit_of_work() as uow:
        uow.session.add(Cohort(id=new_id(), name="Naive", created_at=datetime(2026, 11, 26)))
        with pytest.raises(StatementError, match="time zone"):
            uow.session.flush()
        uow.session.rollback()


@pytest.mark.parametrize("descending", [False, True])
def test_pages_miss_and_repeat_nobody_while_others_come(
    store: UnitOfWorkFactory, descending: bool
) -> None:  # console 9
    def add(count: int, *, at: datetime, name: str) -> set[UUID]:
        with store.unit_of_work(now=at) as uow:
            return {make_member(uow, f"{name} {number}").id for number in range(count)}

    def page(cursor: str | None) -> tuple[list[UUID], str | None]:
        with store.read_context() as ctx:
            by = (Member.created_at, Member.id)
            found = keyset_page(ctx.session, select(Member), by=by, cursor=cursor, limit=7, descending=descending)
            return [row.id for row in found.items], found.next_cursor

    there = add(20, at=NOON, name="Same moment")  # all at one moment: the id decides
    there |= add(10, at=NOON + timedelta(microseconds=1), name="Later")
    seen, cursor = page(None)
    turn = 0
    while cursor is not None:
        turn += 1
        add(1, at=NOON + timedelta(days=turn) * (1 if descending else -1), name=f"Newcomer {turn}")
        more, cursor = page(cursor)
        seen += more
    assert len(seen) == len(set(seen))
    assert set(seen) == there


def test_a_cursor_of_another_list_is_refused(store: UnitOfWorkFactory) -> None:
    with store.read_context() as ctx, pytest.raises(BadRequest):
        keyset_page(ctx.session, select(Member), by=(Member.handle_key,), cursor="WzFd", limit=5)


def test_the_gate_is_open_before_the_bell_rings(store: UnitOfWorkFactory, cast: Cast) -> None:
    """Redis may be slow; a writer that waited for it with the gate shut would hold everybody up."""
    with store.unit_of_work() as uow:
        uow.record(MemberDeactivated(member_id=cast.ben.id))
        uow.after_commit(lambda: make_cohort(store))
    with store.read_context() as ctx:
        assert ctx.session.scalar(select(Cohort.name)) == "Made while ringing"


def make_cohort(store: UnitOfWorkFactory) -> None:
    with store.unit_of_work() as uow:
        uow.session.add(Cohort(id=new_id(), name="Made while ringing", created_at=uow.now))
