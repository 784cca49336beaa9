"""Legal names and emergency contacts: given by the member or a list, opened by staff with a trace, and nowhere else."""

import io
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from community.core.audit_log import AuditEntry
from community.core.errors import Forbidden, NotFound
from community.core.outbox.store import OutboxEvent
from community.core.unit_of_work import UnitOfWorkFactory
from community.members.actions import identity, invitations
from community.members.actions.session_auth import actor_for
from community.members.models import Member
from community.members.models.identity_records import IdentityRecord
from community.members.rules.identity import IdentityDetails
from community.safety.queries import audit_views
from tests.conftest import Act
from tests.factories import Cast
from tests.members.test_invitations import accept
from tests.pages import page_text, post_form
from tests.safety.test_cases import report, said, whispered
from tests.support.accounts import SECRET

__all__ = ["said", "whispered"]
GIVEN = {
    "legal_name": "Benjamin Quillfeather",
    "town": "Saltmarsh Point",
    "contact_name": "Marigold Quillfeather",
    "contact_phone": "+1 555 010 0199",
    "contact_relation": "sister",
}


def test_ben_gives_his_name_and_sees_who_looked_and_why(cast: Cast, act: Act, page: Any) -> None:
    """S14: only coordinators open it, each look is an entry of the audit log, and Ben reads it."""
    ben, ada = page(cast.ben), page(cast.ada)
    assert post_form(ben, "/account/identity", GIVEN).status_code == 303
    assert all(word in page_text(ben, "/account/identity") for word in GIVEN.values())
    address = f"/console/members/{cast.ben.id}"
    assert "Quillfeather" not in page_text(ada, address), "not before the tap"
    shown = post_form(ada, f"{address}/identity", {"reason": "safety"})
    assert shown.status_code == 200
    assert "Benjamin Quillfeather" in shown.text
    assert 'href="tel:+15550100199"' in shown.text
    assert post_form(ada, f"{address}/identity", {"reason": "curious"}).status_code == 422
    [one] = act.read(cast.ben, audit_views.access_log, cursor=None, limit=9).items
    assert (one.what, one.who, one.why) == ("identity", "Ada", "safety")
    looked = page_text(ben, "/who-looked")
    assert "Ada opened your legal name" in looked
    assert "worried about your safety" in looked
    assert act.read(cast.cleo, audit_views.access_log, cursor=None, limit=9).items == []
    assert post_form(ben, "/account/identity", dict.fromkeys(GIVEN, "")).status_code == 303
    assert post_form(ada, f"{address}/identity", {"reason": "asked"}).status_code == 404


def test_no_member_reaches_it_and_no_answer_repeats_it(
    cast: Cast, act: Act, api: Any, store: UnitOfWorkFactory
) -> None:
    """S14, S25: no member-facing JSON, event or row in the clear has a word of it."""
    ben, cleo = api(cast.ben), api(cast.cleo)
    answer = ben.put("/me/identity", GIVEN)
    assert (answer.status_code, answer.data) == (204, b"")
    assert ben.put("/me/identity", {"role": "admin"}).status_code == 422
    assert ben.put("/me/identity", {"contact_phone": "call my sister"}).status_code == 422
    with pytest.raises(Forbidden):
        act(cast.cleo, identity.open_identity_audited, member_id=cast.ben.id, reason="asked")
    for client, path in (
        (ben, "/me"),
        (cleo, "/me"),
        (cleo, "/rooms"),
        (ben, "/me/access-log"),
        (api(cast.ada), "/members"),
    ):
        told = client.get(path).text
        assert not any(word in told for word in GIVEN.values()), path
    assert api(cast.ada).post(f"/members/{cast.ben.id}/identity", {"reason": "asked"}).get_json()["details"] == GIVEN
    act(cast.root, identity.save_my_identity, legal_name="Rootbert Alder")
    with pytest.raises(NotFound):  # a role above the actor's
        act(cast.ada, identity.open_identity_audited, member_id=cast.root.id, reason="asked")
    with store.read_context() as ctx:
        kept = ctx.session.execute(text("SELECT * FROM identity_records")).all()
        events = ctx.session.scalars(select(OutboxEvent.payload)).all()
        facts = ctx.session.scalars(select(AuditEntry.facts)).all()
    assert len(kept) == 2
    assert "Quillfeather" not in f"{kept} {events} {facts}"


def test_ada_opens_it_with_one_tap_in_danger_and_no_report_shows(
    cast: Cast, act: Act, page: Any, said: UUID, whispered: UUID
) -> None:
    """In danger no reason is asked for, and the author reads the same words as for any worry."""
    act(cast.cleo, identity.save_my_identity, **GIVEN)
    case, other = report(act, cast.ben, said, "danger"), report(act, cast.ben, whispered, "private")
    ada = page(cast.ada)
    assert "Show legal name" not in page_text(ada, f"/console/reports/{other}")
    assert post_form(ada, f"/console/reports/{other}/identity", {}).status_code == 409
    assert "Show legal name and emergency contact" in page_text(ada, f"/console/reports/{case}")
    assert "Marigold Quillfeather" in post_form(ada, f"/console/reports/{case}/identity", {}).text
    [one] = act.read(cast.cleo, audit_views.access_log, cursor=None, limit=9).items
    assert (one.what, one.why) == ("identity", "safety")


def test_a_list_names_people_who_can_change_it_once_they_joined(cast: Cast, act: Act, page: Any) -> None:
    """Review 6: first name, last name and town of a list were dropped without a word."""
    ada = page(cast.ada)
    raw = b"E-mail,First Name,Last Name,City\r\nwren@example.org,Jessica,Rowan,Boulder\r\nfox@example.org,,,\r\n"
    token = ada.get("/console/invitations/list").text.split('name="csrf_token" value="')[1].split('"')[0]
    shown = ada.post(
        "/console/invitations/list", data={"csrf_token": token, "file": (io.BytesIO(raw), "list.csv")}
    ).text
    assert "Jessica Rowan" in shown
    kept = shown.split("hidden>")[-1].split("</textarea>")[0]
    assert ada.post("/console/invitations/list/send", data={"rows": kept, "csrf_token": token}).status_code == 303
    invited = act.read(cast.ada, lambda ctx: ctx.session.scalars(select(IdentityRecord)).one())
    assert invited.member_id is None
    made = act(cast.ada, invitations.resend_invitation, invitation_id=invited.invitation_id, secret=SECRET)
    member = act.read(None, lambda ctx: actor_for(ctx.session.get_one(Member, accept(act, made.token).id)))
    shown = page_text(page(member), "/account/identity")
    assert "Jessica Rowan" in shown
    assert "A coordinator added this" in shown
    opened = act(cast.ada, identity.open_identity_audited, member_id=member.id, reason="identify")
    assert (opened.details, opened.is_own) == (IdentityDetails(legal_name="Jessica Rowan", town="Boulder"), False)


def test_a_revoked_invitation_takes_the_name_with_it(cast: Cast, act: Act) -> None:
    made = act(
        cast.ada,
        invitations.invite,
        email="fox@example.org",
        role="alumnus",
        secret=SECRET,
        details=IdentityDetails(legal_name="Fox"),
    )
    assert act.read(None, lambda ctx: len(ctx.session.scalars(select(IdentityRecord)).all())) == 1
    act(cast.ada, invitations.revoke_invitation, invitation_id=made.invitation.id)
    assert act.read(None, lambda ctx: ctx.session.scalars(select(IdentityRecord)).all()) == []
