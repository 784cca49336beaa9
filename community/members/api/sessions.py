"""JSON endpoints of signing in and out, sessions and passwords."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify

from community.core.errors import Unauthenticated
from community.core.web.request_context import (
    clear_session_cookie,
    csrf_exempt,
    current_actor,
    read_context,
    services,
    unit_of_work,
)
from community.members.actions import password_changes, sign_in
from community.members.actions.second_factors import FactorAsked
from community.members.api import api
from community.members.api.responses import caller, signed_in_response, with_device_cookie
from community.members.queries import profile
from community.members.schemas.second_factors import FactorAskedSchema
from community.members.schemas.sessions import (
    ChangePasswordSchema,
    EmailSchema,
    PasswordSchema,
    SaidSchema,
    SessionsSchema,
    SignedInSchema,
    SignInSchema,
)


@api.post("/session")
@api.arguments(SignInSchema, example={"email": "wren@example.org", "password": "four quiet words here"})
@api.response(201, SignedInSchema)
@api.alt_response(200, FactorAskedSchema, when="The member has a second factor: finish with POST /session/factor.")
@csrf_exempt
def post_session(credentials: dict[str, str]) -> Response:
    """Sign in. Returns a bearer token, and sets a cookie of the same session.

    For a member with a second factor it returns 200 with a `pending` token for `POST /session/factor` instead.
    """
    result = sign_in.sign_in(services().store, **credentials, caller=caller())
    if isinstance(result, FactorAsked):
        return jsonify(second_factor=list(result.kinds), pending=result.pending)
    return signed_in_response(result)


@api.delete("/session")
@api.response(204)
def delete_session() -> Response:
    """Sign out. The session's sockets close."""
    with unit_of_work() as uow:
        sign_in.sign_out(uow)
    response = Response(status=204)
    clear_session_cookie(response)
    return response


@api.get("/sessions")
@api.response(200, SessionsSchema)
def get_sessions() -> dict[str, Any]:
    """List my sessions, the most recently used first."""
    with read_context() as ctx:
        return {"items": profile.my_sessions(ctx), "next_cursor": None}


@api.delete("/sessions")
@api.response(204)
def delete_other_sessions() -> None:
    """Sign out everywhere else: end all of my sessions but this one. Their sockets close."""
    with unit_of_work() as uow:
        sign_in.end_other_sessions(uow)


@api.delete("/sessions/<uuid:session_id>")
@api.response(204)
def delete_one_session(session_id: UUID) -> None:
    """End one of my sessions. Its sockets close."""
    with unit_of_work() as uow:
        sign_in.end_session(uow, session_id=session_id)


@api.post("/password-resets")
@api.arguments(EmailSchema, example={"email": "wren@example.org"})
@api.response(202, SaidSchema)
@csrf_exempt
def post_password_reset(asked: dict[str, str]) -> dict[str, str]:
    """Ask for a link to choose a new password. The answer is the same for every address."""
    password_changes.request_reset(services().store, **asked, caller=caller())
    return {"detail": "If this address belongs to a member, we've sent a link to it."}


@api.put("/password-resets/<token>")
@api.arguments(PasswordSchema, example={"password": "four other quiet words"})
@api.response(204)
@csrf_exempt
def put_password_reset(chosen: dict[str, str], token: str) -> Response:
    """Set a new password by the link's token. Every session and every other link ends."""
    mark = password_changes.reset_password(services().store, token=token, **chosen, caller=caller())
    return with_device_cookie(Response(status=204), mark)


@api.put("/me/password")
@api.arguments(
    ChangePasswordSchema,
    example={"current_password": "four quiet words here", "password": "four other quiet words"},
)
@api.response(204)
def put_password(passwords: dict[str, str]) -> None:
    """Change my password. My other sessions end."""
    actor = current_actor()
    if actor is None:
        raise Unauthenticated
    password_changes.change_password(services().store, actor, **passwords, service=services().settings.name)
