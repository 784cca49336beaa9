"""What machines ask: whether the service is ready, and its metrics."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from community.app import create_app
from community.core.db import Database
from community.core.migrations import head_revision, revisions
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.health import metrics_token

LOOPBACK = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def at(database: Database) -> Iterator[Callable[[str], None]]:
    """Have the database say that it is at a revision."""

    def say(revision: str) -> None:
        with database.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})

    yield say
    say(head_revision())


def test_old_code_is_ready_after_a_release(client: FlaskClient, at: Callable[[str], None]) -> None:
    """The processes that still run were taken out of service before the new ones were there."""
    assert (client.get("/readyz").status_code, client.get("/readyz").json["migrations"]) == (200, "current")
    at("of_next_year")
    assert (client.get("/readyz").status_code, client.get("/readyz").json["migrations"]) == (200, "ahead")
    at(str(revisions()[head_revision()]))
    assert (client.get("/readyz").status_code, client.get("/readyz").json["migrations"]) == (503, "pending")


PASSED_ON = (
    "X-Forwarded-For", "Forwarded", "X-Real-IP", "x-real-ip", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Client-IP",
    "True-Client-IP", "CF-Connecting-IP", "Via", "X-Cluster-Client-Ip", "X-Original-Forwarded-For", "Fastly-Client-IP",
    "X-Forwarded", "X-Envoy-External-Address",
)  # fmt: skip


@pytest.mark.daily_on("sqlite")
def test_a_stranger_behind_a_proxy_sees_no_metrics(client: FlaskClient, settings: Settings) -> None:
    """Section C: with X-Real-IP alone the request looked like one of this machine."""
    assert client.get("/metrics", environ_base=LOOPBACK).status_code == 200
    for header in PASSED_ON:
        assert client.get("/metrics", environ_base=LOOPBACK, headers={header: "203.0.113.9"}).status_code == 404, header
    token = {"X-Real-IP": "203.0.113.9", "Authorization": f"Bearer {metrics_token(settings)}"}
    assert client.get("/metrics", environ_base=LOOPBACK, headers=token).status_code == 200


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer x", "Bearer \xff", "Basic x"])
def test_a_stranger_with_another_token_sees_no_metrics(client: FlaskClient, token: str) -> None:
    """Section C: also one that is no text that could be compared."""
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics", environ_base=elsewhere, headers={"Authorization": token}).status_code == 404


def test_a_stranger_cannot_name_our_host(settings: Settings, store: UnitOfWorkFactory) -> None:
    """Section C: X-Forwarded-Host made any origin one of ours when a proxy passed it on."""
    client = create_app(replace(settings, trusted_proxies=1), store).test_client()
    sign_in = {"email": "x@example.org", "password": "not the right words"}

    def ask(origin: str) -> str:
        headers = {"Origin": origin, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        return str(client.post("/api/v1/session", json=sign_in, headers=headers).json["code"])

    assert ask("https://localhost") != "csrf_failed"
    assert ask("https://evil.example") == "csrf_failed"
