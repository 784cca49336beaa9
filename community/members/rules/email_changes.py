"""Rules of changes of e-mail addresses: how long links work, how often one may ask, and the tokens of the links."""

from datetime import timedelta
from uuid import UUID

from community.core.crypto.cipher import keyed_digest

LASTS = timedelta(hours=24)
WINDOW = timedelta(days=1)
MAX_PER_MEMBER = 3
MAX_PER_ADDRESS = 3
# A row is kept as long as its link to the old address says what became of the change.
KEPT = timedelta(days=7)


def confirm_token(secret: str, change_id: UUID) -> str:
    """Return the token of the link to the new address. It is derived, so the worker that mails it stores no secret."""
    return keyed_digest(secret, "email-change", str(change_id))


def stop_token(secret: str, change_id: UUID) -> str:
    """Return the token of the link to the old address, derived likewise."""
    return keyed_digest(secret, "email-change-stop", str(change_id))
