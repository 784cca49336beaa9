"""Tokens in the secret addresses of calendar feeds: the masked member id and a keyed digest."""

import hmac
from uuid import UUID

from community.core.crypto.cipher import keyed_digest


def feed_token(member_id: UUID, version: int, *, key: str) -> str:
    """Return a member's feed token: 32 hexadecimal digits of the masked id and 64 of the digest.

    A new `version` replaces the old token. A token reveals neither its member nor other tokens of the same member.
    """
    digest = keyed_digest(key, "calendar", f"{member_id}:{version}")
    return _masked(member_id, digest, key=key).hex + digest


def member_of(secret: str, *, key: str) -> UUID | None:
    """Return the member id that a token claims, or None for a malformed token. `is_valid` checks the claim."""
    try:
        return _masked(UUID(hex=secret[:32]), secret[32:], key=key) if len(secret) == 96 else None
    except ValueError:
        return None


def is_valid(secret: str, member_id: UUID, version: int, *, key: str) -> bool:
    """Return whether this is the member's present token. Compares in constant time."""
    return hmac.compare_digest(secret.encode(), feed_token(member_id, version, key=key).encode())


def _masked(member_id: UUID, digest: str, *, key: str) -> UUID:
    """Return the id masked by the digest and the key. Masking twice gives the id again."""
    mask = keyed_digest(key, "calendar-member", digest)[:32]
    return UUID(int=member_id.int ^ int(mask, 16))
