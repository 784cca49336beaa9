"""The permission matrix: every door is asked by every role, and what is not yours looks as what is not there."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from community.core.crypto.cipher import FieldCipher, is_encrypted
from community.core.crypto.encrypted_columns import encrypted_columns
from community.core.db import Base
from tests.house.permissions import ROLES, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import SECRET, RestorableApp

SEALED_IN_THE_WORLD = 5  # of the words there


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything."""
    return RestorableApp(tmp_path_factory.mktemp("permissions"), migrated_sqlite)


@pytest.mark.parametrize("rows", by_feature(TABLE))
def test_every_role_gets_its_answer(site: RestorableApp, rows: list[Row]) -> None:  # S13
    def check(row: Row) -> None:
        assert " ".join(str(site.response(row, role).status_code) for role in ROLES) == row.answers

    assert_each(rows, check)


@pytest.mark.parametrize("rows", by_feature([row for row in TABLE if "404" in row.answers and "_id}" in row.address]))
def test_cleo_cannot_tell_bens_things_from_missing_ones(site: RestorableApp, rows: list[Row]) -> None:  # S13
    """The same bytes for somebody else's and for nobody's, but for the words that say which page asked."""

    def check(row: Row) -> None:
        nowhere = re.sub(r"{\w+_id}", lambda _: str(uuid4()), row.address)
        for role, expected in zip(ROLES, row.answers.split(), strict=True):
            if expected != "404":
                continue
            not_yours = site.response(row, role)
            site.restore()
            not_there = site.request(row, role, address=nowhere)
            assert not_there.status_code == 404
            assert not_yours.data == not_there.data
            assert dict(not_yours.headers) == dict(not_there.headers)

    assert_each(rows, check)


