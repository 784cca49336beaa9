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

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from community.core.errors import ServiceUnavailable
from community.core.write_lock import run_in_threadpool

HASHERS_AT_ONCE = 4
MAX_QUEUE_SECONDS = 8.0
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's minimum for argon2id
_seats = threading.BoundedSemaphore(HASHERS_AT_ONCE)
SEALED = ("v1.", "v2.")  # what every sealed value begins with
T = TypeVar("T")
CANNOT_BE_SHOWN = "This cannot be shown."
log = structlog.get_logger()


def hash_password(password: str) -> str:
    """An argon2id hash. At most HASHERS_AT_ONCE run; raises Busy when the queue is too long."""
    return in_seat(_hasher.hash, password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long for nobody (`None`) as for somebody."""

    def verify(value: str) -> bool:
        try:
            return _hasher.verify(hashed or _nobody(), value)
        except (VerificationError, InvalidHashError):
            return False

    return in_seat(verify, password) and hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(hashed)


def new_token() -> str:
    """256 random bits for a link, a session or a feed."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token: enough to know it again, useless to whoever reads the table."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(secret: str, purpose: str, value: str) -> str:
    """A keyed digest of a value for one purpose."""
    return hmac.new(secret.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


class FieldCipher:
    """Seals short texts with AES-256-GCM under keys that are not in the database.

    Each secret of the ring gives a key; the first one seals, all open. A sealed value names its key, by a digest that
    tells nothing of it, so that values under older keys can be counted, and sealed again while people write.
    `about` (table, row id, column) is bound in as associated data: a sealed value moved elsewhere does not open.
    """

    def __init__(self, *secrets_newest_first: str) -> None:
        self._ring = dict(_field_key(secret) for secret in secrets_newest_first)
        self.newest = next(iter(self._ring))

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of the keys, newest first."""
        return tuple(self._ring)

    def encrypt(self, text: str, *, about: str) -> str:
        """The text, sealed: `v2.`, the key's name, and base64 of a 12-byte nonce and the ciphertext."""
        nonce = os.urandom(12)
        sealed = self._ring[self.newest].encrypt(nonce, text.encode(), about.encode())
        return f"v2.{self.newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, sealed: str, *, about: str) -> str:
        """The text again. Raises ValueError when the value was changed, moved, or sealed under a key we lack."""
        version, _, rest = sealed.partition(".")
        if version == "v1":  # from before keys had names
            return _opened(rest, about, *self._ring.values())
        key_id, _, rest = rest.partition(".")
        if version != "v2" or key_id not in self._ring:
            raise ValueError("this does not open: none of our keys sealed it")
        return _opened(rest, about, self._ring[key_id])

    def shown(self, sealed: str, *, about: str) -> str:
        """Return the text for showing, or `CANNOT_BE_SHOWN` when the value does not open, so that the rest is shown."""
        return self.shown_as(sealed, str, about=about, instead=CANNOT_BE_SHOWN)

    def shown_as(self, sealed: str, read: Callable[[str], T], *, about: str, instead: T) -> T:
        """Return what `read` makes of the text, or `instead` when the value does not open; the row goes to the log.

        For showing only: what is written again must be opened with `unseal`, or the words would be lost for good.
        """
        try:
            return read(self.decrypt(sealed, about=about))
        except (ValueError, KeyError, TypeError, InvalidTag) as error:
            log.error("sealed.does_not_open", row=about, error=type(error).__name__)
            return instead


def is_sealed(value: str) -> bool:
    """Whether this looks like something that a Sealer made."""
    return value.startswith(SEALED)


def in_seat(work: Callable[[str], T], password: str) -> T:
    """Do costly work on a password off the event loop, at most HASHERS_AT_ONCE at a time. Raises Busy."""
    if not _seats.acquire(timeout=MAX_QUEUE_SECONDS):
        raise ServiceUnavailable
    try:
        return run_in_threadpool(work, password)
    finally:
        _seats.release()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


@lru_cache(maxsize=32)
def _field_key(secret: str) -> tuple[str, AESGCM]:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community field sealing").derive(secret.encode())
    return hmac.new(key, b"community field key name", hashlib.sha256).hexdigest()[:8], AESGCM(key)


def _opened(encoded: str, about: str, *keys: AESGCM) -> str:
    raw = base64.urlsafe_b64decode(encoded)
    for key in keys:
        try:
            return key.decrypt(raw[:12], raw[12:], about.encode()).decode()
        except InvalidTag:
            continue
    raise ValueError("this does not open")
