"""JSON endpoints of identity records: members give theirs, staff open one with a reason."""

from uuid import UUID

from community.core.web.request_context import unit_of_work
from community.members.actions import identity
from community.members.api import api
from community.members.queries.identity import IdentityView
from community.members.schemas.identity import IdentitySchema, OpenedIdentitySchema, OpenIdentitySchema


@api.put("/me/identity")
@api.arguments(IdentitySchema, example={"legal_name": "Jessica Rowan", "town": "Boulder"})
@api.response(204)
def put_my_identity(given: dict[str, str]) -> None:
    """Replace my legal name, town and emergency contact. Only coordinators can open them. No answer repeats them."""
    with unit_of_work() as uow:
        identity.save_my_identity(uow, **given)


@api.post("/members/<uuid:member_id>/identity")
@api.arguments(OpenIdentitySchema, example={"reason": "asked"})
@api.response(200, OpenedIdentitySchema)
def post_identity(why: dict[str, str], member_id: UUID) -> IdentityView:
    """Open a member's legal name (coordinators). Each look is in the audit log, and the member sees it."""
    with unit_of_work() as uow:
        return identity.open_identity_audited(uow, member_id=member_id, **why)