def test_every_endpoint_has_a_row_in_the_table(site: RestorableApp) -> None:
    doors = {
        (method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = {row.key for row in TABLE}
    assert doors - rows == set(), "these doors have no row in tests/house/permissions.py"
    assert rows - doors == set(), "these rows have no door"


WRITING = [row for row in TABLE if row.method != "GET"]
WRITING_API = [row for row in WRITING if row.rule.startswith("/api/")]
WRITING_PAGES = [row for row in WRITING if not row.rule.startswith("/api/")]
MEASURE_LINK = "/measures/<uuid:sanction_id>/<token>"
TWO_STEP_LINK = "/two-step-link/<token>"
WITHOUT_SESSION = {
    "/sign-in",
    "/sign-in/code",
    TWO_STEP_LINK,
    "/email-change/<token>",
    "/email-change-stop/<token>",
    "/forgotten",
    "/reset/<token>",
    "/join/<token>",
    "/unsubscribe/<token>",
    MEASURE_LINK,
}


@pytest.mark.parametrize("rows", by_feature(WRITING_PAGES))
def test_a_form_without_its_token_changes_nothing(site: RestorableApp, rows: list[Row]) -> None:  # S15
    def check(row: Row) -> None:
        site.restore()
        answer = site.request(row, "admin", token=False)
        if row.rule in WITHOUT_SESSION:
            assert answer.status_code != 403
            return
        assert answer.status_code == 403

    assert_each(rows, check)


# A token in the address is the credential there, and mail programs post it from anywhere (RFC 8058).
FROM_ANYWHERE = {"/unsubscribe/<token>"}


@pytest.mark.parametrize("rows", by_feature([row for row in WRITING if row.rule not in FROM_ANYWHERE]))
def test_no_other_site_can_make_a_browser_write(site: RestorableApp, rows: list[Row]) -> None:  # S15
    def check(row: Row) -> None:
        site.restore()
        address = row.address.format(**site.world.objects)
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            client = site.app.test_client()
            client.set_cookie("session", site.world.tokens["own"], domain="localhost")
            assert client.open(address, method=row.method, headers=headers).status_code == 403

    assert_each(rows, check)


@pytest.mark.parametrize("rows", by_feature(WRITING_API))
def test_a_cookie_write_to_the_api_carries_the_token(site: RestorableApp, rows: list[Row]) -> None:  # S15
    def check(row: Row) -> None:
        site.restore()
        address = row.address.format(**site.world.objects)
        client = site.app.test_client()
        client.set_cookie("session", site.world.tokens["own"], domain="localhost")
        for headers in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": "ü" * 64}):
            answer = client.open(address, method=row.method, headers=headers, json={})
            assert (answer.status_code == 403) is (row.key not in EXEMPT)

    assert_each(rows, check)


EXEMPT = {
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/factor"),
    ("POST", "/api/v1/password-resets"),
    ("PUT", "/api/v1/password-resets/<token>"),
    ("PUT", "/api/v1/email-changes/<token>"),
    ("DELETE", "/api/v1/email-changes/<token>"),
    ("POST", "/api/v1/invitations/accept"),
}


def test_no_read_changes_anything(site: RestorableApp) -> None:  # S15
    assert site.tables_changed_by_reads() == []


@pytest.mark.parametrize("rows", by_feature(TABLE))
def test_every_answer_carries_the_strict_headers(site: RestorableApp, rows: list[Row]) -> None:  # S16, S42
    def check(row: Row) -> None:
        for role in ("out", "own"):
            answers = [site.response(row, role)]
            if row is rows[0]:  # addresses that no endpoint has are all answered by one function
                site.restore()
                answers.append(site.request(row, role, address=row.address + "/nowhere"))
            for answer in answers:
                policy = answer.headers["Content-Security-Policy"]
                assert policy.startswith("default-src 'none'; script-src 'self';")
                assert "unsafe" not in policy
                assert "frame-ancestors 'none'" in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
                assert answer.headers["X-Frame-Options"] == "DENY"
                if row.rule not in ("/static/<path:filename>", "/sw.js"):  # the same script for everybody
                    assert answer.headers["Cache-Control"] == "no-store"

    assert_each(rows, check)


NONSENSE = (b"[]", b"{", b"\xff\xfe\x00")
MORE_NONSENSE = (
    b"7",
    b'"x"',
    b"null",
    b'{"a":' * 50_000,
    b"[" * 100_000,
    "\ufeff{}".encode(),
    b'{"email": 1e999}',
    b'{"email": "\xed\xa0\x80"}',
    b"\x00" * 1000,
)


@pytest.mark.parametrize("rows", by_feature(WRITING_API))
def test_ada_sends_no_json_and_gets_a_problem(site: RestorableApp, rows: list[Row]) -> None:
    """Every endpoint gets the first bodies and three of the others, in turn."""
    headers = {"Authorization": f"Bearer {site.world.tokens['admin']}", "Content-Type": "application/json"}

    def check(row: Row) -> None:
        address = row.address.format(**site.world.objects)
        turn = 3 * WRITING_API.index(row)
        others = (MORE_NONSENSE[place % len(MORE_NONSENSE)] for place in range(turn, turn + 3))
        for body in (*NONSENSE, *others):
            site.restore()
            answer = site.app.test_client().open(address, method=row.method, data=body, headers=headers)
            assert answer.status_code < 500
            if answer.status_code >= 400:
                assert answer.content_type == "application/problem+json"
        too_large = site.app.test_client().open(address, method=row.method, data=b"x" * 300_000, headers=headers)
        assert too_large.status_code in (413, 204, 200, 404, 409, 410, 401, 201)

    assert_each(rows, check)


def test_encrypted_values_are_in_declared_columns_and_decrypt_there(site: RestorableApp) -> None:
    """Keys are turned by the columns' own declarations: one that is missing or wrong would lock its words away."""
    site.restore()
    cipher, opened = FieldCipher(SECRET), 0
    declared = {str(one): one for one in encrypted_columns()}
    with site._database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for name, value in row.items():
                    if isinstance(value, str) and is_encrypted(value):
                        bound_to = declared[f"{table.name}.{name}"].type.template.format(**row)
                        cipher.decrypt(value, associated_data=bound_to)
                        opened += 1
    assert opened >= SEALED_IN_THE_WORLD
