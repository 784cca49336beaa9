"""Passwords, tokens, and notes that the database must not be able to read."""

import base64
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from community.core.errors import Busy
from community.core.gate import offload

HASHERS_AT_ONCE = 4
LONGEST_QUEUE_SECONDS = 8.0
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's minimum for argon2id
_seats = threading.BoundedSemaphore(HASHERS_AT_ONCE)
T = TypeVar("T")


def hash_password(password: str) -> str:
    """An argon2id hash. At most HASHERS_AT_ONCE run; raises Busy when the queue is too long."""
    return _seated(_hasher.hash, password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long for nobody (`None`) as for somebody."""

    def verify(value: str) -> bool:
        try:
            return _hasher.verify(hashed or _nobody(), value)
        except (VerificationError, InvalidHashError):
            return False

    return _seated(verify, password) and hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(hashed)


def new_token() -> str:
    """256 random bits for a link, a session or a feed."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token: enough to know it again, useless to whoever reads the table."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def derived(secret: str, purpose: str, value: str) -> str:
    """A keyed digest of a value for one purpose."""
    return hmac.new(secret.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


class Sealer:
    """Seals short texts with AES-256-GCM under a key that is not in the database.

    `about` (table, row id, column) is bound in as associated data: a sealed value moved elsewhere does not open.
    """

    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community field sealing").derive(secret.encode())
        self._aead = AESGCM(key)

    def seal(self, text: str, *, about: str) -> str:
        """The text, sealed: `v1.` and base64 of a 12-byte nonce and the ciphertext."""
        nonce = os.urandom(12)
        sealed = self._aead.encrypt(nonce, text.encode(), about.encode())
        return "v1." + base64.urlsafe_b64encode(nonce + sealed).decode()

    def unseal(self, sealed: str, *, about: str) -> str:
        """The text again. Raises ValueError when the value was changed, moved, or sealed under another key."""
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix("v1."))
            return self._aead.decrypt(raw[:12], raw[12:], about.encode()).decode()
        except InvalidTag as error:
            raise ValueError("this does not open") from error


def _seated(work: Callable[[str], T], password: str) -> T:
    if not _seats.acquire(timeout=LONGEST_QUEUE_SECONDS):
        raise Busy
    try:
        return offload(work, password)
    finally:
        _seats.release()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))
