"""Password hashes, tokens, digests, and encryption of text that the database must not be able to read."""

import base64
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import QueryableAttribute

from community.core.errors import ServiceUnavailable
from community.core.write_lock import run_in_threadpool

HASHERS_AT_ONCE = 4
MAX_QUEUE_SECONDS = 8.0
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's minimum for argon2id
_seats = threading.BoundedSemaphore(HASHERS_AT_ONCE)
CIPHERTEXT_PREFIXES = ("v1.", "v2.")  # what every sealed value begins with
T = TypeVar("T")
ColumnAttribute = QueryableAttribute[Any]  # a mapped column of the type `EncryptedText`
CANNOT_BE_SHOWN = "We can’t show this."
log = structlog.get_logger()


def hash_password(password: str) -> str:
    """Return an argon2id hash. At most HASHERS_AT_ONCE run. Raises ServiceUnavailable when the queue is too long."""
    return in_seat(_hasher.hash, password)


def password_matches(hashed: str | None, password: str) -> bool:
    """Return whether the password is right. Takes as long for an unknown member (`None`) as for a known one."""

    def verify(value: str) -> bool:
        try:
            return _hasher.verify(hashed or _dummy_hash(), value)
        except (VerificationError, InvalidHashError):
            return False

    return in_seat(verify, password) and hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Return whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(hashed)


def new_token() -> str:
    """Return 256 random bits for a link, a session or a feed."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the hash of a token that is stored in its place: the token cannot be read from the table."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_digest(secret: str, purpose: str, value: str) -> str:
    """Return a keyed digest of a value for one purpose."""
    return hmac.new(secret.encode(), f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


class FieldCipher:
    """Encryption of short texts with AES-256-GCM under keys that are not in the database.

    Each secret of the ring gives a key. The first one encrypts, all of them decrypt. A ciphertext names its key by a
    digest that tells nothing of the key: values under older keys can be counted, and encrypted again while people
    write. Associated data (table, row id, column) is bound in: a ciphertext that was moved elsewhere does not decrypt.
    """

    def __init__(self, *secrets_newest_first: str) -> None:
        if not secrets_newest_first:
            raise ValueError("encrypting needs at least one secret; this unit of work factory was made without any")
        self._ring = dict(_field_key(secret) for secret in secrets_newest_first)
        self.newest = next(iter(self._ring))

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the keys, newest first."""
        return tuple(self._ring)

    def encrypt(self, text: str, *, associated_data: str) -> str:
        """Return the ciphertext: `v2.`, the key's id, and base64 of a 12-byte nonce and the encrypted text."""
        nonce = os.urandom(12)
        encrypted = self._ring[self.newest].encrypt(nonce, text.encode(), associated_data.encode())
        return f"v2.{self.newest}.{base64.urlsafe_b64encode(nonce + encrypted).decode()}"

    def decrypt(self, ciphertext: str, *, associated_data: str) -> str:
        """Return the text. Raises ValueError for a value that was changed, moved, or encrypted under an unknown key."""
        version, _, rest = ciphertext.partition(".")
        if version == "v1":  # from before keys had ids
            return _decrypt(rest, associated_data, *self._ring.values())
        key_id, _, rest = rest.partition(".")
        if version != "v2" or key_id not in self._ring:
            raise ValueError("can't decrypt: none of our keys encrypted this")
        return _decrypt(rest, associated_data, self._ring[key_id])

    def encrypt_column(self, row: object, column: ColumnAttribute, text: str) -> None:
        """Set an `EncryptedText` column of a row to the ciphertext of a text, bound to the row."""
        setattr(row, column.key, self.encrypt(text, associated_data=_associated_data(column, row)))

    def decrypt_column(self, row: object, column: ColumnAttribute) -> str:
        """Return the text of an `EncryptedText` column of a row. Raises ValueError when it does not decrypt."""
        return self.decrypt(getattr(row, column.key), associated_data=_associated_data(column, row))

    def show_column(self, row: object, column: ColumnAttribute) -> str:
        """Return the text of a column for showing, or `CANNOT_BE_SHOWN` when it does not decrypt."""
        return self.show_column_as(row, column, str, default=CANNOT_BE_SHOWN)

    def show_column_as(self, row: object, column: ColumnAttribute, parse: Callable[[str], T], *, default: T) -> T:
        """Return what `parse` makes of a column's text, or `default` when it does not decrypt. Logs the row then.

        For showing only: a value that is written back must come from `decrypt_column`, or the text would be lost.
        """
        try:
            return parse(self.decrypt_column(row, column))
        except (ValueError, KeyError, TypeError, InvalidTag) as error:
            bound_to = _associated_data(column, row)
            log.error("sealed.does_not_open", row=bound_to, error=type(error).__name__)
            return default


def _associated_data(column: ColumnAttribute, row: object) -> str:
    encrypted_text: Any = column.expression.type
    return str(encrypted_text.associated_data(row))


def is_encrypted(value: str) -> bool:
    """Return whether this has the form of a ciphertext of FieldCipher."""
    return value.startswith(CIPHERTEXT_PREFIXES)


def in_seat(work: Callable[[str], T], password: str) -> T:
    """Run costly work on a password off the event loop, at most HASHERS_AT_ONCE at once. Raises ServiceUnavailable."""
    if not _seats.acquire(timeout=MAX_QUEUE_SECONDS):
        raise ServiceUnavailable
    try:
        return run_in_threadpool(work, password)
    finally:
        _seats.release()


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return _hasher.hash(secrets.token_hex(16))


@lru_cache(maxsize=32)
def _field_key(secret: str) -> tuple[str, AESGCM]:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"community field sealing").derive(secret.encode())
    return hmac.new(key, b"community field key name", hashlib.sha256).hexdigest()[:8], AESGCM(key)


def _decrypt(encoded: str, associated_data: str, *keys: AESGCM) -> str:
    raw = base64.urlsafe_b64decode(encoded)
    for key in keys:
        try:
            return key.decrypt(raw[:12], raw[12:], associated_data.encode()).decode()
        except InvalidTag:
            continue
    raise ValueError("can't decrypt this text")
