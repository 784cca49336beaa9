"""JSON endpoints of invitations, cohorts, consents and joining."""

from typing import Any
from uuid import UUID

from flask import Response

from community.core.schemas import PageArgs
from community.core.unit_of_work import Role
from community.core.web.request_context import csrf_exempt, read_context, services, unit_of_work
from community.members.actions import accounts, invitations
from community.members.api import api
from community.members.api.responses import invitation_response, join, signed_in_response
from community.members.queries import invitations as invitations_queries
from community.members.rules.consent_texts import CURRENT
from community.members.schemas.invitations import (
    AcceptSchema,
    CohortPage,
    CohortSchema,
    ConsentTextsSchema,
    InvitationPage,
    InvitedSchema,
    InviteSchema,
)
from community.members.schemas.sessions import SignedInSchema


@api.get("/invitations")
@api.arguments(PageArgs, location="query")
@api.response(200, InvitationPage)
def get_invitations(page: dict[str, Any]) -> Any:
    """List all invitations with their states (coordinators), newest first."""
    with read_context() as ctx:
        return invitations_queries.invitations(ctx, **page)


@api.post("/invitations")
@api.arguments(InviteSchema, example={"email": "juniper@example.org", "role": "alumnus"})
@api.response(201, InvitedSchema)
def post_invitation(invitation: dict[str, Any]) -> dict[str, Any]:
    """Invite an address (coordinators). The link is mailed. It is also in the answer, except for a coordinator who
    invites staff.
    """
    invitation["role"] = Role(invitation["role"])
    with unit_of_work() as uow:
        return invitation_response(invitations.invite(uow, **invitation, secret=services().settings.secret_key))


@api.post("/invitations/<uuid:invitation_id>/resend")
@api.response(200, InvitedSchema)
def post_resend(invitation_id: UUID) -> dict[str, Any]:
    """Make a new link for another week (coordinators). The old link ends."""
    with unit_of_work() as uow:
        return invitation_response(
            invitations.resend_invitation(uow, invitation_id=invitation_id, secret=services().settings.secret_key)
        )


@api.delete("/invitations/<uuid:invitation_id>")
@api.response(204)
def delete_invitation(invitation_id: UUID) -> None:
    """Revoke an invitation (coordinators)."""
    with unit_of_work() as uow:
        invitations.revoke_invitation(uow, invitation_id=invitation_id)


@api.get("/cohorts")
@api.arguments(PageArgs, location="query")
@api.response(200, CohortPage)
def get_cohorts(page: dict[str, Any]) -> Any:
    """List all cohorts (coordinators), oldest first."""
    with read_context() as ctx:
        return invitations_queries.cohorts(ctx, **page)


@api.post("/cohorts")
@api.arguments(CohortSchema, example={"name": "Spring table"})
@api.response(201, CohortSchema)
def post_cohort(named: dict[str, str]) -> Any:
    """Create a cohort that people can be invited into (coordinators)."""
    with unit_of_work() as uow:
        return accounts.create_cohort(uow, **named)


@api.get("/consent-texts")
@api.response(200, ConsentTextsSchema)
def get_consent_texts() -> dict[str, Any]:
    """Return the texts to agree to on joining."""
    return {"items": CURRENT, "next_cursor": None}


@api.post("/invitations/accept")
@api.arguments(
    AcceptSchema,
    example={
        "token": "the token of the link",
        "handle": "Juniper",
        "password": "four quiet words here",
        "time_zone": "America/Denver",
        "consents": [{"text_version": text.text_version, "accepted": True} for text in CURRENT],
    },
)
@api.response(201, SignedInSchema)
@csrf_exempt
def post_accept(filled_in: dict[str, Any]) -> Response:
    """Join by an invitation's token, once. The answer is that of signing in."""
    return signed_in_response(join(filled_in))
