"""Passkeys (WebAuthn): options for a browser, and checks of what its authenticator answered.

No database and no clock: the caller stores challenges, keys and counts. Every answer must be verified by the person (a
fingerprint, a face, a PIN), so that a passkey is two factors by itself. The library is imported where it is used,
because that takes a third of a second and most processes never need it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Answer = Mapping[str, Any]


class InvalidPasskey(Exception):
    """The answer is malformed, was made for another challenge or site, or is not signed by the key."""


@dataclass(frozen=True)
class PasskeySite:
    """The site that passkeys belong to: its host and its origin. A passkey of another host does not work here."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that a browser registered."""

    credential_id: str
    public_key: bytes
    sign_count: int


def passkey_site(public_url: str, name: str) -> PasskeySite | None:
    """Return the site at this address, or None where browsers allow no passkeys: without https but at localhost."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    is_allowed = host == "localhost" or (parts.scheme == "https" and not host.replace(".", "").isdigit())
    return PasskeySite(host, f"{parts.scheme}://{parts.netloc}", name) if is_allowed and ":" not in host else None


def creation_options(
    site: PasskeySite, *, challenge: bytes, user_handle: bytes, user_name: str, existing: Sequence[str]
) -> dict[str, Any]:
    """Return `PublicKeyCredentialCreationOptions` as JSON. Authenticators that hold one of `existing` refuse."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    selection = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=user_handle,
        user_name=user_name,
        challenge=challenge,
        authenticator_selection=selection,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(one)) for one in existing],
    )
    made: dict[str, Any] = json.loads(options_to_json(options))
    return made


def request_options(site: PasskeySite, *, challenge: bytes, allowed: Sequence[str] = ()) -> dict[str, Any]:
    """Return `PublicKeyCredentialRequestOptions` as JSON: for these passkeys, or for any of this site."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=_bytes(one)) for one in allowed],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    made: dict[str, Any] = json.loads(options_to_json(options))
    return made


def challenge_of(answer: Answer) -> bytes:
    """Return the challenge that an answer names. Raises InvalidPasskey."""
    from webauthn.helpers import parse_client_data_json

    try:
        return parse_client_data_json(_bytes(answer["response"]["clientDataJSON"])).challenge
    except Exception as error:  # the library passes on whatever its decoders raise
        raise InvalidPasskey from error


def check_registration(site: PasskeySite, answer: Answer, *, challenge: bytes) -> NewPasskey:
    """Return the passkey of an answer to `creation_options`. Raises InvalidPasskey."""
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url

    try:
        checked = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise InvalidPasskey from error
    return NewPasskey(bytes_to_base64url(checked.credential_id), checked.credential_public_key, checked.sign_count)


def check_assertion(site: PasskeySite, answer: Answer, *, challenge: bytes, public_key: bytes) -> int:
    """Return the sign count of an answer to `request_options` that the key signed. Raises InvalidPasskey.

    The library compares counts before it looks at the signature, so the count is left to the caller: only who has the
    key may cause an alarm about a copy.
    """
    from webauthn import verify_authentication_response

    try:
        checked = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise InvalidPasskey from error
    return checked.new_sign_count


def _bytes(text: str) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    return base64url_to_bytes(text)
