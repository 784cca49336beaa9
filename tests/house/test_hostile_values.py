"""Values that programs and people should not send: into every field, path and query, none is a fault of ours."""

import json
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import make_url

from community.app import create_app
from community.core.db import Database
from community.core.migrations import migrate
from community.core.pubsub import PubSub
from community.core.settings import load_settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.core.web.request_context import csrf_token_for
from community.members.models import Member, Sanction
from tests.house.permission_fixtures import World
from tests.house.permissions import TABLE, Row
from tests.support.clock import ManualClock
from tests.support.no_fsync import no_fsync_database

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"
# Each stands for a kind of fault that was found, here or elsewhere. JSON texts, as they go over the wire.
NASTY = (
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"x\\udfffy"',
    '"\\u202egnp.exe"',
    '"\\u200b"',
    '"\\ufeff"',
    '"\\uffff"',
    '"\\u0085\\u000b"',
    '""',
    '" "',
    '"' + "a" * 5000 + '"',
    '"' + "\\u0301" * 5000 + '"',
    '"' + "\\u3164" * 40 + '"',
    "1" + "0" * 4400,
    "-1" + "0" * 4400,
    "9223372036854775808",
    "-9223372036854775809",
    "2147483648",
    "1e999",
    "-1e999",
    "1.5",
    "NaN",
    "-0.0",
    "true",
    "null",
    "[]",
    "{}",
    "[[[[[[[[]]]]]]]]",
    '{"a": {"a": {"a": null}}}',
    "[" + ",".join(["{}"] * 1200) + "]",
    '["\\u0000"]',
    '{"\\u0000": 1}',
    '{"\\ud800": 1}',
    '"9999-12-31T23:59:59Z"',
    '"0001-01-01T00:00:00+14:00"',
    '"0001-01-01"',
    '"9999-12-31"',
    '"0001-01"',
    '"24:00"',
    '"localtime"',
    '"../../etc/passwd"',
    '"https://["',
    '"https://\\u2100.example/"',
    '"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"',
    '"00000000-0000-0000-0000-000000000000"',
    '"%00"',
    '"\'; DROP TABLE members; --"',
)
IN_ADDRESSES = ("%00", "%FF", "%ED%A0%80", "a" * 3000, "9999-12-31T23:59:59Z", "0001-01", "9999-12", "-1", "9" * 4400)
ROWS = [row for row in TABLE if not row.rule.startswith(("/static", "/metrics"))]
SENDING = [row for row in ROWS if row.method != "GET"]


class Place:
    """One of everything on one kind of database."""

    def __init__(self, url: str, folder: Any) -> None:
        database = no_fsync_database(url) if make_url(url).get_backend_name() == "sqlite" else Database(url)
        self.store = UnitOfWorkFactory(database, PubSub(None), clock=ManualClock(), secrets=(SECRET,))
        self.world = World(self.store, secret=SECRET)
        environment = {
            "COMMUNITY_DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "COMMUNITY_SEND_LIMIT": "off",
        }
        self.app = create_app(load_settings(environment), self.store)
        self.app.config["SERVER_NAME"] = None

    def send(self, row: Row, role: str, **sent: Any) -> Any:
        """One request as somebody; again when what was sent before has signed them out or shut them out."""
        answer = self._send(row, role, **sent)
        if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in"):
            self._let_in()
            answer = self._send(row, role, **sent)
        return answer

    def _let_in(self) -> None:
        with self.store.unit_of_work() as uow:
            uow.session.execute(update(Member).values(state="active"))
            uow.session.execute(update(Sanction).values(lifted_at=uow.now))
        self.world._sessions()

    def _send(self, row: Row, role: str, *, address: str = "", body: str | None = None, form: Any = None) -> Any:
        client = self.app.test_client()
        address = address or row.address.format(**self.world.objects)
        token = self.world.tokens[role]
        if row.rule.startswith("/api/"):
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            return client.open(address, method=row.method, data=body, headers=headers)
        client.set_cookie("session", token, domain="localhost")
        if form is not None:
            with self.app.test_request_context():
                form = {**form, "csrf_token": csrf_token_for(token)}
        return client.open(address, method=row.method, data=form)

    def filled(self, value: Any) -> Any:
        """A body with the objects of its names."""
        if isinstance(value, str):
            return re.sub(r"{(\w+)}", lambda found: self.world.objects[found[1]], value)
        if isinstance(value, dict):
            return {key: self.filled(one) for key, one in value.items()}
        return [self.filled(one) for one in value] if isinstance(value, list) else value


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: Any, tmp_path_factory: Any, migrated_sqlite: Any) -> Iterator[Place]:
    """A place whose state may drift: nobody asks what became of it."""
    folder = tmp_path_factory.mktemp("nasty")
    if request.param == "sqlite":
        shutil.copy(migrated_sqlite, folder / "community.sqlite3")
        url = f"sqlite:///{folder / 'community.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres").create_database("nasty")
        migrate(url)
    here = Place(url, folder)
    yield here
    here.store.database.dispose()


def _bodies(place: Place, row: Row) -> Iterator[tuple[str, list[str]]]:
    """For each field of a row's body, and of its shape, the body with a hole where the field's value goes."""
    body = place.filled(row.body) if isinstance(row.body, dict) else {}
    for path in [*_paths(body), *((name,) for name in _names(place, row) if name not in body)]:
        text = json.dumps(_put(body, path, "HOLE"))
        yield ".".join(map(str, path)), text.split('"HOLE"', 1)


