"""Events that failed: shown with their reason, tried again or dismissed; and where an event's notifications went."""

from collections.abc import Callable

from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from community.cli import main
from community.core.audit_log import AuditEntry
from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members.events import MemberJoined
from community.notifications.models import Notification
from tests.conftest import NOON, Act
from tests.factories import Cast, make_member
from tests.pages import csrf
from tests.support.failing_worker import record, rows_of
from tests.support.run_worker import run_until_idle


def dead(store: UnitOfWorkFactory, count: int) -> list[OutboxEvent]:
    """Events that failed too often."""
    ids = record(store, *["raises"] * count)
    with store.unit_of_work() as uow:
        for row in uow.session.scalars(select(OutboxEvent).where(OutboxEvent.subject.in_([str(one) for one in ids]))):
            row.state, row.attempts, row.last_error, row.finished_at = "dead", 5, "LookupError", uow.now
    return list(rows_of(store.database).values())


def test_a_coordinator_sees_what_failed_and_tries_it_again_or_gives_it_up(
    cast: Cast, store: UnitOfWorkFactory, page: Callable[[Actor], FlaskClient]
) -> None:
    one, two, three = dead(store, 3)
    ada = page(cast.ada)

    text = ada.get("/console/events").text
    assert "3 × test.odd (LookupError)" in text
    assert "Tried 5 times" in text
    token = {"csrf_token": csrf(ada.get("/console/events"))}
    assert ada.post(f"/console/events/{one.id}/replay", data=token).status_code == 303
    assert ada.post(f"/console/events/{two.id}/discard", data=token).status_code == 303
    assert ada.post(f"/console/events/{two.id}/replay", data=token).status_code == 404

    states = {row.id: (row.state, row.attempts, row.last_error) for row in rows_of(store.database).values()}
    assert states[one.id] == ("waiting", 0, "LookupError")
    assert states[two.id] == ("done", 5, "LookupError discarded")
    assert states[three.id][0] == "dead"
    with store.read_context() as ctx:
        said = ctx.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("event.%"))).all()
    assert sorted(said) == ["event.discarded", "event.replayed"]


def test_an_event_leads_to_everybody_who_was_told(
    cast: Cast, act: Act, store: UnitOfWorkFactory, settings: Settings, page: Callable[[Actor], FlaskClient]
) -> None:
    def join(uow: UnitOfWork) -> None:
        uow.record(MemberJoined(member_id=make_member(uow, "Wren").id))

    act(None, join)
    run_until_idle(store, settings, now=NOON)
    with store.read_context() as ctx:
        event_id = ctx.session.scalars(select(Notification.event_id).limit(1)).one()

    text = page(cast.ada).get(f"/console/events/{event_id}").text
    assert "member.joined" in text
    assert str(cast.ada.id)[:9] in text
    assert text.count("inapp") == 2


def test_operators_do_the_same_on_the_command_line(store: UnitOfWorkFactory, settings: Settings) -> None:
    one, two, _three = dead(store, 3)
    env = {
        "DATABASE_URL": settings.database_url,
        "COMMUNITY_DATA_DIR": str(settings.data_dir),
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }

    def community(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["events", *words], env=env)
        return done.exit_code, done.output

    code, said = community("list")
    assert (code, "dead 3" in said, str(one.id) in said, "LookupError" in said) == (1, True, True, True)
    assert community("replay", str(one.id)) == (0, "1 events will be tried again\n")
    assert community("replay", str(one.id)) == (1, "0 events will be tried again\n")
    assert community("discard", str(two.id)) == (0, "1 dismissed\n")
    assert community("replay")[0] == 2
    assert community("replay", "--all") == (0, "1 events will be tried again\n")
    assert community("list")[0] == 0
    assert {row.state for row in rows_of(store.database).values()} == {"waiting", "done"}
