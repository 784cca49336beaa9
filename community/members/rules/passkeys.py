"""Rules of passkeys: how long a challenge lasts, how many there may be, and when a key was copied."""

from datetime import timedelta
from uuid import UUID

from community.core.crypto.cipher import keyed_digest

CHALLENGE_LASTS = timedelta(minutes=5)
MAX_PASSKEYS = 10
MAX_CHALLENGES_PER_ADDRESS = 200  # in THROTTLE_WINDOW: each look at the button of the sign-in page takes one
REGISTER, SIGN_IN, STEP_UP = "register", "sign_in", "step_up"


def user_handle(secret: str, member_id: UUID) -> str:
    """Return the 64 hex digits by which authenticators know a member. Nobody learns the member's id from them."""
    return keyed_digest(secret, "passkey-user", str(member_id))


def was_copied(*, stored: int, shown: int) -> bool:
    """Return whether a key showed a sign count that it had passed before. Keys that count nothing always show 0."""
    return shown <= stored and (shown, stored) != (0, 0)
