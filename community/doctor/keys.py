"""Checks of the secret keys."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec

from community.core.env_reader import shown
from community.core.settings import Settings
from community.doctor.check_result import Line

PUSH_KEY_BYTES = 32


def check_secret(settings: Settings) -> Line:
    """Check that no other account on this machine can read the secret that was made for development."""
    kept = settings.data_dir / "secret-key"
    if not kept.exists() or kept.read_text().strip() != settings.secret_key:
        return Line("ok", "secret", f"SECRET_KEY is set, {len(settings.secret_key)} characters")
    if kept.stat().st_mode & 0o077:
        return Line("warn", "secret", f"other accounts on this machine can read {kept}", f"chmod 600 {kept}")
    return Line("ok", "secret", f"stored in {kept}, readable by this account only")


def check_push_key(settings: Settings) -> Line:
    """Check that VAPID_PRIVATE_KEY, if set, is a key of the right curve."""
    text = settings.vapid_private_key
    if text is None:
        return Line("ok", "push key", "VAPID_PRIVATE_KEY isn't set")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        ec.derive_private_key(int.from_bytes(raw, "big") if len(raw) == PUSH_KEY_BYTES else 0, ec.SECP256R1())
    except ValueError:
        found = f"VAPID_PRIVATE_KEY: {shown('VAPID_PRIVATE_KEY', text)} that aren't a key"
        return Line("FAIL", "push key", found, "set a P-256 private key as base64url of its 32 bytes")
    return Line("ok", "push key", "VAPID_PRIVATE_KEY is valid")
