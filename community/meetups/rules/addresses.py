"""The secret address of a member's calendar: who it is, and a keyed digest that only we can make."""

import hmac
from uuid import UUID

from community.core.crypto import derived


def address(member_id: UUID, version: int, *, key: str) -> str:
    """The secret part of the address: 32 hexadecimal digits of the member, 64 of the digest. No version lasts."""
    return member_id.hex + derived(key, "calendar", f"{member_id}:{version}")


def member_of(secret: str) -> UUID | None:
    """Whom an address claims to be of; nobody when it is none."""
    try:
        return UUID(hex=secret[:32]) if len(secret) == 96 else None
    except ValueError:
        return None


def is_address(secret: str, member_id: UUID, version: int, *, key: str) -> bool:
    """Whether this is the member's address now."""
    return hmac.compare_digest(secret.encode(), address(member_id, version, key=key).encode())
