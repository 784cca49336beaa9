"""One served server on each database for all faults, and the facts by which they are chosen."""

import uuid
from collections.abc import Iterator

import pytest

from tests.support.demo_server import DemoServer, serve_demo
from tests.support.proven_facts import facts_of

PEOPLE = 60
LEAVER = PEOPLE + 1  # who is signed out for good, and needed by no other test


def pytest_itemcollected(item: pytest.Item) -> None:
    """`-k M1` chooses the tests whose signature ends in `# M1`."""
    if isinstance(item, pytest.Function):
        item.extra_keyword_matches.update(facts_of(item.function))


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A coordinator, sixty alumni and one who leaves; three web processes and two workers."""
    env = {"COMMUNITY_SEND_LIMIT": "off"}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"faults_{uuid.uuid4().hex[:8]}")
    with serve_demo(tmp_path_factory.mktemp("faults"), members=LEAVER + 1, web=3, workers=2, **env) as server:
        yield server
