"""Members' doors for programs: sessions, passwords, invitations, profile, blocks, and what coordinators manage."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request

from community.core.crypto import hash_password
from community.core.errors import SignInNeeded
from community.core.schemas import PageArgs
from community.core.unit_of_work import Role
from community.core.web import (
    api_blueprint,
    csrf_exempt,
    csrf_token_for,
    current_actor,
    drop_session_cookie,
    reading,
    set_session_cookie,
    unit_of_work,
    web,
)
from community.members import access, actions, joining, queries, sanctioning, signing_in
from community.members import schemas as shapes
from community.members.consents import CURRENT

api = api_blueprint("members", __name__, "Signing in, joining, oneself, and what coordinators do with membership.")

YEAR = 365 * 24 * 3600


@api.post("/session")
@api.arguments(shapes.SignInSchema, example={"email": "wren@example.org", "password": "four quiet words here"})
@api.response(201, shapes.SignedInSchema)
@csrf_exempt
def post_session(credentials: dict[str, str]) -> Response:
    """Sign in: a bearer token, and the same session as a cookie."""
    return answer_signed_in(signing_in.sign_in(web().store, **credentials, **caller()))


@api.delete("/session")
@api.response(204)
def delete_session() -> Response:
    """Sign out. The session's sockets close."""
    with unit_of_work() as uow:
        signing_in.sign_out(uow)
    response = Response(status=204)
    drop_session_cookie(response)
    return response


@api.get("/sessions")
@api.response(200, shapes.SessionsSchema)
def get_sessions() -> dict[str, Any]:
    """My sessions, the newest use first."""
    with reading() as look:
        return {"items": queries.my_sessions(look), "next_cursor": None}


@api.delete("/sessions/<uuid:session_id>")
@api.response(204)
def delete_one_session(session_id: UUID) -> None:
    """End one of my sessions. Its sockets close."""
    with unit_of_work() as uow:
        signing_in.end_session(uow, session_id=session_id)


@api.post("/password-resets")
@api.arguments(shapes.EmailSchema, example={"email": "wren@example.org"})
@api.response(202, shapes.SaidSchema)
@csrf_exempt
def post_password_reset(asked: dict[str, str]) -> dict[str, str]:
    """Ask for a link to choose a new password. The answer is the same for every address."""
    signing_in.ask_for_reset(web().store, **asked, address=caller()["address"], secret=web().settings.secret_key)
    return {"detail": "If this address is known here, a mail is on its way."}


@api.put("/password-resets/<token>")
@api.arguments(shapes.PasswordSchema, example={"password": "four other quiet words"})
@api.response(204)
@csrf_exempt
def put_password_reset(chosen: dict[str, str], token: str) -> None:
    """Choose a new password by the link's token. Every session ends."""
    signing_in.reset_password(web().store, token=token, **chosen)


@api.put("/me/password")
@api.arguments(
    shapes.ChangePasswordSchema,
    example={"current_password": "four quiet words here", "password": "four other quiet words"},
)
@api.response(204)
def put_password(passwords: dict[str, str]) -> None:
    """Change my password. My other sessions end."""
    actor = current_actor()
    if actor is None:
        raise SignInNeeded
    signing_in.change_password(web().store, actor, **passwords)


@api.get("/me")
@api.response(200, shapes.ProfileSchema)
def get_me() -> queries.Profile:
    """My profile."""
    with reading() as look:
        return queries.my_profile(look)


@api.patch("/me")
@api.arguments(shapes.ChangeProfileSchema, example={"time_zone": "America/Denver"})
@api.response(200, shapes.ProfileSchema)
def patch_me(changes: dict[str, str]) -> queries.Profile:
    """Change my handle or time zone."""
    with unit_of_work() as uow:
        actions.change_profile(uow, **changes)
        return queries.my_profile(uow)


@api.get("/members")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.MemberPage)
def get_members(page: dict[str, Any]) -> Any:
    """Everybody, for coordinators, by when they came."""
    with reading() as look:
        return queries.members(look, **page)


