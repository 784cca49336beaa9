"""A database of the version before the standard names upgrades with its rows, and goes back, on both databases."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, text

from community.core.db import Database
from community.core.migrations import config, migrate
from community.core.pubsub import PubSub
from community.core.unit_of_work import UnitOfWorkFactory
from community.safety.models import Case, Report
from tests.factories import make_cast
from tests.support.postgres import Postgres

BEFORE = "message_rate"
SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
EVENT, PROMPT, BEN, MAIL = (UUID(int=number) for number in (1, 2, 3, 4))


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'before.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return str(server.create_database("upgrade"))


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """Engine on a database of the version before."""
    command.upgrade(config(address), BEFORE)
    engine = create_engine(address)
    yield engine
    engine.dispose()


def plain(engine: Engine, value: UUID | datetime) -> Any:
    """Return a value as the driver takes it in plain SQL."""
    if engine.dialect.name == "postgresql":
        return value
    return value.hex if isinstance(value, UUID) else value.strftime("%Y-%m-%d %H:%M:%S.%f")


def put_event(engine: Engine, event_id: UUID, kind: str, payload: dict[str, Any]) -> None:
    """Insert an event that waits, as the version before wrote it."""
    values = {"id": plain(engine, event_id), "type": kind, "payload": json.dumps(payload), "now": plain(engine, NOW)}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO outbox_events (id, type, subject, payload, created_at, state, urgency, due_at, attempts)"
                " VALUES (:id, :type, 'x', :payload, :now, 'waiting', 2, :now, 0)"
            ),
            values,
        )


def put_mail(engine: Engine) -> None:
    """Insert a mail that waits for its second attempt, as the version before wrote it."""
    values = {
        "id": plain(engine, MAIL),
        "event": plain(engine, EVENT),
        "ben": plain(engine, BEN),
        "now": plain(engine, NOW),
    }
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO deliveries (id, event_id, kind, recipient, medium, path, created_at, state, due_at,"
                " worthless_at, urgency, gather, attempts, token)"
                " VALUES (:id, :event, 'reachout.asked', :ben, 'email', '/x', :now, 'due', :now, :now, 0, 'm', 1, :ben)"
            ),
            values,
        )


def row_of(engine: Engine, table: str) -> dict[str, Any]:
    """Return the only row of a table by its column names."""
    with engine.connect() as connection:
        return dict(connection.execute(text(f"SELECT * FROM {table}")).mappings().one())


def events(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return the payload of each event in the database by its type."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT type, payload FROM outbox_events")).all()
    return {kind: payload if isinstance(payload, dict) else json.loads(payload) for kind, payload in rows}


def test_waiting_events_are_found_under_their_new_names(address: str, engine: Engine) -> None:
    put_event(engine, EVENT, "reachout.asked", {"reach_out_id": str(BEN), "round": 1})
    put_event(engine, PROMPT, "pairing.prompt_due", {"pairing_id": str(BEN), "beat": 3})
    before = events(engine)
    engine.dispose()
    migrate(address)
    assert events(engine) == {
        "reach_out.responders_notified": {"reach_out_id": str(BEN), "round": 1},
        "pairing.prompt_due": {"pairing_id": str(BEN), "prompt_number": 3},
    }
    engine.dispose()
    command.downgrade(config(address), BEFORE)
    assert events(engine) == before


def test_a_mail_that_waits_keeps_every_value(address: str, engine: Engine) -> None:
    put_mail(engine)
    before = row_of(engine, "deliveries")
    engine.dispose()
    migrate(address)
    after = row_of(engine, "deliveries")
    new = {"worthless_at": "expires_at", "urgency": "priority", "gather": "batch_key", "token": "lease_token"}
    renamed = {new.get(name, name): value for name, value in before.items()}
    assert after == {**renamed, "kind": "reach_out.responders_notified"}
    engine.dispose()
    command.downgrade(config(address), BEFORE)
    assert row_of(engine, "deliveries") == before


def test_a_case_with_its_report_keeps_what_ada_has_to_decide(address: str) -> None:
    migrate(address)
    database = Database(address)
    with UnitOfWorkFactory(database, PubSub(None), secrets=(SECRET,)).unit_of_work(now=NOW) as uow:
        cast = make_cast(uow)
        about = {"subject_id": BEN, "category": "worry"}
        case = Case(**about, kind="suggestion", is_private=False, member_id=cast.cleo.id, opened_at=NOW, due_at=NOW)
        uow.session.add(case)
        uow.session.flush()
        made = Report(**about, id=MAIL, case_id=case.id, reporter_id=cast.ben.id, created_at=NOW)
        uow.cipher.encrypt_column(made, Report.reason, "Look.")
        uow.cipher.encrypt_column(made, Report.snapshot, "{}")
        uow.session.add(made)
    database.dispose()
    command.downgrade(config(address), "report_subjects-1")
    engine = create_engine(address)
    assert row_of(engine, "cases")["kind"] == "member"
    assert row_of(engine, "reports")["category"] == "worry"
    engine.dispose()
    migrate(address)
    assert row_of(engine, "cases")["state"] == "open"
    engine.dispose()
