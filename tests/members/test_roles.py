"""Roles and cohorts of members change: by whom, who is told, and what ends at once."""

from typing import Any

import pytest
from sqlalchemy import select

from community.core.audit_log import AuditEntry
from community.core.errors import Forbidden, NotFound
from community.core.permissions import Role
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.members.actions import invitations, roles, sanctions
from community.members.actions.session_auth import actor_for
from community.members.models import Cohort, Member
from community.notifications.models import Notification
from community.processes.worker import Worker
from community.rooms.actions.create import create_room
from community.rooms.models import RoomMembership
from tests.conftest import Act, SignedInClient
from tests.factories import Cast, make_member
from tests.support.accounts import SECRET


def role_of(store: UnitOfWorkFactory, actor: Actor) -> str:
    with store.read_context() as ctx:
        return ctx.session.get_one(Member, actor.id).role


def made(store: UnitOfWorkFactory, handle: str, role: Role) -> Actor:
    with store.unit_of_work() as uow:
        return make_member(uow, handle, role)


def test_root_makes_ben_a_moderator_and_ben_signs_in_again(act: Act, cast: Cast, api: Any, settings: Settings) -> None:
    """S8: a new role ends the sessions that were opened in the old one. It is audited, and Ben is told."""
    ben: SignedInClient = api(cast.ben)
    assert ben.get("/api/v1/me").status_code == 200
    changed = api(cast.root).patch(f"/api/v1/members/{cast.ben.id}", json={"role": "moderator"})
    assert (changed.status_code, changed.json["role"]) == (200, "moderator")
    assert ben.get("/api/v1/me").status_code == 401
    worker = Worker(act.store, settings)
    for _ in range(3):
        worker.step(act.now)
    with act.store.read_context() as ctx:
        entry = ctx.session.scalars(select(AuditEntry).where(AuditEntry.action == "member.role_changed")).one()
        assert (entry.actor_id, entry.member_id) == (cast.root.id, cast.ben.id)
        assert entry.facts == {"before": "alumnus", "after": "moderator"}
        told = ctx.session.scalars(select(Notification).where(Notification.kind == "member.role_changed")).all()
        assert [one.member_id for one in told] == [cast.ben.id]


def test_ada_neither_raises_herself_nor_reaches_above_her_role(act: Act, cast: Cast) -> None:
    """S13: roles are for admins, not their own, and a coordinator moves no staff."""
    for actor, member, refusal in (
        (cast.ben, cast.ben, Forbidden),
        (cast.ada, cast.ada, Forbidden),
        (cast.ada, cast.ben, Forbidden),
        (cast.root, cast.root, roles.OwnRole),
    ):
        with pytest.raises(refusal):
            act(actor, roles.change_role, member_id=member.id, role=Role.COORDINATOR)
    for member in (cast.root, cast.ada):
        with pytest.raises(NotFound):
            act(cast.ada, roles.change_cohort, member_id=member.id, cohort_id=None)
    assert [role_of(act.store, one) for one in (cast.ben, cast.ada, cast.root)] == ["alumnus", "coordinator", "admin"]


def test_two_admins_cannot_remove_each_other(act: Act, cast: Cast) -> None:
    """Of two admins who demote each other at the same time, the second was demoted when their request goes on."""
    wren = made(act.store, "Wren", Role.ADMIN)
    act(cast.root, roles.change_role, member_id=wren.id, role=Role.ALUMNUS)
    with pytest.raises(Forbidden):
        act(wren, roles.change_role, member_id=cast.root.id, role=Role.ALUMNUS)
    assert role_of(act.store, cast.root) == "admin"


def test_an_auditor_is_invited_and_not_made_of_a_member(act: Act, cast: Cast) -> None:
    """An auditor has an account of their own, which no one turns into a member's; a closed account gets no role."""
    otis = made(act.store, "Otis", Role.AUDITOR)
    for member, role in ((cast.ben, Role.AUDITOR), (otis, Role.ALUMNUS)):
        with pytest.raises(roles.AuditorAccount):
            act(cast.root, roles.change_role, member_id=member.id, role=role)
    with act.store.unit_of_work() as uow:
        uow.session.get_one(Member, cast.dov.id).state = "deactivated"
    with pytest.raises(roles.AccountClosed):
        act(cast.root, roles.change_role, member_id=cast.dov.id, role=Role.MODERATOR)


