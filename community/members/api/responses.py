"""Helpers that endpoints of members share: joining, the caller, and the answer to a sign-in."""

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, request
from marshmallow import ValidationError

from community.core.errors import Gone, ValidationFailed
from community.core.web.error_responses import flat_errors
from community.core.web.request_context import csrf_token_for, current_actor, read_context, services, set_session_cookie
from community.members import access
from community.members.actions import invitations, password_changes, sign_in, sign_in_throttle
from community.members.actions.handles import HandleTaken
from community.members.rules.devices import device_label
from community.members.schemas.invitations import AcceptSchema

YEAR = 365 * 24 * 3600


def join(filled_in: dict[str, Any]) -> sign_in.SignedIn:
    """Accept an invitation and sign in, in one transaction. The link is checked before anything is hashed.

    Raises InvitationEnded, HandleTaken, ValidationFailed, and TooManyTries for an origin that tries many dead links.
    """
    problems = _problems(filled_in)
    if list(problems) == ["handle"]:
        raise HandleTaken
    if problems:
        raise ValidationFailed(errors=_in_order(problems))
    hashed = password_changes.hash_checked_password(filled_in.pop("password"))
    with services().store.unit_of_work() as uow:
        member = invitations.accept_invitation(uow, **filled_in, password_hash=hashed)
        for follow in services().on_join:
            follow(uow, member.id)
        return sign_in.open_session(uow, member, caller=caller(), may_enroll_factor=member.is_privileged)


def by_link(action: Callable[..., None], *, token: str) -> None:
    """Run an action of a link, and count a link that does not work. Raises what the action raises, and TooManyTries."""
    try:
        with services().store.unit_of_work(current_actor()) as uow:
            action(uow, token=token)
    except Gone:
        sign_in_throttle.count_dead_link(services().store, caller().origin)
        raise


def join_by_form(values: dict[str, Any]) -> sign_in.SignedIn:
    """Join with the fields of a page. Raises what `join` raises, and ValidationFailed with every problem at once."""
    try:
        return join(AcceptSchema().load(values))
    except ValidationError as error:
        problems = flat_errors(error.normalized_messages())
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        consents = {text["text_version"]: text["accepted"] for text in values["consents"]}
        raise ValidationFailed(
            errors=_in_order(_problems({**valid, "consents": consents, "token": values["token"]}) | problems)
        ) from error


def _in_order(problems: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return problems in the order of the form's fields."""
    fields = list(AcceptSchema().fields)
    return dict(sorted(problems.items(), key=lambda item: fields.index(item[0]) if item[0] in fields else len(fields)))


def _problems(filled_in: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with those fields of a joining that are there, beyond their shape."""
    own = (services().settings.name, invited_address(filled_in["token"]), filled_in.get("handle", ""))
    problems: dict[str, list[str]] = {}
    if "handle" in filled_in:
        with services().store.unit_of_work() as uow:
            problems |= invitations.handle_problems(uow, handle=filled_in["handle"])
    if "password" in filled_in:
        problems |= password_changes.password_problems(filled_in["password"], own=own)
    return problems | invitations.consent_problems(filled_in["consents"])


def invited_address(token: str) -> str:
    """Return the address that a link was sent to, and count a link that does not work.

    Raises InvitationEnded, TooManyTries.
    """
    with read_context() as ctx:
        invitation = access.open_invitation(ctx, token)
    if invitation is None:
        sign_in_throttle.count_dead_link(services().store, caller().origin)
        raise invitations.InvitationEnded
    return invitation.email


def caller() -> sign_in.Caller:
    """Return the client of the request, as signing in needs it."""
    return sign_in.Caller(
        address=request.remote_addr or "",
        label=device_label(request.user_agent.string),
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


def factor_link_url(token: str) -> str:
    """Return the address of a link to set up a second factor."""
    return f"{services().settings.public_url}/two-step-link/{token}"


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
