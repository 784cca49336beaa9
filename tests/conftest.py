"""Fixtures of all tests: a migrated database of each kind, the cast, and acting as one of them."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Undefined
from jinja2.utils import missing
from sqlalchemy import select, text

from community.app import create_app
from community.core.crypto.cipher import new_token, token_hash
from community.core.db import Base, Database
from community.core.events import Event, load_event
from community.core.ids import new_id
from community.core.logging_setup import refuse_unlisted
from community.core.migrations import migrate
from community.core.outbox.periodic import PeriodicJobDue
from community.core.outbox.store import OutboxEvent
from community.core.pubsub import PubSub
from community.core.rate_limits import TokenBucket
from community.core.settings import Settings, load_settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.core.web.request_context import Services
from community.features import load_subscribers
from community.members.models import Session
from tests.factories import Cast, make_cast
from tests.support.clock import NOON, ManualClock
from tests.support.migrated_file import migrated_file
from tests.support.no_fsync import no_fsync_database
from tests.support.postgres import Postgres
from tests.support.xdist_scheduler import UnitScheduler, sort_by_duration

T = TypeVar("T")
SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
CLOCK = ManualClock()
load_subscribers()

__all__ = ["NOON", "Act", "SignedInClient"]
pytest_plugins = ["tests.support.buddy_fixtures", "tests.support.reach_out_fixtures"]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> UnitScheduler:
    """Use our scheduler when there are several test processes."""
    return UnitScheduler(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays: no garbage is sought in it before each of thousands of tests has added its own."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other database of `daily_on` to `dev.py prove`, and begin with the slowest units in a test process."""
    for item in items:
        daily = item.get_closest_marker("daily_on")
        if daily and _database_of(item) not in (None, *daily.args):
            item.add_marker(pytest.mark.prove)
    if hasattr(config, "workerinput"):
        sort_by_duration(items)


