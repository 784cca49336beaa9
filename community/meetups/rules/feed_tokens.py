"""The secret address of a member's calendar: a keyed digest, and whom it is of in a form that only we can read."""

import hmac
from uuid import UUID

from community.core.crypto.cipher import keyed_digest


def feed_token(member_id: UUID, version: int, *, key: str) -> str:
    """Return the secret part of the address: 32 hexadecimal digits of the masked member, 64 of the digest.

    No version lasts, and none tells whose it is or which other one is of the same member.
    """
    digest = keyed_digest(key, "calendar", f"{member_id}:{version}")
    return _masked(member_id, digest, key=key).hex + digest


def member_of(secret: str, *, key: str) -> UUID | None:
    """Return whom an address claims to be of; nobody when it is none. `is_address` says whether the claim is true."""
    try:
        return _masked(UUID(hex=secret[:32]), secret[32:], key=key) if len(secret) == 96 else None
    except ValueError:
        return None


def is_valid(secret: str, member_id: UUID, version: int, *, key: str) -> bool:
    """Whether this is the member's address now."""
    return hmac.compare_digest(secret.encode(), feed_token(member_id, version, key=key).encode())


def _masked(member_id: UUID, digest: str, *, key: str) -> UUID:
    """An id with a mask that the digest and our key give; twice is the id again."""
    mask = keyed_digest(key, "calendar-member", digest)[:32]
    return UUID(int=member_id.int ^ int(mask, 16))
