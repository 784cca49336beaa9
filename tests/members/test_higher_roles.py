"""Nobody reaches up: what belongs to a role above one's own is not there for them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from community.core.audit_log import AuditEntry
from community.core.errors import NotFound, ValidationFailed
from community.core.ids import new_id
from community.core.unit_of_work import Role, UnitOfWorkFactory
from community.members import access
from community.members.actions import accounts, invitations
from community.members.models import Invitation, Sanction
from community.members.queries import blocks
from community.members.queries import invitations as invitations_queries
from community.safety.access import cases as safety_access
from tests.conftest import Act
from tests.factories import Cast
from tests.support.accounts import SECRET

ADMIN_TO_BE = "heron@example.org"


@pytest.fixture
def for_admin(act: Act, cast: Cast) -> invitations.Invited:
    """Root has invited an admin."""
    return act(cast.root, invitations.invite, email=ADMIN_TO_BE, role=Role.ADMIN, secret=SECRET)


def test_ada_does_not_become_admin_by_sending_a_link_again(
    act: Act, cast: Cast, for_admin: invitations.Invited
) -> None:
    """A2: resending answered the new link of an admin's invitation, and ended the invited person's own."""
    for action in (invitations.resend_invitation, invitations.revoke_invitation):
        more = {"secret": SECRET} if action is invitations.resend_invitation else {}
        with pytest.raises(NotFound):
            act(cast.ada, action, invitation_id=for_admin.invitation.id, **more)
    assert act.read(None, access.open_invitation, token=for_admin.token)
    assert act(cast.root, invitations.resend_invitation, invitation_id=for_admin.invitation.id, secret=SECRET).token


@pytest.mark.parametrize("role", [Role.ALUMNUS, Role.COORDINATOR])
@pytest.mark.parametrize("days", [0, 8])
def test_ada_does_not_lower_who_waits_to_become_admin(
    act: Act, cast: Cast, for_admin: invitations.Invited, role: Role, days: int
) -> None:
    """A2: inviting a pending address renewed it with a lesser role; also when its link has run out."""
    act.later(days=days)
    with pytest.raises(NotFound):
        act(cast.ada, invitations.invite, email=ADMIN_TO_BE.upper(), role=role, secret=SECRET)
    with act.store.read_context() as ctx:
        assert ctx.session.scalars(select(Invitation)).one().role == Role.ADMIN


def test_ada_does_not_see_who_is_invited_above_her(act: Act, cast: Cast, for_admin: invitations.Invited) -> None:
    """A2: lists of invitations stop at the role of whoever reads them."""
    act(cast.ada, invitations.invite, email="wren@example.org", role=Role.COORDINATOR, secret=SECRET)

    def seen(actor: Any) -> tuple[set[str], set[str]]:
        page = act.read(actor, invitations_queries.invitations, cursor=None, limit=50).items
        return {one.email for one in page}, {one.email for one in act.read(actor, invitations_queries.all_invitations)}

    assert seen(cast.ada) == ({"wren@example.org"}, {"wren@example.org"})
    assert seen(cast.root) == ({"wren@example.org", ADMIN_TO_BE}, {"wren@example.org", ADMIN_TO_BE})


def test_a_list_that_names_who_waits_above_leaves_them_alone(
    act: Act, cast: Cast, for_admin: invitations.Invited
) -> None:
    """A2: one such row does not stop a whole list, also after its week."""
    act.later(days=8)
    assert act.read(cast.ada, invitations_queries.known_addresses, emails=[ADMIN_TO_BE])[1] == {ADMIN_TO_BE}
    assert act.read(cast.root, invitations_queries.known_addresses, emails=[ADMIN_TO_BE])[1] == set()


def test_ada_is_not_given_the_link_of_a_new_coordinator(cast: Cast, api: Callable[..., Any]) -> None:
    """A2: a link that makes somebody staff goes to their mailbox and nowhere else."""
    ada, root = api(cast.ada), api(cast.root)
    made = ada.post("/invitations", {"email": "fox@example.org", "role": "coordinator"}).json
    again = ada.post(f"/invitations/{made['id']}/resend").json

    assert made["url"] is again["url"] is None
    assert ada.post("/invitations", {"email": "wren@example.org"}).json["url"]
    assert root.post("/invitations", {"email": "owl@example.org", "role": "admin"}).json["url"]


def test_ada_reads_on_the_page_that_the_link_is_in_the_mail(cast: Cast, page: Callable[..., FlaskClient]) -> None:
    """A2: the console says so instead of showing a link."""
    ada = page(cast.ada)
    token = ada.get("/console/invitations").text.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"email": "fox@example.org", "role": "coordinator", "csrf_token": token}
    answer = ada.post("/console/invitations", data=form)
    assert "The link is only in the e-mail" in answer.text
    assert "/join/" not in answer.text


def test_ada_orders_nothing_between_an_admin_and_ben(act: Act, cast: Cast) -> None:
    """A19l: a coordinator put a no-contact order between an admin and a member."""
    for action, more in ((accounts.create_no_contact_order, {"source": "court"}), (accounts.end_no_contact_order, {})):
        for one, other in ((cast.ben, cast.root), (cast.root, cast.ben)):
            with pytest.raises(NotFound):
                act(cast.ada, action, member_id=one.id, other_id=other.id, **more)
    with pytest.raises(ValidationFailed):
        act(cast.ada, access.manageable_member_by_handle, handle="Root")

    act(cast.root, accounts.create_no_contact_order, member_id=cast.ben.id, other_id=cast.root.id, source="court")
    assert act.read(cast.ada, lambda ctx: blocks.no_contacts(ctx, cast.ben.id)) == []
    assert len(act.read(cast.root, lambda ctx: blocks.no_contacts(ctx, cast.ben.id))) == 1
    with pytest.raises(NotFound):
        act.read(cast.ada, lambda ctx: blocks.no_contacts(ctx, cast.root.id))


def test_ada_cannot_lift_a_measure_against_an_admin(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A2: measures against an admin are for admins to end."""
    sanction = Sanction(
        id=new_id(), member_id=cast.root.id, kind="warning", imposed_by=cast.ada.id, starts_at=act.now, reason=""
    )
    with store.unit_of_work() as uow:
        uow.session.add(sanction)
    with pytest.raises(NotFound):
        act(cast.ada, safety_access.sanction_to_lift, sanction_id=sanction.id)


def test_every_invitation_written_down_says_who_and_as_what(act: Act, cast: Cast, store: UnitOfWorkFactory) -> None:
    """A8: inviting, sending again and ending stand in the audit log, each once."""
    made = act(cast.ada, invitations.invite, email="wren@example.org", role=Role.ALUMNUS, secret=SECRET)
    act(cast.ada, invitations.resend_invitation, invitation_id=made.invitation.id, secret=SECRET)
    for _ in range(2):
        act(cast.ada, invitations.revoke_invitation, invitation_id=made.invitation.id)

    with store.read_context() as ctx:
        rows = ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id)).all()
    assert [row.action for row in rows] == ["invitation.made", "invitation.resent", "invitation.revoked"]
    assert {(row.actor_id, row.subject_id, row.facts["role"]) for row in rows} == {
        (cast.ada.id, made.invitation.id, "alumnus")
    }
