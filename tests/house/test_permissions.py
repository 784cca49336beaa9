"""The permission matrix: every door is asked by every role, and what is not yours looks as what is not there."""

import json
import re
from pathlib import Path
from typing import Any
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
    "/sign-in/passkey",
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
    ("POST", "/api/v1/session/passkey-options"),  # not found without https or localhost
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


FIELD_NAMES = Path(__file__).with_name("field_names.json")
SEEN_BY = {"members": ("own", "other", "blocked"), "coordinators": ("coordinator",), "admins": ("admin",)}
# In no answer to a member about another: what staff know of people, and what they write about them.
OF_STAFF = {"email", "legal_name", "name_in_full", "phone", "town", "emergency_contact", "note", "notes", "reporter"}


# In preferences `email` is a channel, and the API document names every field there is.
ABOUT_ONESELF = ("/api/v1/me", "/api/v1/notification-preferences", "/api/v1/openapi.json")


def field_names(value: Any, at: str = "") -> set[str]:
    """Return the names of the fields of an answer with their place in it; a list counts as its items."""
    if isinstance(value, list):
        return {name for item in value for name in field_names(item, at)}
    if not isinstance(value, dict):
        return set()
    found = set()
    for key, item in value.items():
        name = f"{at}{'*' if ID.fullmatch(key) else key}"
        found |= {name} | field_names(item, f"{name}.")
    return found


ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def answered_fields(site: RestorableApp) -> dict[str, dict[str, list[str]]]:
    """Return the names of the fields of every read of the API: those for all readers, and what some get beside."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in TABLE:
        if row.method != "GET" or not row.rule.startswith("/api/v1/") or row.rule.endswith("/openapi.json"):
            continue
        seen = found.setdefault(f"GET {row.rule}", {})
        for who, columns in SEEN_BY.items():
            for column in columns:
                answer = site.response(row, column)
                if answer.status_code == 200 and answer.is_json:
                    seen.setdefault(who, set()).update(field_names(answer.json))
    return {key: _beside(seen) for key, seen in sorted(found.items()) if seen}


def _beside(seen: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return for each group of readers the names that no group before it has; none for a group that reads nothing."""
    told: set[str] = set()
    beside = {}
    for who, names in seen.items():
        beside[who], told = sorted(names - told), told | names
    return beside


def test_each_role_gets_the_fields_that_the_snapshot_names(site: RestorableApp) -> None:
    """S14: a field that is added to an answer is seen by each role's readers on purpose, or not at all."""
    assert answered_fields(site) == json.loads(FIELD_NAMES.read_text()), "run: python -m tests.house.field_names"


def test_cleo_reads_nothing_that_staff_know_of_ben(site: RestorableApp) -> None:
    """S14: no answer to another member has an address, a legal name, a phone number or a note."""
    for row in TABLE:
        if row.method != "GET" or not row.rule.startswith("/api/v1/") or row.rule.startswith(ABOUT_ONESELF):
            continue
        for column in ("other", "blocked"):
            answer = site.response(row, column)
            if answer.status_code == 200 and answer.is_json:
                names = {name.rpartition(".")[2] for name in field_names(answer.json)}
                assert not names & OF_STAFF, f"{row.rule} as {column}: {names & OF_STAFF}"


@pytest.mark.parametrize("rows", by_feature(WRITING_API))
def test_no_body_gives_ben_a_role_or_another_owner(site: RestorableApp, rows: list[Row]) -> None:
    """S14: fields that a schema does not name are refused, so no write takes a role, a state or an owner along."""

    def check(row: Row) -> None:
        if row.body is None or row.answer_of("own")[0] != "2" or row.key in TAKES_ROLE:
            return
        for extra in ({"role": "admin"}, {"member_id": site.world.objects["root_id"], "state": "active"}):
            site.restore()
            more = Row(row.method, row.rule, row.answers, row.at, {**row.body, **extra})
            assert site.request(more, "own").status_code == 422

    assert_each(rows, check)


TAKES_ROLE = {("PUT", "/api/v1/buddy-profile")}  # seeking, mentor or peer


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
