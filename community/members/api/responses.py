"""What doors of members share: joining, who asks, and how somebody who signed in is answered."""

from typing import Any

from flask import Response, jsonify, request

from community.core.web.request_context import csrf_token_for, read_context, services, set_session_cookie
from community.members import access
from community.members.actions import invitations, password_changes, sign_in, sign_in_throttle

YEAR = 365 * 24 * 3600


def join(filled_in: dict[str, Any]) -> sign_in.SignedIn:
    """Accept the invitation and sign in, in one transaction. The link is looked at before anything is hashed.

    Raises InvitationEnded, Invalid, TooMany for an address that tries many links that do not work.
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
    """What signing in needs to know of the browser or program that asks."""
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


def answer_signed_in(signed_in: sign_in.SignedIn) -> Response:
    """201 with the token, and the cookies for a browser."""
    actor = signed_in.actor
    response = jsonify(
        token=signed_in.token,
        csrf_token=csrf_token_for(signed_in.token),
        member={"id": str(actor.id), "handle": actor.handle, "role": actor.role.value},
    )
    response.status_code = 201
    return with_cookies(response, signed_in)


def with_cookies(response: Response, signed_in: sign_in.SignedIn) -> Response:
    """Hand session and device mark to the browser."""
    set_session_cookie(response, signed_in.token, seconds=signed_in.seconds)
    return with_device(response, signed_in.device)


def with_device(response: Response, mark: str) -> Response:
    """Hand the device's mark to the browser."""
    secure = services().settings.is_production
    response.set_cookie(device_cookie(), mark, max_age=YEAR, httponly=True, secure=secure, samesite="Lax")
    return response


def device_cookie() -> str:
    """The name of the mark by which a browser is known again."""
    return services().device_cookie_name


def invited(made: invitations.Invited) -> dict[str, Any]:
    """A fresh invitation as it is answered, with its link for whoever may see it."""
    link = f"{services().settings.public_url.rstrip('/')}/join/{made.token}" if made.token else None
    return {"id": made.invitation.id, "state": made.invitation.state, "url": link}
