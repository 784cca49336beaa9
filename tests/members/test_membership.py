"""Blocks, suspensions, closed accounts, profiles: what they end and who gets to know."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from community.core.errors import Conflict, NotFound, ValidationFailed
from community.core.events import Event
from community.core.ids import random_id
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members import access
from community.members.actions import accounts, sanctions
from community.members.events import MemberBlocked, MemberDeactivated, MemberSuspended
from community.members.models import Sanction
from community.members.queries import blocks, people, profile
from tests.conftest import Act
from tests.factories import Cast
from tests.support.accounts import give_password, sign_in

# Not base64; too few values; other types; a moment before time; a number for an id; an empty byte.
NOT_OURS = (
    "x",
    "W10",
    "WzEsMl0",
    "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwxXQ",
    "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsNV0",
    "%00",
)


def test_a_block_keeps_both_apart_and_tells_nobody(
    cast: Cast, act: Act, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:  # S34
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    act(cast.ben, accounts.block, member_id=cast.cleo.id)

    with store.read_context() as ctx:
        assert blocks.blocked_ids(ctx.session, cast.ben.id) == {cast.cleo.id}
        assert blocks.blocked_ids(ctx.session, cast.cleo.id) == {cast.ben.id}
    for one, other in ((cast.ben, cast.cleo), (cast.cleo, cast.ben)):
        with pytest.raises(NotFound):
            act.read(one, access.visible_member, member_id=other.id)
        with pytest.raises(NotFound):
            act.read(one, blocks.visible_handle, member_id=other.id)
    assert act.read(cast.cleo, profile.my_blocks) == []
    assert recorded() == [MemberBlocked(blocker_id=cast.ben.id, blocked_id=cast.cleo.id)]


def test_a_block_is_taken_back_only_by_who_made_it(cast: Cast, act: Act, store: UnitOfWorkFactory) -> None:
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    act(cast.cleo, accounts.unblock, member_id=cast.ben.id)
    with store.read_context() as ctx:
        assert blocks.blocked_ids(ctx.session, cast.ben.id) == {cast.cleo.id}
    act(cast.ben, accounts.unblock, member_id=cast.cleo.id)
    with store.read_context() as ctx:
        assert not blocks.blocked_ids(ctx.session, cast.ben.id)


def test_a_suspension_ends_every_session_and_keeps_out(
    cast: Cast, act: Act, api: Any, client: FlaskClient, store: UnitOfWorkFactory, recorded: Callable[[], list[Event]]
) -> None:
    email = give_password(store, cast.ben)
    phone, desk = api(cast.ben), api(cast.ben)
    made = api(cast.ada).post(f"/members/{cast.ben.id}/suspension", {"reason": "Threats in a room."})

    assert (made.status_code, made.json["kind"], made.json["ends_at"]) == (201, "suspension", None)
    assert [one.get("/me").status_code for one in (phone, desk)] == [401, 401]
    refused = sign_in(client, email)
    assert (refused.status_code, refused.json["code"]) == (403, "suspended")
    assert any(isinstance(event, MemberSuspended) for event in recorded())

    assert api(cast.ada).delete(f"/members/{cast.ben.id}/suspension").status_code == 204
    assert phone.get("/me").status_code == 401
    assert sign_in(client, email).status_code == 201


def suspend(uow: UnitOfWork, **what: Any) -> Sanction:
    return sanctions.impose(uow, kind="suspension", **what)


def test_a_suspension_is_over_when_its_time_is(cast: Cast, act: Act) -> None:
    act(cast.ada, suspend, member_id=cast.ben.id, reason="Rest.", until=act.now + timedelta(days=1))
    assert act.read(cast.ada, people.member, member_id=cast.ben.id).state == "suspended"
    act.later(days=1)
    assert act.read(cast.ada, people.member, member_id=cast.ben.id).state == "active"


def test_a_suspension_ends_in_time_to_come(cast: Cast, act: Act) -> None:
    with pytest.raises(ValidationFailed):
        act(cast.ada, suspend, member_id=cast.ben.id, reason="Rest.", until=act.now)


def test_a_closed_account_ends_every_session_once(
    cast: Cast, act: Act, api: Any, recorded: Callable[[], list[Event]]
) -> None:
    ben, ada = api(cast.ben), api(cast.ada)
    for _ in range(2):
        assert ada.put(f"/members/{cast.ben.id}/deactivation").status_code == 204
    assert ben.get("/me").status_code == 401
    assert recorded() == [MemberDeactivated(member_id=cast.ben.id)]


def test_ada_cannot_close_or_suspend_her_own_account(cast: Cast, act: Act) -> None:
    for action in (accounts.deactivate, lambda uow, member_id: suspend(uow, member_id=member_id, reason="x")):
        with pytest.raises(Conflict):
            act(cast.root, action, member_id=cast.root.id)


def test_coordinators_do_not_manage_each_other(cast: Cast, act: Act, api: Any) -> None:
    ada = api(cast.ada)
    not_hers = ada.put(f"/members/{cast.root.id}/deactivation")
    not_there = ada.put("/members/7d7b2b0c-0000-4000-8000-000000000000/deactivation")
    assert (not_hers.status_code, not_hers.data) == (not_there.status_code, not_there.data) == (404, not_there.data)
    act(cast.root, accounts.deactivate, member_id=cast.ada.id)


def test_ben_changes_his_handle_and_zone(cast: Cast, api: Any) -> None:
    ben = api(cast.ben)
    changed = ben.patch("/me", {"handle": "Bennett", "time_zone": "America/Denver"})
    assert (changed.json["handle"], changed.json["time_zone"]) == ("Bennett", "America/Denver")
    assert ben.patch("/me", {"handle": "bennett"}).json["handle"] == "bennett"
    taken = ben.patch("/me", {"handle": "C l e o"})
    assert (taken.status_code, taken.json["code"]) == (409, "handle_taken")
    assert list(taken.json["errors"]) == ["handle"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"role": "admin"},
        {"id": "7d7b2b0c-0000-4000-8000-000000000000"},
        {"email": "x@example.org"},
        {"state": "active"},
        {"handle": "Wren", "created_at": "2020-01-01T00:00:00Z"},
        {"consents": []},
        [],
        "text",
        7,
        None,
    ],
)
def test_ben_cannot_set_fields_that_are_not_his(cast: Cast, api: Any, body: Any) -> None:  # S14
    refused = api(cast.ben).patch("/me", body)
    assert refused.status_code in (400, 422)
    assert api(cast.ben).get("/me").json["handle"] == "Ben"


def test_members_see_neither_addresses_nor_lists(cast: Cast, api: Any) -> None:  # S14
    ben = api(cast.ben)
    assert [ben.get(path).status_code for path in ("/members", "/invitations", "/cohorts")] == [403] * 3
    listed = api(cast.ada).get("/members").json["items"]
    assert set(listed[0]) == {"id", "handle", "role", "email", "state", "cohort", "cohort_id", "created_at"}


def test_the_list_of_members_pages_without_gaps(cast: Cast, api: Any) -> None:  # console 9
    ada = api(cast.ada)
    seen, path = [], "/members?limit=2"
    while path:
        page = ada.get(path).json
        seen += [item["handle"] for item in page["items"]]
        path = f"/members?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert sorted(seen) == ["Ada", "Ben", "Cleo", "Dov", "Root"]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=" + "9" * 5000, *(f"cursor={bad}" for bad in NOT_OURS)],
)
def test_pages_that_are_not_there_are_refused(cast: Cast, api: Any, query: str) -> None:
    assert api(cast.ada).get(f"/members?{query}").status_code in (400, 422)


def test_cohorts_are_made_once(cast: Cast, api: Any) -> None:
    ada = api(cast.ada)
    made = ada.post("/cohorts", {"name": "Spring table"})
    assert made.status_code == 201
    assert ada.post("/cohorts", {"name": "spring TABLE"}).json["code"] == "cohort_exists"
    assert [item["name"] for item in ada.get("/cohorts").json["items"]] == ["Spring table"]
    invited = ada.post("/invitations", {"email": "wren@example.org", "cohort_id": made.json["id"]})
    assert invited.status_code == 201
    missing = {"email": "fox@example.org", "cohort_id": str(cast.ben.id)}
    assert ada.post("/invitations", missing).status_code == 404


def test_a_block_answers_alike_for_everybody_and_nobody(cast: Cast, act: Act, api: Callable[[Actor], Any]) -> None:
    """A10: for an unknown id, for oneself, and for who blocked first."""
    act(cast.cleo, accounts.block, member_id=cast.ben.id)
    for one in (cast.cleo.id, cast.dov.id, cast.ben.id, random_id()):
        for method in ("put", "put", "delete", "delete", "put"):
            answer = getattr(api(cast.ben), method)(f"/members/{one}/block")
            assert (answer.status_code, answer.data) == (204, b""), (one, method)


def test_a_blocked_member_never_learns_a_later_name(cast: Cast, act: Act) -> None:
    """A10: the list of blocks shows handles as they were known before the two were kept apart."""
    act(cast.cleo, accounts.block, member_id=cast.ben.id)
    act(cast.ben, accounts.block, member_id=cast.dov.id)
    act(cast.cleo, accounts.change_profile, handle="Tamsin")
    act(cast.dov, accounts.change_profile, handle="Heron")
    act(cast.ben, accounts.block, member_id=cast.cleo.id)
    assert act.read(cast.ben, profile.my_blocks) == [(cast.cleo.id, "Cleo"), (cast.dov.id, "Dov")]
    act(cast.root, accounts.create_no_contact_order, member_id=cast.ben.id, other_id=cast.ada.id, source="court")
    act(cast.ben, accounts.block, member_id=cast.ada.id)
    assert (cast.ada.id, "A member") in act.read(cast.ben, profile.my_blocks)