@api.put("/members/<uuid:member_id>/block")
@api.response(204)
def put_block(member_id: UUID) -> None:
    """Be kept apart from a member, both ways. They are not told."""
    with unit_of_work() as uow:
        actions.block(uow, member_id=member_id)


@api.delete("/members/<uuid:member_id>/block")
@api.response(204)
def delete_block(member_id: UUID) -> None:
    """Take my block back."""
    with unit_of_work() as uow:
        actions.unblock(uow, member_id=member_id)


@api.post("/members/<uuid:member_id>/suspension")
@api.arguments(shapes.SuspendSchema, example={"reason": "Threats in a room.", "until": "2026-12-01T00:00:00Z"})
@api.response(201, shapes.SanctionSchema)
def post_suspension(why: dict[str, Any], member_id: UUID) -> Any:
    """Suspend a member (coordinators). Their sessions end at once."""
    with unit_of_work() as uow:
        made = sanctioning.impose(uow, member_id=member_id, kind="suspension", sealer=web().sealer, **why)
        return {"id": made.id, "kind": made.kind, "starts_at": made.starts_at, "ends_at": made.ends_at, **why}


@api.delete("/members/<uuid:member_id>/suspension")
@api.response(204)
def delete_suspension(member_id: UUID) -> None:
    """Let a suspended member back in (coordinators)."""
    with unit_of_work() as uow:
        sanctioning.lift_suspensions(uow, member_id=member_id)


@api.get("/members/<uuid:member_id>/no-contacts")
@api.response(200, shapes.NoContactsSchema)
def get_no_contacts(member_id: UUID) -> dict[str, Any]:
    """Whom a member is kept apart from by an order (coordinators). Members' own blocks are theirs and not in it."""
    with reading() as look:
        return {"items": queries.no_contacts(look, member_id), "next_cursor": None}


@api.put("/members/<uuid:member_id>/no-contacts/<uuid:other_id>")
@api.arguments(shapes.ForbidContactSchema, example={"source": "coordinator"})
@api.response(204)
def put_no_contact(why: dict[str, str], member_id: UUID, other_id: UUID) -> None:
    """Order that two members never meet here (coordinators). Neither is told."""
    with unit_of_work() as uow:
        actions.forbid_contact(uow, member_id=member_id, other_id=other_id, **why)


@api.delete("/members/<uuid:member_id>/no-contacts/<uuid:other_id>")
@api.response(204)
def delete_no_contact(member_id: UUID, other_id: UUID) -> None:
    """End such an order (coordinators). Blocks between the two stay."""
    with unit_of_work() as uow:
        actions.allow_contact(uow, member_id=member_id, other_id=other_id)


@api.put("/members/<uuid:member_id>/deactivation")
@api.response(204)
def put_deactivation(member_id: UUID) -> None:
    """Close a member's account (coordinators). What they wrote stays."""
    with unit_of_work() as uow:
        actions.deactivate(uow, member_id=member_id)


@api.delete("/members/<uuid:member_id>/deactivation")
@api.response(204)
def delete_deactivation(member_id: UUID) -> None:
    """Open a closed account again (coordinators)."""
    with unit_of_work() as uow:
        actions.reactivate(uow, member_id=member_id)


@api.get("/invitations")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.InvitationPage)
def get_invitations(page: dict[str, Any]) -> Any:
    """All invitations with their states (coordinators), newest first."""
    with reading() as look:
        return queries.invitations(look, **page)


@api.post("/invitations")
@api.arguments(shapes.InviteSchema, example={"email": "juniper@example.org", "role": "alumnus"})
@api.response(201, shapes.InvitedSchema)
def post_invitation(whom: dict[str, Any]) -> dict[str, Any]:
    """Invite an address (coordinators). A mail with the link is on its way; the link is also in the answer."""
    whom["role"] = Role(whom["role"])
    with unit_of_work() as uow:
        return invited(joining.invite(uow, **whom, secret=web().settings.secret_key))


@api.post("/invitations/<uuid:invitation_id>/resend")
@api.response(200, shapes.InvitedSchema)
def post_resend(invitation_id: UUID) -> dict[str, Any]:
    """A new link for another week (coordinators); the old link ends."""
    with unit_of_work() as uow:
        return invited(joining.resend_invitation(uow, invitation_id=invitation_id, secret=web().settings.secret_key))


