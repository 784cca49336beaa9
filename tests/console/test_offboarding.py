"""A colleague leaves: everything they held has a new owner, or nothing has changed."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from community.console.actions import offboarding, tasks
from community.console.models import CoordinatorTask
from community.console.queries.offboarding import holdings
from community.conversations.actions import open_conversation
from community.conversations.models import Conversation
from community.core.audit_log import AuditEntry
from community.core.errors import Conflict, Forbidden, NotFound, ValidationFailed
from community.core.ids import new_id
from community.core.outbox.subscriptions import StaffTask
from community.core.unit_of_work import Actor, Role, UnitOfWorkFactory
from community.meetups.actions import create
from community.meetups.models import Meetup
from community.members.actions import invitations, staff_notes
from community.members.events import WorkHandedOver
from community.members.models import Invitation, Member, Shift
from community.members.models.staff_notes import StaffNote
from community.safety.actions import cases
from community.safety.models import Case
from community.shifts import actions as shifts
from tests.conftest import Act
from tests.factories import Cast, make_member
from tests.pages import page_text, post_form
from tests.safety.test_cases import report, said
from tests.support.accounts import SECRET

__all__ = ["said"]


@pytest.fixture
def wren(store: UnitOfWorkFactory, cast: Cast) -> Actor:
    """Another coordinator."""
    with store.unit_of_work() as uow:
        return make_member(uow, "Wren", Role.COORDINATOR)


@pytest.fixture
def held(act: Act, cast: Cast, wren: Actor, said: UUID) -> UUID:
    """Ada has one of everything. Returns the id of her case."""
    case = report(act, cast.ben, said)
    act(cast.ada, cases.take_case, report_id=case)
    told = StaffTask(title="Call the venue", url="/console/today", subject=new_id())
    act(None, tasks.update_tasks, event_type="venue.asked", changes=[told])
    [task] = act.read(None, lambda ctx: ctx.session.scalars(select(CoordinatorTask.id)).all())
    act(cast.ada, tasks.take, task_id=task)
    act(
        cast.ada,
        shifts.plan_shifts,
        day=date(2099, 11, 26),
        starts=time(17),
        ends=time(23),
        time_zone="America/New_York",
    )
    act(
        cast.ada,
        create.post,
        title="Thursday table",
        description="",
        starts_at_local=datetime(2099, 11, 26, 19, 0),
        time_zone="America/New_York",
        duration_minutes=90,
        place={"kind": "in_person", "address": "12 Elm Street"},
    )
    act(cast.ada, open_conversation, member_id=cast.ben.id)
    act(cast.ada, staff_notes.write_note, member_id=cast.ben.id, body="Call first.")
    act(cast.ada, staff_notes.write_note, member_id=wren.id, body="Asks for fewer nights.")
    act(cast.ada, invitations.invite, email="fox@example.org", role=Role.ALUMNUS, secret=SECRET)
    act(cast.ada, invitations.invite, email="heron@example.org", role=Role.COORDINATOR, secret=SECRET)
    return case


def owners(act: Act) -> dict[str, set[UUID | None]]:
    """Who has what is open."""
    columns = {
        "cases": Case.assignee_id,
        "tasks": CoordinatorTask.taken_by,
        "shifts": Shift.member_id,
        "meetups": Meetup.host_id,
        "notes": StaffNote.owner_id,
        "conversations": Conversation.owner_id,
    }
    with act.store.read_context() as ctx:
        return {name: set(ctx.session.scalars(select(column))) for name, column in columns.items()}


def test_root_hands_over_what_ada_had_in_one_form(
    cast: Cast, act: Act, page: Any, api: Any, wren: Actor, held: UUID
) -> None:
    """Issue: off-boarding ends sessions and reassigns cases, tasks, shifts and meetups in one form."""
    phone, root = api(cast.ada), page(cast.root)
    assert phone.get("/me").status_code == 200
    assert f"/console/members/{cast.ada.id}/leaving" in page_text(root, f"/console/members/{cast.ada.id}")
    shown = page_text(root, f"/console/members/{cast.ada.id}/leaving")
    found = ("Open reports: 1", "Members they write with: 1", "Call the venue", "Thursday table", "Notes on members: 2")
    assert all(words in shown for words in found)
    form = {"then": "alumnus", "successor_id": str(wren.id), "meetups": str(cast.root.id), "cases": ""}
    assert post_form(root, f"/console/members/{cast.ada.id}/leaving", form).status_code == 303
    assert owners(act) == {
        "cases": {wren.id},
        "tasks": {wren.id},
        "shifts": {wren.id},
        "meetups": {cast.root.id},
        "notes": {wren.id, cast.root.id},  # a note on Wren is not for Wren
        "conversations": {wren.id},
    }
    with act.store.read_context() as ctx:
        assert ctx.session.get_one(Member, cast.ada.id).role == Role.ALUMNUS
        sent = {one.email: one for one in ctx.session.scalars(select(Invitation))}
        assert sent["fox@example.org"].invited_by == wren.id
        assert sent["heron@example.org"].revoked_at is not None
        actions = set(ctx.session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == cast.root.id)))
    assert {"role.ended", "work.handed_over", "case.handed_over", "meetup.handed_over"} <= actions
    assert phone.get("/me").status_code == 401, "her sessions ended"
    assert api(cast.ada).get("/tasks").status_code == 403
    assert post_form(root, f"/console/members/{cast.ada.id}/leaving", form).status_code == 404, "she left already"


def test_wren_is_told_what_is_hers_now(cast: Cast, act: Act, wren: Actor, held: UUID) -> None:
    act(cast.root, offboarding.off_board, member_id=cast.ada.id, then="closed", successor_id=wren.id, successors={})
    [told] = [event for event in act.events if isinstance(event, WorkHandedOver)]
    assert (told.to_id, told.cases, told.tasks, told.shifts, told.meetups) == (wren.id, 1, 1, 1, 1)
    assert act.read(None, lambda ctx: ctx.session.get_one(Member, cast.ada.id).state) == "deactivated"


def test_a_refusal_or_a_kill_halfway_leaves_everything_as_it_was(cast: Cast, act: Act, wren: Actor, held: UUID) -> None:
    before = owners(act)

    def killed(uow: Any) -> None:
        offboarding.off_board(uow, member_id=cast.ada.id, then="alumnus", successor_id=wren.id, successors={})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        act(cast.root, killed)
    off = {"member_id": cast.ada.id, "then": "alumnus", "successors": {}}
    for taker in (cast.ben.id, cast.ada.id, new_id()):
        with pytest.raises(ValidationFailed):
            act(cast.root, offboarding.off_board, **off, successor_id=taker)
    for actor in (wren, cast.ada, cast.ben):
        with pytest.raises(Forbidden):
            act(actor, offboarding.off_board, **off, successor_id=wren.id)
    with pytest.raises(Conflict):
        act(cast.root, offboarding.off_board, **{**off, "member_id": cast.root.id}, successor_id=wren.id)
    with pytest.raises(NotFound):
        act.read(cast.root, holdings, member_id=cast.ben.id)
    assert owners(act) == before
    assert act.read(None, lambda ctx: ctx.session.get_one(Member, cast.ada.id).role) == Role.COORDINATOR


def test_a_case_about_the_one_who_takes_over_is_nobodys(cast: Cast, act: Act, wren: Actor, held: UUID) -> None:
    with act.store.unit_of_work() as uow:
        uow.session.get_one(Case, held).member_id = wren.id
    act(cast.root, offboarding.off_board, member_id=cast.ada.id, then="alumnus", successor_id=wren.id, successors={})
    assert owners(act)["cases"] == {None}