def test_ada_invites_members_and_root_invites_staff(act: Act, cast: Cast) -> None:
    """Coordinators invite up to their own role; auditors are invited by admins alone; moderators invite no one."""
    mia = made(act.store, "Mia", Role.MODERATOR)
    for number, role in enumerate(Role):
        for actor in (cast.root, cast.ada, mia):
            wanted = {"email": f"{actor.handle}-{number}@example.org", "role": role, "secret": SECRET}
            is_allowed = actor is cast.root or (actor is cast.ada and role not in (Role.ADMIN, Role.AUDITOR))
            if is_allowed:
                act(actor, invitations.invite, **wanted)
            else:
                with pytest.raises(Forbidden):
                    act(actor, invitations.invite, **wanted)


def test_mia_moderates_and_suspends_no_one(act: Act, cast: Cast) -> None:
    """A moderator warns alumni; a suspension, a coordinator and another moderator are beyond them."""
    mia, max_ = made(act.store, "Mia", Role.MODERATOR), made(act.store, "Max", Role.MODERATOR)
    warning = {"kind": "warning", "reason": "Please read the rules."}
    assert act(mia, sanctions.impose, member_id=cast.ben.id, **warning).kind == "warning"
    with pytest.raises(Forbidden):
        act(mia, sanctions.impose, member_id=cast.ben.id, kind="suspension", reason="Threats in a room.")
    for member in (cast.ada, cast.root, max_):
        with pytest.raises(NotFound):
            act(mia, sanctions.impose, member_id=member.id, **warning)


def test_bens_rooms_follow_his_cohort(act: Act, cast: Cast, api: Any, settings: Settings) -> None:
    """A coordinator moves Ben to another cohort; he leaves the rooms of the old one, and is told."""
    with act.store.unit_of_work() as uow:
        old, new = Cohort(name="Spring", created_at=uow.now), Cohort(name="Autumn", created_at=uow.now)
        uow.session.add_all([old, new])
        uow.session.flush()
        uow.session.get_one(Member, cast.ben.id).cohort_id = old.id
    spring = act(cast.ada, create_room, kind="cohort", name="Spring", cohort_id=old.id)
    autumn = act(cast.ada, create_room, kind="cohort", name="Autumn", cohort_id=new.id)
    moved = api(cast.ada).patch(f"/api/v1/members/{cast.ben.id}", json={"cohort_id": str(new.id)})
    assert (moved.status_code, moved.json["cohort"], moved.json["role"]) == (200, "Autumn", "alumnus")
    worker = Worker(act.store, settings)
    for _ in range(3):
        worker.step(act.now)
    with act.store.read_context() as ctx:
        inside = set(ctx.session.scalars(select(RoomMembership.room_id).where(RoomMembership.member_id == cast.ben.id)))
        assert (spring.id in inside, autumn.id in inside) == (False, True)
        told = select(Notification.member_id).where(Notification.kind == "member.cohort_changed")
        assert list(ctx.session.scalars(told)) == [cast.ben.id]


def test_an_auditor_with_a_cohort_joins_none_of_its_rooms(act: Act, cast: Cast) -> None:
    """Auditors are in no room: not by a cohort, and not by a coordinator's list of members."""
    with act.store.unit_of_work() as uow:
        spring = Cohort(name="Spring", created_at=uow.now)
        uow.session.add(spring)
        uow.session.flush()
        otis = make_member(uow, "Otis", Role.AUDITOR)
        uow.session.get_one(Member, otis.id).cohort_id = spring.id
        assert not actor_for(uow.session.get_one(Member, otis.id)).may("take_part")
    room = act(cast.ada, create_room, kind="cohort", name="Spring", cohort_id=spring.id)
    with act.store.read_context() as ctx:
        inside = ctx.session.scalars(select(RoomMembership.member_id).where(RoomMembership.room_id == room.id)).all()
    assert inside == [cast.ada.id]
