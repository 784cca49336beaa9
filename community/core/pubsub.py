"""Redis pub/sub: wakes other processes, never carries content.

The database is the source of truth. A lost message costs seconds, never data, because every listener also polls. A
publish therefore waits at most 120 ms for a connection and as long for an answer, and after a failure a circuit breaker
leaves Redis alone for a second, then two, four, eight. The breaker closes when this process's listener reconnects.

Over TLS (`rediss://`) the server's certificate must be for its host, and from an authority that this machine trusts or
that the address names: `rediss://host:6380/0?ssl_ca_certs=/path/ca.pem`.
"""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from community.core.compat.redis_connections import ConnectionStack, read_messages
from community.core.text import as_json

log = structlog.get_logger()

EVENTS = "community.events"
PATIENCE_SECONDS = 0.12
BREAKER_SECONDS = 1.0
MAX_BREAKER_SECONDS = 8.0
RESUBSCRIBE_SECONDS = 0.5
LISTENER_PATIENCE_SECONDS = 2.0
ASK_EVERY_SECONDS = 1.0  # a server that is frozen, or behind a cut network, closes nothing: it only stops to answer
MAX_SILENCE_SECONDS = 2.5


def room_channel(room_id: UUID) -> str:
    """Return the channel of a room's new heads."""
    return f"community.room.{room_id}"


def member_channel(member_id: UUID) -> str:
    """Return the channel that says that there is news for a member."""
    return f"community.member.{member_id}"


def connect(url: str, *, patience: float = PATIENCE_SECONDS) -> "redis.Redis":
    """Return a client for `redis://`, `rediss://`, `unix://` or `redis+sentinel://host:port,…/service` that fails fast.

    `patience` bounds each answer and the TLS handshake, in seconds. A subscription may wait longer for messages.
    """
    options: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": patience,
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": True,
    }
    if not url.startswith("redis+sentinel://"):
        return redis.Redis.from_url(url, **options)
    parts = urlsplit(url)
    hosts = [host.rpartition(":") for host in parts.netloc.rpartition("@")[2].split(",")]
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    sentinel = Sentinel([(name, int(port)) for name, _, port in hosts], sentinel_kwargs=dict(options))
    password = parts.password or query.get("password")
    client: redis.Redis = sentinel.master_for(parts.path.strip("/") or "mymaster", password=password, **options)
    return client


def error_text(error: BaseException) -> str:
    """Return in one line why Redis could not be reached, and for an untrusted certificate how to fix it."""
    cause = _tls_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        mend = "name its authority in REDIS_URL: ?ssl_ca_certs=FILE"
        return f"its certificate isn't trusted ({cause.verify_message.rstrip('.')}); {mend}"
    if cause is not None:
        return "TLS failed"
    return type(error).__name__


def is_tls_error(error: BaseException) -> bool:
    """Return whether TLS was the reason."""
    return _tls_error(error) is not None


def _tls_error(error: BaseException) -> ssl.SSLError | None:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause


class PubSub:
    """Publisher after commits, and listener to other processes."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._client = connect(url) if url else None
        self._connections = ConnectionStack(self._client) if self._client else None
        self._silent_until = 0.0
        self._silence = BREAKER_SECONDS
        self._last_logged: str | None = None

    def publish(self, rings: Iterable[tuple[str, Mapping[str, Any]]]) -> bool:
        """Publish `(channel, payload)` pairs, best effort. Returns False when Redis is away."""
        commands = [("PUBLISH", channel, as_json(payload)) for channel, payload in rings]
        return not commands or self.ask(commands) is not None

    def ask(self, commands: Sequence[tuple[str, ...]]) -> list[Any] | None:
        """Send commands in one go and return the answers, or None when Redis is away."""
        if self._connections is None or time.monotonic() < self._silent_until:
            return None
        try:
            answers = self._connections.execute(commands)
        except (redis.RedisError, OSError) as error:
            self._silent_until = time.monotonic() + self._silence
            self._silence = min(MAX_BREAKER_SECONDS, self._silence * 2)
            self._log_failure("bell.away", error)
            return None
        self._silence, self._last_logged = BREAKER_SECONDS, None
        return answers

    def ping(self) -> bool:
        """Return whether Redis answers now."""
        try:
            return self._client is not None and bool(self._client.ping())
        except (redis.RedisError, OSError):
            return False

    def listen(
        self,
        *patterns: str,
        on_message: Callable[[str, dict[str, Any]], None],
        on_subscribed: Callable[[], None],
        stop: threading.Event,
    ) -> None:
        """Pass every message on `patterns` to `on_ring` until `stop`. Blocks: run it in a thread or greenlet of its
        own.

        Calls `on_subscribed` at each (re)connection: messages may have been missed.
        """
        has_called_back = False

        def subscribed() -> None:
            nonlocal has_called_back
            has_called_back = False
            self._silent_until, self._silence, self._last_logged = 0.0, BREAKER_SECONDS, None
            on_subscribed()

        while self._url and not stop.is_set():
            try:
                self._listen_once(patterns, on_message, subscribed, stop)
            except (redis.RedisError, OSError) as error:
                if not has_called_back:
                    self._log_failure("bell.listener_away", error)
                has_called_back = True
                stop.wait(RESUBSCRIBE_SECONDS)

    def _log_failure(self, event: str, error: Exception) -> None:
        """Log why Redis is away, once for each reason until it is back."""
        why = error_text(error)
        if why != self._last_logged:
            self._last_logged = why
            log.warning(event, error=why)

    def _listen_once(
        self,
        patterns: tuple[str, ...],
        on_message: Callable[[str, dict[str, Any]], None],
        on_subscribed: Callable[[], None],
        stop: threading.Event,
    ) -> None:
        assert self._url is not None
        client = connect(self._url, patience=LISTENER_PATIENCE_SECONDS)
        with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.psubscribe(*patterns)
            if not read_messages(subscription, timeout=LISTENER_PATIENCE_SECONDS):
                raise redis.TimeoutError("no answer")
            on_subscribed()
            last_answer_at = asked = time.monotonic()
            while not stop.is_set():
                for message in read_messages(subscription, timeout=0.5):
                    last_answer_at = time.monotonic()  # a pong counts
                    payload = _payload_of(message)
                    if message and isinstance(payload, dict):  # others may use these channels, too
                        on_message(message["channel"], payload)
                now = time.monotonic()
                if now - last_answer_at > MAX_SILENCE_SECONDS:
                    raise redis.TimeoutError("no answer")
                if now - asked > ASK_EVERY_SECONDS:
                    asked = now
                    subscription.ping()


def _payload_of(message: dict[str, Any] | None) -> object:
    with suppress(ValueError):
        return json.loads(message["data"]) if message else None
    return None