def _names(place: Place, row: Row) -> list[str]:
    view = _view(place, row)
    parameters = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
    shapes = [one["schema"] for one in parameters if one["in"] == "json"]
    made = [one() if isinstance(one, type) else one for one in shapes]
    return [field.data_key or name for one in made for name, field in one.fields.items() if not field.dump_only]


def _view(place: Place, row: Row) -> Any:
    for rule in place.app.url_map.iter_rules():
        if rule.rule == row.rule and row.method in (rule.methods or ()):
            return place.app.view_functions[rule.endpoint]
    raise AssertionError(row)


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*before, key)
        yield from _paths(inner, (*before, key))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _put(copy[path[0]], path[1:], new) if len(path) > 1 else new
    return copy


def _some(values: tuple[str, ...], place: int, *, every: bool) -> list[str]:
    """All of them; or two, others for each place, so that all are sent somewhere."""
    return [*values] if every else [values[(2 * place + one) % len(values)] for one in range(2)]


@pytest.mark.daily_on("postgresql")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])])
def test_no_value_in_any_field_is_a_fault_of_ours(place: Place, every: bool) -> None:
    """A19g, X17: each field of each body of the API, as a coordinator and as an alumnus."""
    faults, count = [], 0
    for row in SENDING:
        if not row.rule.startswith("/api/") or row.rule.endswith("/session"):
            continue
        for name, (head, tail) in _bodies(place, row):
            for nasty in _some(NASTY, count, every=every):
                answer = place.send(row, "coordinator" if count % 3 else "own", body=head + nasty + tail)
                if answer.status_code >= 500:
                    faults.append(f"{row.method} {row.rule} {name} {nasty[:40]}: {answer.status_code}")
                count += 1
    assert count > 300
    assert faults == []


@pytest.mark.daily_on("postgresql")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])])
def test_no_address_or_query_is_a_fault_of_ours(place: Place, every: bool) -> None:
    """A19g: each part of each path, and each parameter of each query."""
    faults, count = [], 0
    for row in ROWS:
        names = re.findall(r"{(\w+)}", row.address.partition("?")[0]) if "{" in row.address else []
        asked = [*_query_names(place, row), "of", "day", "cursor", "date", "like", "from"]
        for nasty in _some(IN_ADDRESSES, count, every=every):
            count += 1
            addresses = [row.address.format(**{**place.world.objects, name: nasty}) for name in names]
            if row.method == "GET":
                some = asked if every else [asked[count % len(asked)]]
                plain = row.address.format(**place.world.objects).partition("?")[0]
                addresses += [f"{plain}?{name}={nasty}" for name in some]
            for address in addresses:
                answer = place.send(row, "coordinator" if count % 2 else "own", address=address, body="{}", form=None)
                if answer.status_code >= 500:
                    faults.append(f"{row.method} {address[:120]}: {answer.status_code}")
    assert faults == []


def _query_names(place: Place, row: Row) -> list[str]:
    parameters = getattr(_view(place, row), "_apidoc", {}).get("arguments", {}).get("parameters", [])
    shapes = [one["schema"] for one in parameters if one["in"] == "query"]
    made = [one() if isinstance(one, type) else one for one in shapes]
    return [field.data_key or name for one in made for name, field in one.fields.items()]


FORMS = [row for row in SENDING if not row.rule.startswith("/api/")]
IN_FORMS = (
    "\0",
    "\ufffd",
    "a" * 5000,
    "9" * 4400,
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59",
    "https://[",
    "",
    "\u202e",
)


@pytest.mark.daily_on("postgresql")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])])
def test_no_field_of_a_form_is_a_fault_of_ours(place: Place, every: bool) -> None:
    """A19g: fields that no form has, that come twice, and with odd values."""
    faults, count = [], 0
    extra = {"extra": "1", "uow": "1", "self": "1", "report_id": "1", "actor": "1"}
    for row in FORMS:
        if row.rule in ("/sign-out",):
            continue
        body = place.filled(row.body) or {}
        forms = [{**body, **extra}, {name: [value, value] for name, value in body.items()}]
        for name in body:
            forms += [{**body, name: nasty} for nasty in _some(IN_FORMS, count, every=every)]
            count += 1
        for form in forms:
            for role in ("own", "coordinator"):
                answer = place.send(row, role, form=form)
                if answer.status_code >= 500:
                    faults.append(f"{row.method} {row.rule} {str(form)[:120]} {role}: {answer.status_code}")
    assert faults == []


def test_an_alumnus_with_extra_fields_sees_what_nobody_sees(place: Place) -> None:
    """A19g: permission before anything else, whatever is in the form."""
    [row] = [row for row in FORMS if row.rule == "/console/reports/<uuid:report_id>/opening"]
    assert place.send(row, "own", form={"extra": "1"}).status_code == 404


@pytest.mark.parametrize("body", ["[" + "{}," * 80_000 + "{}]", '{"availability": [' + "{}," * 80_000 + "{}]}"])
def test_a_body_of_thousands_of_values_is_not_looked_at(place: Place, body: str) -> None:
    """A1, as a class: items are counted before shapes look at them."""
    [row] = [row for row in SENDING if row.key == ("PUT", "/api/v1/buddy-profile")]
    assert place.send(row, "own", body=body).status_code in (400, 413)
