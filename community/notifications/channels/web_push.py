"""Web Push of one encrypted message (RFC 8291), signed by our key (RFC 8292), and its outcome.

The push service sees neither text nor ids, and every payload has the same length. The phone shows the service worker's
own neutral text, unless the member asked for more.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Literal

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

from community.core.settings import Settings
from community.notifications.channels.push_endpoints import Endpoints, RefusedEndpoint
from community.notifications.channels.result import Outcome

PAYLOAD_BYTES = 512
MAX_WAIT = timedelta(hours=12)
SIGNATURE_LASTS = timedelta(hours=12)
SIGNED_ANEW_AFTER = timedelta(hours=1)
GONE = (401, 403, 404, 410)  # 401 and 403: it was made for another key of ours
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, kw_only=True)
class PushMessage:
    """A push to one browser. `topic` replaces an earlier push that waits. `text` is empty for discreet members."""

    endpoint: str
    p256dh: str
    auth: str
    path: str
    topic: str
    urgency: Literal["low", "normal", "high"]
    ttl: timedelta
    text: str = ""


class Pusher:
    """A client of push services for one process. Safe to use from several threads."""

    def __init__(self, settings: Settings, endpoints: Endpoints | None = None) -> None:
        self._endpoints = endpoints or Endpoints(settings.push_services)
        self._key = vapid_key(settings)
        self._contact = settings.public_url if settings.is_production else f"mailto:{settings.mail_from}"
        self._signed: dict[str, tuple[datetime, str]] = {}

    def push(self, message: PushMessage, *, now: datetime) -> Outcome:
        """Send a message to the browser's push service."""
        try:
            endpoint = self._endpoints.check(message.endpoint)
            body = encrypt_for(message, padded_payload(message))
        except RefusedEndpoint as error:
            return Outcome(result="gone", detail=str(error))
        except ValueError:
            return Outcome(result="gone", detail="bad_keys")
        headers = {
            "TTL": str(max(0, int(message.ttl.total_seconds()))),
            "Urgency": message.urgency,
            "Topic": message.topic,
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "Authorization": self._signature(endpoint.origin, now),
        }
        try:
            response = self._endpoints.post(endpoint, body, headers)
        except RefusedEndpoint as error:
            return Outcome(result="gone", detail=str(error))
        except (OSError, HTTPException) as error:
            return Outcome(result="temporary", detail=type(error).__name__)
        except ValueError as error:  # a name that can never be resolved: a UnicodeError is one
            return Outcome(result="gone", detail=type(error).__name__)
        return _outcome(response.status, response.retry_after, now)

    def _signature(self, origin: str, now: datetime) -> str:
        """Return the signature for an origin. It is kept for an hour, because push services ask not to get a new one
        each time.
        """
        at, header = self._signed.get(origin, (now, ""))
        if header and abs(now - at) < SIGNED_ANEW_AFTER:
            return header
        claims = {"aud": origin, "exp": int((now + SIGNATURE_LASTS).timestamp()), "sub": self._contact}
        header = str(Vapid02(self._key).sign(claims)["Authorization"])
        self._signed[origin] = (now, header)
        return header


def vapid_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    """Return the key in VAPID_PRIVATE_KEY, or one derived from SECRET_KEY, which is the same in every process."""
    if settings.vapid_private_key:
        number = int.from_bytes(_raw(settings.vapid_private_key), "big")
        return ec.derive_private_key(number, ec.SECP256R1())
    kdf = HKDF(algorithm=SHA256(), length=48, salt=None, info=b"community web push key")
    number = int.from_bytes(kdf.derive(settings.secret_key.encode()), "big") % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def public_key(settings: Settings) -> str:
    """Return the key that a browser subscribes with: the uncompressed point in base64url."""
    point = vapid_key(settings).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def are_valid_keys(p256dh: str, auth: str) -> bool:
    """Return whether these are keys of a browser: a point on the curve, and 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(p256dh))
        return len(_raw(auth)) == 16
    except (ValueError, TypeError):
        return False


def padded_payload(message: PushMessage) -> bytes:
    """Return the payload as JSON, padded to PAYLOAD_BYTES because its length must tell nothing."""
    line = {"path": message.path, "tag": message.topic, **({"words": message.text} if message.text else {})}
    return json.dumps(line).encode().ljust(PAYLOAD_BYTES)


def encrypt_for(message: PushMessage, line: bytes) -> bytes:
    """Return the payload encrypted for one browser. Raises ValueError for invalid keys."""
    encrypted: bytes = http_ece.encrypt(
        line,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_raw(message.p256dh),
        auth_secret=_raw(message.auth),
        version="aes128gcm",
    )
    return encrypted


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _outcome(status: int, retry_after: str, now: datetime) -> Outcome:
    if 200 <= status < 300:
        return Outcome(result="sent", detail=str(status))
    if status in GONE:
        return Outcome(result="gone", detail=str(status))
    if status == 429 or status >= 500:
        return Outcome(result="temporary", detail=str(status), retry_after=_wait(retry_after, now))
    return Outcome(result="permanent", detail=str(status))


def _wait(retry_after: str, now: datetime) -> timedelta | None:
    """Parse Retry-After, in seconds or as a date, and return at most MAX_WAIT."""
    try:
        wait = (
            timedelta(seconds=int(retry_after)) if retry_after.isdigit() else parsedate_to_datetime(retry_after) - now
        )
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), MAX_WAIT)
