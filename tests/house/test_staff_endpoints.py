"""Every staff endpoint needs a permission, and leaves an audit entry or has a written reason why not."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from community.core.audit_log import AuditEntry
from community.staff_endpoints import STAFF_ENDPOINTS
from tests.house.permissions import ROLES, TABLE, Row, assert_each, by_feature
from tests.house.restorable_app import RestorableApp

MEMBERS = ("own", "other", "blocked")
# Nothing is there to be done in the world of these tests, so that the action leaves nothing either.
NOTHING_TO_DO = {
    "DELETE /api/v1/members/<uuid:member_id>/suspension",
    "POST /console/members/<uuid:member_id>/suspension/end",
    "DELETE /api/v1/members/<uuid:member_id>/no-contacts/<uuid:other_id>",
    "POST /console/members/<uuid:member_id>/no-contacts/<uuid:other_id>/end",
    "DELETE /api/v1/reports/<uuid:report_id>/pause",
    "POST /console/reports/<uuid:report_id>/pause/end",
    "POST /console/events/replay",
}


def key_of(row: Row) -> str:
    return f"{row.method} {row.rule}"


def answers(row: Row) -> dict[str, str]:
    return dict(zip(ROLES, row.answers.split(), strict=True))


def is_staffs(row: Row) -> bool:
    """Whether coordinators or admins are answered what every member is refused."""
    got = answers(row)
    refused = all(got[role] in ("403", "404") for role in MEMBERS)
    return refused and any(got[role][0] in "23" for role in ("coordinator", "admin"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> RestorableApp:
    """One of everything."""
    return RestorableApp(tmp_path_factory.mktemp("staff"), migrated_sqlite)


def entries(site: RestorableApp) -> list[Any]:
    with site._database.engine.connect() as connection:
        return list(connection.execute(select(AuditEntry.__table__).order_by(AuditEntry.at)).mappings())


def test_every_endpoint_for_staff_only_is_declared(site: RestorableApp) -> None:
    """A8: what members are refused and coordinators get has a permission and an audit declaration."""
    there = {f"{method} {rule.rule}" for rule in site.app.url_map.iter_rules() for method in rule.methods or ()}
    assert {key_of(row) for row in TABLE if is_staffs(row)} - set(STAFF_ENDPOINTS) == set()
    assert set(STAFF_ENDPOINTS) - there == set()
    assert {key for key in there if "/console" in key and not key.startswith(("HEAD", "OPTIONS"))} <= set(
        STAFF_ENDPOINTS
    )


def test_every_declaration_says_one_thing() -> None:
    """A8: an entry, or the reason why there is none."""
    for key, endpoint in STAFF_ENDPOINTS.items():
        said = [bool(one) for one in (endpoint.reads, endpoint.does, endpoint.own, endpoint.exempt)]
        assert said.count(True) == 1, key
        assert all(len(name) <= 40 for name in (endpoint.reads, endpoint.does, endpoint.shows)), key
        assert not endpoint.exempt or len(endpoint.exempt) > 12, key
        assert endpoint.reads or endpoint.exempt or endpoint.own or not key.startswith("GET "), key


DECLARED = [row for row in TABLE if key_of(row) in STAFF_ENDPOINTS]


@pytest.mark.parametrize("rows", by_feature(DECLARED))
def test_ada_leaves_an_entry_and_a_refusal_leaves_none(site: RestorableApp, rows: list[Row]) -> None:
    """A8: each answered request of somebody with the permission is in the log, with their id; no refused one is."""

    def check(row: Row) -> None:
        endpoint, got = STAFF_ENDPOINTS[key_of(row)], answers(row)
        for role in ("other", "coordinator", "admin"):
            site.restore()
            before = len(entries(site))
            status = site.request(row, role).status_code
            assert str(status) == got[role]
            new = entries(site)[before:]
            actor = site.world.people[role]
            if status >= 400 and not (status in (409, 422) and endpoint.shows) and not row.rule.startswith("/console"):
                assert new == []
            if status >= 400 or not actor.may(endpoint.permission) or endpoint.exempt:
                continue
            if key_of(row) in NOTHING_TO_DO or (endpoint.own and endpoint.mixed and actor.id == site.world.cast.ben.id):
                continue
            assert new, f"{role} left nothing"
            assert {one["actor_id"] for one in new} == {actor.id}
            if endpoint.reads:
                assert [one["action"] for one in new] == [endpoint.reads]

    assert_each(rows, check)


LISTS = [row for row in DECLARED if row.method == "GET" and STAFF_ENDPOINTS[key_of(row)].reads]


@pytest.mark.parametrize("rows", by_feature(LISTS))
def test_a_page_that_polls_leaves_one_entry(site: RestorableApp, rows: list[Row]) -> None:
    """A8: the same look within ten minutes is one entry; another query is another."""

    def check(row: Row) -> None:
        if answers(row)["admin"] != "200":
            return
        site.restore()
        before = len(entries(site))
        for _ in range(3):
            site.request(row, "admin")
        assert len(entries(site)) == before + 1
        site.request(row, "admin", address=row.address + "?limit=7")
        site.request(row, "admin", address=row.address + "?limit=7")
        new = entries(site)[before:]
        assert len(new) == 2
        assert "query" not in new[0]["facts"]
        assert len(new[1]["facts"]["query"]) == 16

    assert_each(rows, check)


def test_a_search_for_ben_leaves_no_word_of_it(site: RestorableApp) -> None:
    """A8: searches are told apart by a keyed hash; the log holds neither the words nor an address."""
    site.restore()
    [row] = [row for row in TABLE if key_of(row) == "GET /console/members"]
    before = len(entries(site))
    for search in ("Ben", "ben@example.org", "Cleo"):
        site.request(row, "coordinator", address=f"/console/members?search={search}")
    new = entries(site)[before:]
    assert len({one["facts"]["query"] for one in new}) == 3
    assert [one["facts"]["count"] for one in new] == [1, 1, 1]
    assert not any(word in str(new).lower() for word in ("example.org", "cleo", "'ben"))


def test_lists_of_members_hold_no_address(site: RestorableApp) -> None:
    """A8: an address is read one member at a time, each look audited."""
    site.restore()
    rows = {key_of(row): row for row in TABLE}
    page = site.request(rows["GET /console/members"], "coordinator")
    listed = site.request(rows["GET /api/v1/members"], "coordinator")
    assert "example.org" not in page.text + listed.text
    assert {one["email"] for one in listed.json["items"]} == {None}
    one = site.request(rows["GET /api/v1/members/<uuid:member_id>"], "coordinator")
    assert one.json["email"] == "ben@example.org"
    assert entries(site)[-1]["action"] == "account.read"


def test_the_table_of_a_form_that_failed_is_audited_too(site: RestorableApp) -> None:
    """A8: a refused invitation shows the list of invitations, which is a read."""
    site.restore()
    [row] = [row for row in TABLE if key_of(row) == "POST /console/invitations"][:1]
    before = len(entries(site))
    answer = site.request(Row(row.method, row.rule, row.answers, body={"email": "no address"}), "coordinator")
    assert answer.status_code == 422
    assert "wren@example.org" in answer.text
    assert [one["action"] for one in entries(site)[before:]] == ["invitations.read"]


def test_no_refused_read_of_cleo_is_a_read(site: RestorableApp) -> None:
    """A8: what was not there leaves no entry."""
    site.restore()
    counts: dict[str, int] = defaultdict(int)
    with site._store.read_context() as ctx:
        counts["before"] = ctx.session.scalars(select(func.count()).select_from(AuditEntry)).one()
    for row in LISTS:
        if "_id}" in row.address:
            nowhere = Row(row.method, row.rule.split("<")[0] + "00000000-0000-4000-8000-000000000000", row.answers)
            site.request(nowhere, "admin")
    with site._store.read_context() as ctx:
        counts["after"] = ctx.session.scalars(select(func.count()).select_from(AuditEntry)).one()
    assert counts["after"] == counts["before"]