@api.delete("/invitations/<uuid:invitation_id>")
@api.response(204)
def delete_invitation(invitation_id: UUID) -> None:
    """Revoke an invitation (coordinators)."""
    with unit_of_work() as uow:
        joining.revoke_invitation(uow, invitation_id=invitation_id)


@api.get("/cohorts")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.CohortPage)
def get_cohorts(page: dict[str, Any]) -> Any:
    """All cohorts (coordinators), the oldest first."""
    with reading() as look:
        return queries.cohorts(look, **page)


@api.post("/cohorts")
@api.arguments(shapes.CohortSchema, example={"name": "Spring table"})
@api.response(201, shapes.CohortSchema)
def post_cohort(named: dict[str, str]) -> Any:
    """Make a cohort that people can be invited into (coordinators)."""
    with unit_of_work() as uow:
        return actions.create_cohort(uow, **named)


@api.get("/consent-texts")
@api.response(200, shapes.ConsentTextsSchema)
def get_consent_texts() -> dict[str, Any]:
    """The texts that are agreed to on joining."""
    return {"items": CURRENT, "next_cursor": None}


@api.post("/invitations/accept")
@api.arguments(
    shapes.AcceptSchema,
    example={
        "token": "the token of the link",
        "handle": "Juniper",
        "password": "four quiet words here",
        "time_zone": "America/Denver",
        "consents": [{"text_version": text.text_version, "accepted": True} for text in CURRENT],
    },
)
@api.response(201, shapes.SignedInSchema)
@csrf_exempt
def post_accept(filled_in: dict[str, Any]) -> Response:
    """Join by an invitation's token, once; answers as signing in does."""
    return answer_signed_in(join(filled_in))


def join(filled_in: dict[str, Any]) -> signing_in.SignedIn:
    """Accept the invitation and sign in, in one transaction. The link is looked at before anything is hashed."""
    with reading() as look:
        if access.open_invitation(look, filled_in["token"]) is None:
            raise joining.InvitationEnded
    hashed = hash_password(filled_in.pop("password"))
    with web().store.unit_of_work() as uow:
        member = joining.accept_invitation(uow, **filled_in, password_hash=hashed)
        about = caller()
        return signing_in.open_session(uow, member, label=about["label"], secret=about["secret"])


def caller() -> dict[str, str]:
    """What signing in needs to know of the browser or program that asks."""
    agent = request.user_agent.string.lower()
    kind = "Phone" if "mobi" in agent or "android" in agent else "Browser" if "mozilla" in agent else "Program"
    return {
        "address": request.remote_addr or "",
        "label": kind,
        "device": request.cookies.get(device_cookie(), ""),
        "secret": web().settings.secret_key,
    }


def answer_signed_in(signed_in: signing_in.SignedIn) -> Response:
    """201 with the token, and the cookies for a browser."""
    actor = signed_in.actor
    response = jsonify(
        token=signed_in.token,
        csrf_token=csrf_token_for(signed_in.token),
        member={"id": str(actor.id), "handle": actor.handle, "role": actor.role.value},
    )
    response.status_code = 201
    return with_cookies(response, signed_in)


def with_cookies(response: Response, signed_in: signing_in.SignedIn) -> Response:
    """Hand session and device mark to the browser."""
    set_session_cookie(response, signed_in.token, seconds=signed_in.seconds)
    secure = web().settings.is_production
    response.set_cookie(device_cookie(), signed_in.device, max_age=YEAR, httponly=True, secure=secure, samesite="Lax")
    return response


def device_cookie() -> str:
    """The name of the mark by which a browser is known again."""
    return "__Host-device" if web().settings.is_production else "device"


def invited(made: joining.Invited) -> dict[str, Any]:
    """A fresh invitation as it is answered, with its link."""
    link = f"{web().settings.public_url.rstrip('/')}/join/{made.token}"
    return {"id": made.invitation.id, "state": made.invitation.state, "url": link}
