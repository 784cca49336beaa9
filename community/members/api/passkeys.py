"""JSON endpoints of passkeys, and what their pages share."""

from typing import Any
from uuid import UUID

from community.core.crypto.passkeys import Answer, PasskeySite, passkey_site
from community.core.errors import NotFound
from community.core.web.request_context import csrf_exempt, read_context, services, unit_of_work
from community.members.actions import passkeys
from community.members.actions.sign_in import SignedIn
from community.members.api import api
from community.members.api.responses import caller
from community.members.queries import passkeys as queries
from community.members.schemas.passkeys import NewPasskeySchema, OptionsSchema, PasskeysSchema, RegisteredSchema

EXAMPLE = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "e30", "attestationObject": "AAAA"},
}


class NoPasskeysHere(NotFound):
    """Browsers allow no passkeys at this installation's address."""

    code = "no_passkeys_here"
    message = "Passkeys need an https address."


def current_site() -> PasskeySite | None:
    """Return the site that passkeys belong to, or None where browsers allow none."""
    settings = services().settings
    return passkey_site(settings.public_url, settings.name)


def required_site() -> PasskeySite:
    """Return the site that passkeys belong to. Raises NoPasskeysHere."""
    site = current_site()
    if site is None:
        raise NoPasskeysHere
    return site


@api.post("/session/passkey-options")
@api.response(200, OptionsSchema)
@csrf_exempt
def post_sign_in_options() -> dict[str, Any]:
    """Return the options to sign in with a passkey. Its answer goes to `POST /session/factor`, within five minutes."""
    return {"options": passkeys.sign_in_options(services().store, site=required_site(), caller=caller())}


@api.post("/session/step-up/options")
@api.response(200, OptionsSchema)
def post_step_up_options() -> dict[str, Any]:
    """Return the options to confirm with a passkey that it's me. Its answer goes to `POST /session/step-up`."""
    with unit_of_work() as uow:
        return {"options": passkeys.step_up_options(uow, site=required_site())}


@api.get("/me/passkeys")
@api.response(200, PasskeysSchema)
def get_passkeys() -> dict[str, Any]:
    """List my passkeys, the oldest first."""
    with read_context() as ctx:
        return {"items": queries.my_passkeys(ctx), "next_cursor": None}


@api.post("/me/passkeys/options")
@api.response(200, OptionsSchema)
def post_passkey_options() -> dict[str, Any]:
    """Return the options to make a passkey with. The browser's answer goes to `POST /me/passkeys`."""
    settings = services().settings
    with unit_of_work() as uow:
        options = passkeys.registration_options(
            uow, site=required_site(), secret=settings.secret_key, is_required=settings.is_staff_factor_required
        )
    return {"options": options}


@api.post("/me/passkeys")
@api.arguments(NewPasskeySchema, example={"credential": EXAMPLE})
@api.response(201, RegisteredSchema)
def post_passkey(given: dict[str, Any]) -> dict[str, Any]:
    """Add the passkey that my browser made.

    With my first second factor, ten recovery codes come with it, once, and my other sessions end.
    """
    made = register_passkey(**given)
    return {**vars(made.passkey), "recovery_codes": made.recovery_codes}


@api.delete("/me/passkeys/<uuid:passkey_id>")
@api.response(204)
def delete_passkey(passkey_id: UUID) -> None:
    """Remove one of my passkeys."""
    with unit_of_work() as uow:
        passkeys.remove(uow, passkey_id=passkey_id, is_required=services().settings.is_staff_factor_required)


def register_passkey(*, credential: Answer) -> passkeys.Registered:
    """Add a passkey to the account of the request's member, named after their device."""
    settings = services().settings
    with unit_of_work() as uow:
        return passkeys.register(
            uow,
            site=required_site(),
            credential=credential,
            label=caller().label,
            secret=settings.secret_key,
            is_required=settings.is_staff_factor_required,
        )


def sign_in_by_passkey(*, assertion: Answer, pending: str = "") -> SignedIn:
    """Sign in with a passkey. Raises what `actions.passkeys.sign_in_with_passkey` raises."""
    site, store = required_site(), services().store
    return passkeys.sign_in_with_passkey(store, site=site, assertion=assertion, caller=caller(), pending=pending)
