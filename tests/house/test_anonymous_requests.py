"""What strangers are answered: the same for what exists and for what does not, before anything is loaded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from community.core.web import openapi
from community.public_endpoints import DEVELOPMENT_ENDPOINTS, PUBLIC_ENDPOINTS
from tests.house.permissions import TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import RestorableApp

OPEN = {**PUBLIC_ENDPOINTS, **DEVELOPMENT_ENDPOINTS}
CLOSED = [row for row in TABLE if f"{row.method} {row.rule}" not in OPEN]
WITH_IDS = [row for row in CLOSED if "_id}" in row.address]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
BODIES: tuple[dict[str, Any], ...] = (
    {},
    {"json": {}},
    {"json": ["nonsense"]},
    {"data": b"{", "content_type": "application/json"},
    {"data": {"nonsense": "1"}},
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything."""
    return RestorableApp(tmp_path_factory.mktemp("strangers"), migrated_sqlite)


@contextmanager
def statements(site: RestorableApp) -> Iterator[list[str]]:
    """Every SQL statement that runs meanwhile."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.append(statement)

    engine = site._database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield ran
    event.remove(engine, "before_cursor_execute", note)


def test_every_public_endpoint_is_there_and_has_a_reason(site: RestorableApp) -> None:
    """A9: the list of public endpoints is complete and holds nothing that is gone."""
    there = {f"{method} {rule.rule}" for rule in site.app.url_map.iter_rules() for method in rule.methods or ()}
    assert set(PUBLIC_ENDPOINTS) <= there
    assert all(len(reason) > 8 for reason in PUBLIC_ENDPOINTS.values())


def test_dov_signed_out_is_asked_to_sign_in_at_every_other_endpoint(site: RestorableApp) -> None:
    """A9: the whole URL map, so that a new endpoint is closed until it is listed."""
    for rule in site.app.url_map.iter_rules():
        address = re.sub(r"<(?:uuid|any\((\w+).*?\)):\w+>", lambda one: one[1] or str(uuid4()), rule.rule)
        address = re.sub(r"<\w+>", "x", address)
        for method in rule.methods or ():
            if f"{'GET' if method == 'HEAD' else method} {rule.rule}" in OPEN:
                continue
            answer = site.app.test_client().open(address, method=method)
            if method in ("GET", "HEAD") and not rule.rule.startswith("/api/"):
                assert answer.location.startswith("/sign-in"), (method, rule.rule)
            else:
                assert answer.status_code == 401, (method, rule.rule)


@pytest.mark.parametrize("rows", by_feature(WITH_IDS))
def test_dov_signed_out_cannot_tell_what_exists(site: RestorableApp, rows: list[Row]) -> None:
    """A9: existing and random ids are answered in the same bytes, for all methods, and all bodies of its own."""

    def check(row: Row) -> None:
        there = row.address.format(**site.world.objects)
        places = dict.fromkeys(re.findall(r"{(\w+_id)}", row.address))
        nowhere = row.address.format(**site.world.objects | {name: str(uuid4()) for name in places})
        with statements(site) as ran:
            for method in METHODS:
                for body in BODIES if method == row.method else BODIES[:1]:
                    one = site.app.test_client().open(there, method=method, **body)
                    other = site.app.test_client().open(nowhere, method=method, **body)
                    assert one.status_code == other.status_code >= 300
                    assert one.data.replace(there.encode(), b"") == other.data.replace(nowhere.encode(), b"")
                    assert {**one.headers, "Location": ""} == {**other.headers, "Location": ""}
        assert ran == []

    assert_each(rows, check)


@pytest.mark.parametrize("rows", by_feature(CLOSED))
def test_dov_signed_out_makes_the_database_do_nothing(site: RestorableApp, rows: list[Row]) -> None:
    """A9: neither a row nor the write gate is taken before somebody is asked who they are."""

    def check(row: Row) -> None:
        with statements(site) as ran:
            assert site.request(row, "out").status_code in (302, 401)
        assert ran == []

    assert_each(rows, check)


def test_the_api_document_calls_the_same_endpoints_public() -> None:
    """A9: there is one list of public endpoints, and programs read the same."""
    braces = str.maketrans("{}", "<>")
    document = {f"{method.upper()} /api/v1{path.translate(braces)}" for method, path in openapi._PUBLIC}
    assert document == {key for key in PUBLIC_ENDPOINTS if " /api/v1/" in key}
