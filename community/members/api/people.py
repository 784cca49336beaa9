"""JSON endpoints of the actor's profile, members, and coordinators' decisions about membership."""

from typing import Any
from uuid import UUID

from community.core.schemas import PageArgs
from community.core.web.request_context import read_context, unit_of_work
from community.members.actions import accounts, roles, sanctions
from community.members.api import api
from community.members.queries import blocks, people, profile
from community.members.schemas.people import (
    ChangeMemberSchema,
    ChangeProfileSchema,
    ForbidContactSchema,
    MemberPage,
    MemberSchema,
    NoContactsSchema,
    ProfileSchema,
    SanctionSchema,
    SuspendSchema,
)


@api.get("/me")
@api.response(200, ProfileSchema)
def get_me() -> profile.Profile:
    """Return my profile."""
    with read_context() as ctx:
        return profile.my_profile(ctx)


@api.patch("/me")
@api.arguments(ChangeProfileSchema, example={"time_zone": "America/Denver"})
@api.response(200, ProfileSchema)
def patch_me(changes: dict[str, str]) -> profile.Profile:
    """Change my name or time zone."""
    with unit_of_work() as uow:
        accounts.change_profile(uow, **changes)
        return profile.my_profile(uow)


@api.get("/members")
@api.arguments(PageArgs, location="query")
@api.response(200, MemberPage)
def get_members(page: dict[str, Any]) -> Any:
    """List all members (coordinators), in the order they joined. Addresses are null: read one member for theirs."""
    with read_context() as ctx:
        return people.members(ctx, **page)


@api.get("/members/<uuid:member_id>")
@api.response(200, MemberSchema)
def get_member(member_id: UUID) -> people.MemberView:
    """Return one member with their address (coordinators). Each access is written to the audit log."""
    with unit_of_work() as uow:
        return accounts.view_account_audited(uow, member_id=member_id)


@api.patch("/members/<uuid:member_id>")
@api.arguments(ChangeMemberSchema, example={"role": "moderator"})
@api.response(200, MemberSchema)
def patch_member(changes: dict[str, Any], member_id: UUID) -> people.MemberView:
    """Change a member's role (admins) or cohort (coordinators). A new role signs them out everywhere."""
    with unit_of_work() as uow:
        roles.change_member(uow, member_id=member_id, **changes)
        return accounts.view_account_audited(uow, member_id=member_id)


@api.put("/members/<uuid:member_id>/block")
@api.response(204)
def put_block(member_id: UUID) -> None:
    """Start to block a member, both ways. We don't tell them."""
    with unit_of_work() as uow:
        accounts.block(uow, member_id=member_id)


@api.delete("/members/<uuid:member_id>/block")
@api.response(204)
def delete_block(member_id: UUID) -> None:
    """Unblock a member."""
    with unit_of_work() as uow:
        accounts.unblock(uow, member_id=member_id)


@api.post("/members/<uuid:member_id>/suspension")
@api.arguments(SuspendSchema, example={"reason": "Threats in a room.", "until": "2026-12-01T00:00:00Z"})
@api.response(201, SanctionSchema)
def post_suspension(why: dict[str, Any], member_id: UUID) -> Any:
    """Suspend a member (coordinators). Their sessions end at once."""
    with unit_of_work() as uow:
        made = sanctions.impose(uow, member_id=member_id, kind="suspension", **why)
        return {"id": made.id, "kind": made.kind, "starts_at": made.starts_at, "ends_at": made.ends_at, **why}


@api.delete("/members/<uuid:member_id>/suspension")
@api.response(204)
def delete_suspension(member_id: UUID) -> None:
    """Lift the suspension of a member (coordinators)."""
    with unit_of_work() as uow:
        sanctions.lift_suspensions(uow, member_id=member_id)


@api.get("/members/<uuid:member_id>/no-contacts")
@api.response(200, NoContactsSchema)
def get_no_contacts(member_id: UUID) -> dict[str, Any]:
    """List the no-contact orders of a member (coordinators). Members' own blocks are private and not in it."""
    with read_context() as ctx:
        return {"items": blocks.no_contacts(ctx, member_id), "next_cursor": None}


@api.put("/members/<uuid:member_id>/no-contacts/<uuid:other_id>")
@api.arguments(ForbidContactSchema, example={"source": "coordinator"})
@api.response(204)
def put_no_contact(why: dict[str, str], member_id: UUID, other_id: UUID) -> None:
    """Order that two members never meet here (coordinators). Neither is notified."""
    with unit_of_work() as uow:
        accounts.create_no_contact_order(uow, member_id=member_id, other_id=other_id, **why)


@api.delete("/members/<uuid:member_id>/no-contacts/<uuid:other_id>")
@api.response(204)
def delete_no_contact(member_id: UUID, other_id: UUID) -> None:
    """End a no-contact order (coordinators). Blocks between the two stay."""
    with unit_of_work() as uow:
        accounts.end_no_contact_order(uow, member_id=member_id, other_id=other_id)


@api.put("/members/<uuid:member_id>/deactivation")
@api.response(204)
def put_deactivation(member_id: UUID) -> None:
    """Close a member's account (coordinators). What they wrote stays."""
    with unit_of_work() as uow:
        accounts.deactivate(uow, member_id=member_id)


@api.delete("/members/<uuid:member_id>/deactivation")
@api.response(204)
def delete_deactivation(member_id: UUID) -> None:
    """Open a closed account again (coordinators)."""
    with unit_of_work() as uow:
        accounts.reactivate(uow, member_id=member_id)
