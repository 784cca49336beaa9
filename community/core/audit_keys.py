"""Keys of the audit log, derived from SECRET_KEY and FIELD_KEYS and never stored in the database.

The hash of an entry commits to every entry before it. The MAC of an entry (a keyed hash over that hash) shows that one
of our processes wrote it: an attacker who can write to the database, but has no key, cannot make one.
"""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_ID_LENGTH = 8


class AuditKeys:
    """A ring of keys, newest first: the newest one makes MACs, each one checks its own."""

    def __init__(self, *secrets_newest_first: str) -> None:
        self._ring = dict(_key(secret) for secret in secrets_newest_first)
        self.newest = next(iter(self._ring), None)

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._ring

    def mac(self, hash_: str) -> tuple[str, str]:
        """Return the id of the newest key and the MAC of a hash under it. Raises LookupError when there is no key."""
        if self.newest is None:
            raise LookupError("no key for the audit log")
        return self.newest, _mac(self._ring[self.newest], hash_)

    def fits(self, key_id: str | None, mac: str | None, hash_: str | None) -> bool:
        """Return whether this is the MAC of the hash under a key of the ring."""
        key = self._ring.get(key_id or "")
        return key is not None and hmac.compare_digest(_mac(key, hash_ or "").encode(), (mac or "").encode())


def _mac(key: bytes, hash_: str) -> str:
    return hmac.new(key, hash_.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=32)
def _key(secret: str) -> tuple[str, bytes]:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community audit chain").derive(secret.encode())
    return hmac.new(key, b"community audit key name", hashlib.sha256).hexdigest()[:KEY_ID_LENGTH], key
