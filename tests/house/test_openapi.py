"""Programs that send whatever the document allows, and what it does not, never get a fault of ours."""

import contextlib
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from community.app import create_app
from community.core.pubsub import PubSub
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.request_context import API_PREFIX
from tests.house.permission_fixtures import World
from tests.support.clock import ManualClock
from tests.support.no_fsync import no_fsync_database

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
# Ending one's own session or password would leave the rest of the run signed out.
LEFT_OUT = {"delete_session", "put_me_password"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> tuple[Any, World]:
    """The application with one of everything, and its document."""
    folder = tmp_path_factory.mktemp("openapi")
    file = folder / "community.sqlite3"
    shutil.copy(migrated_sqlite, file)
    store = UnitOfWorkFactory(
        no_fsync_database(f"sqlite:///{file}"), PubSub(None), secrets=(SECRET,), clock=ManualClock()
    )
    world = World(store, secret=SECRET)
    environment = {
        "COMMUNITY_DATA_DIR": str(folder / "var"),
        "DATABASE_URL": f"sqlite:///{file}",
        "SECRET_KEY": SECRET,
        "COMMUNITY_SEND_LIMIT": "off",
    }
    return create_app(load_settings(environment), store), world


@pytest.mark.parametrize("examples", [3, pytest.param(25, marks=[pytest.mark.prove, pytest.mark.timeout(900)])])
@pytest.mark.parametrize("role", [pytest.param("own", marks=pytest.mark.prove), "coordinator"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does not fit"])
def test_nothing_that_is_sent_is_a_fault_of_ours(
    site: tuple[Any, World], role: str, mode: GenerationMode, examples: int
) -> None:
    app, world = site
    headers = {"Authorization": f"Bearer {world.tokens[role]}"}
    asked, faults = 0, []
    for case, drawn in all_cases(app, mode, examples):
        at_home = {name: world.objects.get(name, value) for name, value in drawn.items()}
        case.path_parameters = at_home if asked % 2 else dict(drawn)
        answer = case.call(headers=headers)
        asked += 1
        if answer.status_code >= 500 or (answer.status_code >= 400 and not is_problem(answer)):
            faults.append(f"{case.method} {case.formatted_path} {answer.status_code} {case.query!r} {case.body!r}")
    assert faults == []
    assert asked > 200


@lru_cache(maxsize=2)
def all_cases(app: Any, mode: GenerationMode, examples: int) -> list[tuple[Any, dict[str, Any]]]:
    """Some requests to every operation, with what was drawn for their addresses.

    They are the same for every role, and made once: making them takes longer than asking.
    """
    schema = schemathesis.openapi.from_wsgi(f"{API_PREFIX}/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    return [
        (case, dict(case.path_parameters or {}))
        for operation in operations
        if operation.definition.raw["operationId"] not in LEFT_OUT
        for case in cases(operation, mode, examples)
    ]


def cases(operation: Any, mode: GenerationMode, examples: int) -> list[Any]:
    """Some requests to an operation; none where nothing of it can be wrong."""
    made: list[Any] = []

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        made.append(case)

    with contextlib.suppress(Unsatisfiable):
        collect()
    return made


def is_problem(answer: Any) -> bool:
    """Whether an error is told as the document says."""
    return bool(answer.headers["content-type"][0] == "application/problem+json")
