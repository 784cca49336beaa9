"""What a role may do is in one table; a role that is not in it may do what an alumnus may, and nothing else."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from community.account_endpoints import is_account_endpoint
from community.core.permissions import ORDER, PERMISSIONS, Permission, Role, roles_with
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.staff_endpoints import STAFF_ENDPOINTS
from tests.house.permissions import PUBLIC, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import RestorableApp
from tests.house.test_rules import ROOT, SOURCES, TEMPLATES

COLUMNS = {
    Role.ALUMNUS: ("own", "other", "blocked", "buddy", "ex_buddy"),
    **{role: (role.value,) for role in Role if role is not Role.ALUMNUS},
}


def invented(name: str) -> Role:
    """A role that no table knows, as one that is added tomorrow."""
    role = str.__new__(Role, name)
    role._name_, role._value_ = name.upper(), name
    return role


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, where every alumnus signs in with a role that is not in the table."""
    site = RestorableApp(tmp_path_factory.mktemp("visitor"), migrated_sqlite)
    web = site.app.extensions["community"]
    identify = web.identify

    def as_visitor(store: UnitOfWorkFactory, token: str) -> Actor | None:
        actor = identify(store, token)
        return replace(actor, role=invented("visitor")) if actor and actor.role is Role.ALUMNUS else actor

    web.identify = as_visitor
    return site


def test_every_permission_is_in_the_table() -> None:
    """A role has what the table says; a permission without a line would be given to nobody."""
    assert set(PERMISSIONS) == set(Permission)
    assert [one for one, roles in PERMISSIONS.items() if Role.ALUMNUS in roles] == [Permission.TAKE_PART]
    assert all(Role.ADMIN in roles for roles in PERMISSIONS.values()), "an admin may do everything"


def test_a_role_outside_the_order_acts_on_nobody_but_ranks_below_admins() -> None:
    """An auditor reads and is no part of the order: coordinators cannot act on them, nor they on members."""
    visitor = invented("visitor")
    assert [role for role in ORDER if visitor.is_above(role)] == [Role.ALUMNUS, Role.MODERATOR, Role.COORDINATOR]
    assert all(role.is_above(visitor) for role in ORDER)
    assert visitor.up_to_own == ()
    assert not visitor.has_any_permission
    assert not any(visitor.may(permission) for permission in Permission)


def test_ada_and_root_are_ordered_as_they_were() -> None:
    assert [one.is_above(other) for one in ORDER for other in ORDER] == [
        *(False, False, False, False),
        *(True, False, False, False),
        *(True, True, False, False),
        *(True, True, True, False),
    ]
    assert roles_with(Permission.READ_AUDIT) == ("admin", "auditor")


def test_the_matrix_in_the_docs_is_the_table_of_the_code() -> None:
    """S13: docs/security.md says for each role what it may do, as `PERMISSIONS` does."""
    lines = (ROOT / "docs" / "security.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    meaning = {row[0].strip("`"): row[1] for row in cells if len(row) == len(Role) + 2}
    marks = {one: ["yes" if role.may(one) else "–" for role in Role] for one in Permission}
    wanted = [f"| `{one}` | {meaning.get(one, '…')} | {' | '.join(marks[one])} |" for one in Permission]
    there = [line for line in lines if line.startswith("| `") and line.count("|") == len(Role) + 3]
    assert there == wanted, "paste this into docs/security.md:\n" + "\n".join(wanted)


@pytest.mark.parametrize("key", STAFF_ENDPOINTS)
def test_each_role_is_answered_as_the_table_says(key: str) -> None:
    """The matrix of answers and the table of permissions are one: who lacks the permission is refused everywhere."""
    endpoint = STAFF_ENDPOINTS[key]
    columns = {column for some in COLUMNS.values() for column in some}
    rows = [{one: row.answer_of(one) for one in columns} for row in TABLE if f"{row.method} {row.rule}" == key]
    assert rows, "no row in tests/house/permissions.py"
    for role, columns in COLUMNS.items():
        answers = {row[column] for row in rows for column in columns}
        if role.may(endpoint.permission):
            assert any(answer not in ("401", "403") for answer in answers)
        elif not endpoint.mixed:
            assert answers <= {"403", "404"}


@pytest.mark.parametrize("rows", by_feature(TABLE))
def test_a_new_role_opens_its_account_and_nothing_else(visited: RestorableApp, rows: list[Row]) -> None:
    """A role without permissions is refused everywhere but at the public endpoints and its own account."""

    def check(row: Row) -> None:
        key = f"{row.method} {row.rule}"
        if key not in PUBLIC and not is_account_endpoint(key):
            assert str(visited.request(row, "other").status_code) == ("403" if row.rule.startswith("/api/") else "404")

    assert_each(rows, check)


def test_nothing_rests_on_not_being_an_alumnus() -> None:
    """What a role may do is asked of the table: `may`, `permitted`, `roles_with`."""
    wrong = re.compile(r"""\bis_staff\b|(!=|is not|not in) *\(?(Role\.ALUMNUS|["']alumnus["'])""")
    shown_only = {f"templates/console/{page}.html" for page in ("member", "members", "invitations")}
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (*SOURCES, *TEMPLATES)
        if str(path.relative_to(ROOT)) not in shown_only
        for line in path.read_text().splitlines()
        if wrong.search(line)
    ]
    assert found == []