def _database_of(item: pytest.Item) -> str | None:
    """Return the kind of database that a test has as a parameter, or None."""
    values = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
    return next((value for value in values if value in ("sqlite", "postgresql")), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test process."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """What goes wrong is logged in plain words: drawing it with its variables takes longer than most tests."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[refuse_unlisted, *structlog.get_config()["processors"][:-1], plain])


@pytest.fixture(autouse=True)
def kept_umask() -> Iterator[None]:
    """A command that is called in this process makes its files private; the next test finds things as they were."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Where the SQLite files of this test process are."""
    folder = Path(tempfile.mkdtemp(prefix="afterward-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_sqlite() -> Path:
    """A migrated SQLite file to copy from."""
    return migrated_file()


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """A migrated PostgreSQL database."""
    url = postgres.create_database("tests")
    migrate(url)
    return url


@pytest.fixture(scope="session")
def sqlite_database(sqlite_folder: Path, migrated_sqlite: Path) -> Iterator[Database]:
    """One engine for all tests: it knows the statements that it has compiled before."""
    database = no_fsync_database(f"sqlite:///{sqlite_folder / 'community.sqlite3'}")
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """The same on PostgreSQL; its connections stay open too."""
    database = Database(postgres_url)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty, migrated database; each test runs on both kinds."""
    if request.param == "sqlite":
        database: Database = request.getfixturevalue("sqlite_database")
        file = Path(str(database.url.database))
        for tail in ("", "-wal", "-shm"):
            file.with_name(file.name + tail).unlink(missing_ok=True)
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        yield database
        database.dispose()
        return
    database = request.getfixturevalue("postgres_database")
    yield database
    _empty(database)


def _empty(database: Database) -> None:
    """Delete every row, whoever points at it: many times faster on small tables than TRUNCATE."""
    deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in Base.metadata.tables.values())
    with database.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL session_replication_role = replica; {deletes}"))


@pytest.fixture
def clock() -> ManualClock:
    """The one present of this test, for actions, pages, tokens and workers: noon in New York, until it is moved.

    It is the same object for all tests of a process, because the application is, with its writer and its threads.
    """
    CLOCK.now = NOON
    return CLOCK


@pytest.fixture
def store(database: Database, clock: ManualClock) -> UnitOfWorkFactory:
    """Units of work on the test's database and clock, without Redis."""
    return UnitOfWorkFactory(database, PubSub(None), secrets=(SECRET,), clock=clock)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Development settings on the test's database and folder."""
    return load_settings(
        {
            "COMMUNITY_DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "SECRET_KEY": SECRET,
            "PATH": os.defpath,
        }
    )


@pytest.fixture
def cast(store: UnitOfWorkFactory) -> Cast:
    """Ada coordinates, Ben and Cleo and Dov are alumni, Root is the admin."""
    with store.unit_of_work() as uow:
        return make_cast(uow)


@dataclass
class Act:
    """Calls actions as a member. `act.now` is the present of the test and of its pages."""

    store: UnitOfWorkFactory
    clock: ManualClock
    events: list[Event] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The test's present."""
        return self.clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self.clock.now = moment

    def __call__(self, actor: Actor | None, action: Callable[..., T], **arguments: Any) -> T:
        """Run one action in a unit of work of its own."""
        with self.store.unit_of_work(actor, now=self.now) as uow:
            result = action(uow, **arguments)
        self.events += uow.events
        return result

    def read(self, actor: Actor | None, query: Callable[..., T], **arguments: Any) -> T:
        """Run one query."""
        with self.store.read_context(actor, now=self.now) as ctx:
            return query(ctx, **arguments)

    def later(self, **span: float) -> None:
        """Move the test's present on."""
        self.clock.later(**span)


@pytest.fixture
def act(store: UnitOfWorkFactory, clock: ManualClock) -> Act:
    """Act as somebody."""
    return Act(store, clock)


@pytest.fixture
def recorded(store: UnitOfWorkFactory) -> Callable[[], list[Event]]:
    """Everything that stands in the outbox but timers, oldest first."""

    def read() -> list[Event]:
        with store.read_context() as ctx:
            rows = ctx.session.scalars(select(OutboxEvent).where(OutboxEvent.type != PeriodicJobDue.name)).all()
            rows = sorted(rows, key=lambda row: (row.created_at, row.id.bytes))
            return [load_event(row.type, row.payload) for row in rows]

    return read


APPS: dict[bool, Flask] = {}
TOKENS_LAST = timedelta(days=3650)  # a test may move its clock as far as it likes


class StrictAttributes(Undefined):
    """Fails where a template asks a view for an attribute that it does not have: a page would show nothing there."""

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any) -> None:
        super().__init__(hint, obj, name, *rest)
        if obj is not missing and not isinstance(obj, Mapping | str | Undefined | Sequence):
            raise AttributeError(f"a template asks {type(obj).__name__} for {name}")


@pytest.fixture
def app(settings: Settings, store: UnitOfWorkFactory) -> Flask:
    """The web application on the test's database: one for each kind, whose doors and templates are made once.

    A test gets it with settings, a store and limits of its own; whoever adds a door makes an application instead.
    """
    kind = store.database.is_sqlite
    app = APPS.get(kind) or APPS.setdefault(kind, create_app(settings, store))
    app.jinja_env.undefined = StrictAttributes
    web: Services = app.extensions["community"]
    web.settings, web.store = settings, store
    web.send_rate = TokenBucket(settings.send_limit.count, settings.send_limit.seconds) if settings.send_limit else None
    web.request_rates = None
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that is not signed in."""
    return app.test_client()


@pytest.fixture
def token_of(store: UnitOfWorkFactory) -> Callable[[Actor], str]:
    """A bearer token for somebody."""

    def make(actor: Actor) -> str:
        token = new_token()
        with store.unit_of_work() as uow:
            uow.session.add(
                Session(
                    id=new_id(),
                    member_id=actor.id,
                    token_hash=token_hash(token),
                    label="test",
                    created_at=uow.now,
                    last_used_at=uow.now,
                    idle_seconds=int(TOKENS_LAST.total_seconds()),
                    expires_at=uow.now + TOKENS_LAST,
                    stepped_up_at=uow.now + TOKENS_LAST,  # however far a test moves its clock
                )
            )
        return token

    return make


class SignedInClient:
    """A client with somebody's bearer token; paths under `/api/v1`."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.token = token

    def request(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """One request; `json` is the body."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        path = path if path.startswith("/api") else f"/api/v1{path}"
        return self.client.open(path, method=method, json=json, headers=headers, **options)

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda path, json=None, **options: self.request(method.upper(), path, json, **options)


@pytest.fixture
def api(app: Flask, token_of: Callable[[Actor], str]) -> Callable[[Actor], SignedInClient]:
    """`api(cast.ben).get("/rooms")`: the API as somebody sees it."""
    return lambda actor: SignedInClient(app.test_client(), token_of(actor))


@pytest.fixture
def page(app: Flask, token_of: Callable[[Actor], str]) -> Callable[[Actor], FlaskClient]:
    """`page(cast.ben).get("/rooms")`: the pages as somebody's browser sees them."""

    def sign_in(actor: Actor) -> FlaskClient:
        client = app.test_client()
        client.set_cookie("session", token_of(actor), domain="localhost")
        return client

    return sign_in
