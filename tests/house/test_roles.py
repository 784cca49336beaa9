"""What a role may do is in one table; a role that is not in it may do what an alumnus may, and nothing else."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from community.core.permissions import ORDER, PERMISSIONS, Permission, Role, roles_with
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.staff_endpoints import STAFF_ENDPOINTS
from tests.house.permissions import ROLES, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import RestorableApp
from tests.house.test_rules import ROOT, SOURCES, TEMPLATES

COLUMNS = {Role.ALUMNUS: ("own", "other", "blocked"), Role.COORDINATOR: ("coordinator",), Role.ADMIN: ("admin",)}
DIFFERS_EACH_TIME = {"/metrics", "/readyz"}


def invented(name: str) -> Role:
    """A role that no table knows, as one that is added tomorrow."""
    role = str.__new__(Role, name)
    role._name_, role._value_ = name.upper(), name
    return role


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything, asked by Cleo in her own role."""
    return RestorableApp(tmp_path_factory.mktemp("alumnus"), migrated_sqlite)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """The same, where every alumnus signs in with a role that is not in the table."""
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
    assert not any(Role.ALUMNUS in roles for roles in PERMISSIONS.values())
    assert all(Role.ADMIN in roles for roles in PERMISSIONS.values()), "an admin may do everything"


def test_a_role_outside_the_order_acts_on_nobody_but_ranks_below_admins() -> None:
    """An auditor reads and is no part of the order: coordinators cannot act on them, nor they on members."""
    visitor = invented("visitor")
    assert [role for role in ORDER if visitor.is_above(role)] == [Role.ALUMNUS, Role.COORDINATOR]
    assert all(role.is_above(visitor) for role in ORDER)
    assert visitor.up_to_own == ()
    assert not visitor.has_any_permission
    assert not any(visitor.may(permission) for permission in Permission)


def test_ada_and_root_are_ordered_as_they_were() -> None:
    assert [one.is_above(other) for one in ORDER for other in ORDER] == [
        *(False, False, False),
        *(True, False, False),
        *(True, True, False),
    ]
    assert roles_with(Permission.READ_AUDIT) == ("admin",)


@pytest.mark.parametrize("key", STAFF_ENDPOINTS)
def test_each_role_is_answered_as_the_table_says(key: str) -> None:
    """The matrix of answers and the table of permissions are one: who lacks the permission is refused everywhere."""
    endpoint = STAFF_ENDPOINTS[key]
    rows = [dict(zip(ROLES, row.answers.split(), strict=True)) for row in TABLE if f"{row.method} {row.rule}" == key]
    assert rows, "no row in tests/house/permissions.py"
    for role, columns in COLUMNS.items():
        answers = {row[column] for row in rows for column in columns}
        if role.may(endpoint.permission):
            assert any(answer not in ("401", "403") for answer in answers)
        elif not endpoint.mixed:
            assert answers <= {"403", "404"}


@pytest.mark.parametrize("rows", by_feature(TABLE))
def test_a_new_role_opens_nothing_that_cleo_may_not(
    site: RestorableApp, visited: RestorableApp, rows: list[Row]
) -> None:
    """A role without permissions is answered as an alumnus, in the same bytes where she only looks."""

    def check(row: Row) -> None:
        if row.method != "GET":
            site.restore()
            visited.restore()
        one, other = site.request(row, "other"), visited.request(row, "other")
        assert one.status_code == other.status_code
        if row.method == "GET" and row.rule not in DIFFERS_EACH_TIME:
            assert plain(other, visited) == plain(one, site)

    assert_each(rows, check)


def plain(answer: Any, site: RestorableApp) -> str:
    """The answer without what differs between two worlds: ids, tokens, the role's name and moments."""
    text = answer.text.replace("Visitor", "Alumnus").replace("visitor", "alumnus")
    for secret in (*site.world.tokens.values(), *site.world.objects.values()):
        text = text.replace(secret, "…")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "…", text)
    text = re.sub(r"\b[\w-]{40,}\b", "…", text)
    text = re.sub(r"\b\d{8}T\d{6}Z", "…", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:\d\d)?", "…", text)
    return re.sub(r"\d{1,2}:\d\d [ap]m", "…", text)


def test_nothing_rests_on_not_being_an_alumnus() -> None:
    """What a role may do is asked of the table: `may`, `permitted`, `roles_with`."""
    wrong = re.compile(r"""\bis_staff\b|(!=|is not|not in) *\(?(Role\.ALUMNUS|["']alumnus["'])""")
    shown_only = {"templates/console/members.html", "templates/console/invitations.html"}  # the tag beside a name
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (*SOURCES, *TEMPLATES)
        if str(path.relative_to(ROOT)) not in shown_only
        for line in path.read_text().splitlines()
        if wrong.search(line)
    ]
    assert found == []
