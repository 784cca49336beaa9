"""Rules of second factors: codes of an app (TOTP, RFC 6238), recovery codes, and how long what is pending lasts."""

import hmac
import secrets
from datetime import datetime, timedelta

import pyotp

from community.core.crypto.cipher import keyed_digest

STEP_SECONDS = 30
PENDING_LASTS = timedelta(minutes=5)
LINK_LASTS = timedelta(hours=24)
RECOVERY_CODE_COUNT = 10
_GROUP = 5
_CLEAR = "23456789abcdefghjkmnpqrstuvwxyz"  # 31 characters that no one mistakes for another: 50 bits in ten


def may_set_up(*, needs_factor: bool, has_factor: bool, has_link: bool) -> bool:
    """Return whether a session may set up a second factor.

    For members who need one (staff, where it is required) a password alone is not enough: the session has to follow an
    invitation or an admin's link, or to have a second factor.
    """
    return has_factor or has_link or not needs_factor


def new_totp_secret() -> str:
    """Return a new shared secret: 160 bits in base32."""
    return pyotp.random_base32()


def totp_uri(secret: str, *, account: str, service: str) -> str:
    """Return the `otpauth:` address that an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=service)


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the time step at which this code is right, of the present one and its two neighbors, or None.

    Codes are compared as bytes and in constant time. Blanks in the code do not count.
    """
    given = "".join(code.split()).encode("utf-8", "replace")
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = range(present - 1, present + 2)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), given)), None)


def new_recovery_codes() -> list[str]:
    """Return ten new recovery codes, as `xxxxx-xxxxx`."""
    return [f"{_group()}-{_group()}" for _ in range(RECOVERY_CODE_COUNT)]


def recovery_code_digest(secret: str, member_id: object, code: str) -> str:
    """Return the keyed digest of a recovery code. Blanks, dashes and the case of letters do not count."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return keyed_digest(secret, "recovery-code", f"{member_id}:{plain}")


def _group() -> str:
    return "".join(secrets.choice(_CLEAR) for _ in range(_GROUP))
