"""Helpers that endpoints of members share: joining, the caller, and the answer to a sign-in."""

from typing import Any

from flask import Response, jsonify, request

from community.core.web.request_context import csrf_token_for, read_context, services, set_session_cookie
from community.members import access
from community.members.actions import invitations, password_changes, sign_in, sign_in_throttle

YEAR = 365 * 24 * 3600


def join(filled_in: dict[str, Any]) -> sign_in.SignedIn:
    """Accept an invitation and sign in, in one transaction. The link is checked before anything is hashed.

    Raises InvitationEnded, ValidationFailed, and TooMany for an origin that tries many links that do not work.
    """
    email = invited_address(filled_in["token"])
    own = (services().settings.name, email, filled_in["handle"])
    hashed = password_changes.hash_new_password(filled_in.pop("password"), own=own)
    with services().store.unit_of_work() as uow:
        member = invitations.accept_invitation(uow, **filled_in, password_hash=hashed)
        return sign_in.open_session(uow, member, caller=caller())


def invited_address(token: str) -> str:
    """Return the address that a link was sent to, and count a link that does not work.

    Raises InvitationEnded, TooMany.
    """
    with read_context() as ctx:
        invitation = access.open_invitation(ctx, token)
    if invitation is None:
        sign_in_throttle.count_dead_link(services().store, caller().origin)
        raise invitations.InvitationEnded
    return invitation.email


def caller() -> sign_in.Caller:
    """Return the client of the request, as signing in needs it."""
    agent = request.user_agent.string.lower()
    kind = "Phone" if "mobi" in agent or "android" in agent else "Browser" if "mozilla" in agent else "Program"
    return sign_in.Caller(
        address=request.remote_addr or "",
        label=kind,
        device=request.cookies.get(device_cookie(), ""),
        replaces=request.cookies.get(services().cookie_name, ""),
        secret=services().settings.secret_key,
        service=services().settings.name,
    )


def signed_in_response(signed_in: sign_in.SignedIn) -> Response:
    """Return 201 with the token, and the cookies for a browser."""
    actor = signed_in.actor
    response = jsonify(
        token=signed_in.token,
        csrf_token=csrf_token_for(signed_in.token),
        member={"id": str(actor.id), "handle": actor.handle, "role": actor.role.value},
    )
    response.status_code = 201
    return with_cookies(response, signed_in)


def with_cookies(response: Response, signed_in: sign_in.SignedIn) -> Response:
    """Set the cookies of the session and of the device."""
    set_session_cookie(response, signed_in.token, seconds=signed_in.seconds)
    return with_device_cookie(response, signed_in.device)


def with_device_cookie(response: Response, mark: str) -> Response:
    """Set the cookie of the device."""
    secure = services().settings.is_production
    response.set_cookie(device_cookie(), mark, max_age=YEAR, httponly=True, secure=secure, samesite="Lax")
    return response


def device_cookie() -> str:
    """Return the name of the device's cookie."""
    return services().device_cookie_name


def invitation_response(made: invitations.Invited) -> dict[str, Any]:
    """Return a new invitation as JSON, with its link for those who may see it."""
    link = f"{services().settings.public_url.rstrip('/')}/join/{made.token}" if made.token else None
    return {"id": made.invitation.id, "state": made.invitation.state, "url": link}
