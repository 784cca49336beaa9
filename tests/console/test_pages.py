"""The coordinators' screens: members, invitations, lists; nothing there for anybody else."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community.core.audit_log import AuditEntry
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.models import Cohort, Invitation, Member
from tests.factories import Cast, make_member
from tests.pages import csrf

LIST = b"email;cohort\r\nwren@example.org;spring table\r\nben@example.org;\r\nnonsense;\r\nwren@example.org;\r\n"


def test_members_are_found_by_name_and_address(cast: Cast, page: Any) -> None:
    ada = page(cast.ada)
    assert [name in ada.get("/console/members").text for name in ("Ben", "Cleo", "Root")] == [True] * 3
    found = ada.get("/console/members?search=CLE").text
    assert ">Cleo</a>" in found
    assert ">Ben</a>" not in found
    by_address = ada.get("/console/members?search=ben@example").text
    assert ">Ben</a>" in by_address
    assert ">Cleo</a>" not in by_address
    assert ada.get("/console/members?search=%00").status_code == 400
    for search in ("%", "_", "\\", "x" * 500, "'"):
        assert ">Ben</a>" not in ada.get("/console/members", query_string={"search": search}).text


def test_many_members_come_in_pages(cast: Cast, page: Any, store: UnitOfWorkFactory) -> None:
    with store.unit_of_work() as uow:
        for number in range(60):
            make_member(uow, f"Person {number:02}")
    ada = page(cast.ada)
    first = ada.get("/console/members").text
    onward = first.split('href="/console/members?search=&amp;cursor=')[1].split('"')[0]
    second = ada.get(f"/console/members?search=&cursor={onward}").text
    shown = [sum(f"Person {number:02}" in text for text in (first, second)) for number in range(60)]
    assert shown == [1] * 60


def test_each_opening_of_an_account_is_written_down_once(cast: Cast, page: Any, store: UnitOfWorkFactory) -> None:
    """Spec care, fact 6: who, whom, when. Whoever may not look leaves nothing, nor does the list of everybody."""
    address = f"/console/members/{cast.ben.id}"
    assert page(cast.cleo).get(address).status_code == 404
    ada = page(cast.ada)
    ada.get("/console/members")
    token = csrf(ada.get(address))
    assert page(cast.root).get(address).status_code == 200
    assert ada.post(f"{address}/suspension", data={"reason": "", "csrf_token": token}).status_code == 422
    with store.read_context() as ctx:
        read = select(AuditEntry).where(AuditEntry.action == "account.read")
        entries = ctx.session.scalars(read).all()
    assert sorted(entry.actor_id for entry in entries) == sorted([cast.ada.id, cast.ada.id, cast.root.id])
    assert {(entry.subject_id, entry.member_id) for entry in entries} == {(cast.ben.id, cast.ben.id)}
    assert "No one has" in page(cast.ben).get("/who-looked").text  # a look after a report would tell of the report


def test_ada_suspends_and_lets_in_again(cast: Cast, page: Any, api: Any) -> None:
    ada, ben = page(cast.ada), api(cast.ben)
    address = f"/console/members/{cast.ben.id}"
    token = csrf(ada.get(address))

    for days in ("0", "many", "-1", "9999", "٣"):
        refused = ada.post(f"{address}/suspension", data={"reason": "Threats.", "days": days, "csrf_token": token})
        assert refused.status_code == 422
    assert ben.get("/me").status_code == 200
    done = ada.post(f"{address}/suspension", data={"reason": "Threats.", "days": "3", "csrf_token": token})
    assert done.status_code == 303
    assert ben.get("/me").status_code == 401
    assert "Suspended" in ada.get(address).text

    assert ada.post(f"{address}/suspension/end", data={"csrf_token": token}).status_code == 303
    assert "Suspend Ben" in ada.get(address).text
    assert api(cast.ben).get("/me").status_code == 200


def test_ada_closes_an_account_and_opens_it_again(cast: Cast, page: Any, api: Any) -> None:
    ada = page(cast.ada)
    address = f"/console/members/{cast.ben.id}"
    token = csrf(ada.get(address))
    ada.post(f"{address}/deactivation", data={"csrf_token": token})
    assert api(cast.ben).get("/me").status_code == 401
    ada.post(f"{address}/deactivation/end", data={"csrf_token": token})
    assert api(cast.ben).get("/me").status_code == 200


def test_ada_invites_somebody_and_sees_the_link_once(cast: Cast, page: Any, client: FlaskClient) -> None:
    ada = page(cast.ada)
    token = csrf(ada.get("/console/invitations"))
    made = ada.post(
        "/console/invitations",
        data={"email": "wren@example.org", "role": "alumnus", "cohort_id": "", "csrf_token": token},
    )
    link = made.text.split("/join/")[1].split('"')[0]

    assert client.get(f"/join/{link}").status_code == 200
    listed = ada.get("/console/invitations").text
    assert "wren@example.org" in listed
    assert link not in listed


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "nonsense"},
        {"email": "wren@example.org", "role": "king"},
        {"email": "wren@example.org", "cohort_id": "x"},
        {"email": "ben@example.org"},
        {"email": ["a@example.org", "b@example.org"]},
    ],
)
def test_ada_reads_an_error_beside_its_field(cast: Cast, page: Any, fields: dict[str, Any]) -> None:
    ada = page(cast.ada)
    token = csrf(ada.get("/console/invitations"))
    answer = ada.post("/console/invitations", data={**fields, "csrf_token": token})
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.text


def test_ada_adds_a_line_of_her_own_to_an_invitation(cast: Cast, page: Any, store: UnitOfWorkFactory) -> None:
    ada = page(cast.ada)
    form = {"email": "wren@example.org", "role": "alumnus", "cohort_id": "", "csrf_token": csrf(ada.get("/account"))}
    assert ada.post("/console/invitations", data={**form, "note": "x" * 201}).status_code == 422
    assert ada.post("/console/invitations", data={**form, "note": "As we said on Friday."}).status_code == 200
    with store.read_context(cast.ada) as ctx:
        invitation = ctx.session.scalars(select(Invitation)).one()
        assert ctx.cipher.decrypt_column(invitation, Invitation.note) == "As we said on Friday."


def test_a_list_is_shown_before_anything_is_sent(cast: Cast, page: Any, store: UnitOfWorkFactory) -> None:  # console 1
    ada = page(cast.ada)
    token = csrf(ada.get("/console/invitations"))
    assert ada.post("/console/cohorts", data={"name": "Spring table", "csrf_token": token}).status_code == 303
    again = ada.post("/console/cohorts", data={"name": "SPRING TABLE", "csrf_token": token})
    assert again.status_code == 409

    shown = upload(ada, token, LIST)
    assert "1 of 4 will be invited" in shown.text
    assert invitations(store) == 0
    kept = shown.text.split("hidden>")[-1].split("</textarea>")[0]
    sent = ada.post("/console/invitations/list/send", data={"rows": kept, "csrf_token": token})
    assert sent.status_code == 303
    assert invitations(store) == 1
    with store.read_context() as ctx:
        invited = ctx.session.scalars(select(Invitation)).one()
        assert (invited.email, invited.cohort_id) == ("wren@example.org", ctx.session.scalar(select(Cohort.id)))

    assert "0 of 4 will be invited" in upload(ada, token, LIST).text
    ada.post("/console/invitations/list/send", data={"rows": kept, "csrf_token": token})
    assert invitations(store) == 1


@pytest.mark.parametrize("raw", [b"", b"\0\0\0\0", b'email\n"open', b"x" * 210_000])
def test_an_unreadable_list_is_refused_in_words(cast: Cast, page: Any, raw: bytes) -> None:
    ada = page(cast.ada)
    answer = upload(ada, csrf(ada.get("/console/invitations/list")), raw)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_list_that_is_far_too_large_is_refused(cast: Cast, page: Any) -> None:  # console 2
    ada = page(cast.ada)
    answer = upload(ada, csrf(ada.get("/console/invitations/list")), b"x" * 1_000_000)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_the_file_of_invitations_runs_nothing(cast: Cast, page: Any) -> None:  # S41
    ada = page(cast.ada)
    token = csrf(ada.get("/console/invitations"))
    ada.post("/console/invitations", data={"email": "=wren@example.org", "csrf_token": token})
    answer = ada.get("/console/invitations.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert "'=wren@example.org" in answer.text


def test_there_is_nothing_here_for_members(cast: Cast, page: Any, client: FlaskClient) -> None:
    ben = page(cast.ben)
    nothing = ben.get("/no/such/page")
    for path in ("members", f"members/{cast.cleo.id}", "invitations", "invitations.csv", "invitations/list", "reports"):
        answer = ben.get(f"/console/{path}")
        assert answer.status_code == 404
        assert answer.data == nothing.data
    assert client.get("/console/members").headers["Location"] == "/sign-in?next=/console/members"


def test_a_member_cannot_act_as_a_coordinator(cast: Cast, page: Any, store: UnitOfWorkFactory) -> None:
    ben = page(cast.ben)
    token = csrf(ben.get("/account"))
    for path in (
        f"members/{cast.cleo.id}/suspension",
        f"members/{cast.cleo.id}/deactivation",
        "invitations",
        "cohorts",
    ):
        fields = {"reason": "No reason.", "email": "x@example.org", "name": "x", "csrf_token": token}
        assert ben.post(f"/console/{path}", data=fields).status_code == 404
    assert upload(ben, token, LIST).status_code == 404
    with store.read_context() as ctx:
        assert ctx.session.get_one(Member, cast.cleo.id).state == "active"


def upload(client: FlaskClient, token: str, raw: bytes) -> Any:
    return client.post("/console/invitations/list", data={"csrf_token": token, "file": (io.BytesIO(raw), "list.csv")})


def invitations(store: UnitOfWorkFactory) -> int:
    with store.read_context() as ctx:
        return ctx.session.scalar(select(func.count()).select_from(Invitation)) or 0
