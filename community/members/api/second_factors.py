"""JSON endpoints of second factors: finishing a sign-in, an app that shows codes, recovery codes, and resets."""

from typing import Any
from uuid import UUID

from flask import Response

from community.core.web.request_context import csrf_exempt, read_context, services, unit_of_work
from community.members.actions import pending_sign_ins, second_factors
from community.members.api import api
from community.members.api.passkeys import sign_in_by_passkey
from community.members.api.responses import caller, factor_link_url, signed_in_response
from community.members.queries import second_factors as queries
from community.members.schemas.second_factors import (
    CodeSchema,
    FactorLinkSchema,
    FinishSignInSchema,
    RecoveryCodesSchema,
    SecondFactorsSchema,
    TotpSetupSchema,
)
from community.members.schemas.sessions import SignedInSchema


@api.post("/session/factor")
@api.arguments(FinishSignInSchema, example={"pending": "…", "code": "123456"})
@api.response(201, SignedInSchema)
@csrf_exempt
def post_session_factor(given: dict[str, Any]) -> Response:
    """Finish a sign-in that asked for a second factor, with a code of my app or a recovery code. Each works once.

    Or sign in with a passkey: its answer to `POST /session/passkey-options` needs no password before.
    """
    if "assertion" in given:
        return signed_in_response(sign_in_by_passkey(**given))
    return signed_in_response(pending_sign_ins.finish_with_code(services().store, **given, caller=caller()))


@api.get("/me/factors")
@api.response(200, SecondFactorsSchema)
def get_factors() -> queries.SecondFactors:
    """Return the kinds of my second factors, and how many recovery codes I have left."""
    with read_context() as ctx:
        return queries.my_second_factors(ctx)


@api.post("/me/factors/totp")
@api.response(201, TotpSetupSchema)
def post_totp() -> second_factors.TotpSetup:
    """Make a new secret for my app. It protects nothing until its first code is confirmed."""
    settings = services().settings
    with unit_of_work() as uow:
        return second_factors.start_totp(uow, service=settings.name, is_required=settings.is_staff_factor_required)


@api.put("/me/factors/totp")
@api.arguments(CodeSchema, example={"code": "123456"})
@api.response(200, RecoveryCodesSchema)
def put_totp(given: dict[str, str]) -> dict[str, list[str]]:
    """Turn my app on with its first code. Returns ten recovery codes, once. My other sessions end."""
    settings = services().settings
    with unit_of_work() as uow:
        codes = second_factors.confirm_totp(
            uow, **given, secret=settings.secret_key, is_required=settings.is_staff_factor_required
        )
    return {"recovery_codes": codes}


@api.delete("/me/factors/totp")
@api.response(204)
def delete_totp() -> None:
    """Turn my app off."""
    with unit_of_work() as uow:
        second_factors.remove_totp(uow, is_required=services().settings.is_staff_factor_required)


@api.post("/me/factors/codes")
@api.response(201, RecoveryCodesSchema)
def post_recovery_codes() -> dict[str, list[str]]:
    """Replace my recovery codes by ten new ones, shown once."""
    with unit_of_work() as uow:
        return {"recovery_codes": second_factors.renew_recovery_codes(uow, secret=services().settings.secret_key)}


@api.post("/members/<uuid:member_id>/factor-resets")
@api.response(201, FactorLinkSchema)
def post_factor_reset(member_id: UUID) -> dict[str, str]:
    """Remove a member's second factors, end their sessions, and return a link to set one up again (admins)."""
    with unit_of_work() as uow:
        return {"url": factor_link_url(second_factors.reset_factors_of(uow, member_id=member_id))}
