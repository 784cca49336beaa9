"""Number of sockets that each member has open, counted in Redis over all web processes.

Each member with sockets has a sorted set of their ids under a keyed digest: Redis learns no member's id. An entry
expires a minute after its process last refreshed it, so what a crashed process leaves behind counts no longer. The
times are those of Redis; no other clock is compared with them.

While Redis is away each process counts its own sockets only, so a member may have the full number in each of them. The
next refresh after it is back puts everything into Redis again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

from community.core.batching import Batcher
from community.core.crypto.cipher import keyed_digest
from community.core.pubsub import PubSub

EXPIRE_SECONDS = 60  # three times the refresh of the room feed's sweep
MEMBERS_AT_ONCE = 100

# KEYS: the member's set. ARGV: seconds, the maximum, the socket. Returns whether there was room.
TAKE = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZSCORE', KEYS[1], ARGV[3]) then return 1 end  -- sent again over a new connection
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[1]), ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""
# KEYS: the member's set. ARGV: seconds, the sockets that are still open.
REFRESH = """
local expires = tonumber(redis.call('TIME')[1]) + tonumber(ARGV[1])
for place = 2, #ARGV do redis.call('ZADD', KEYS[1], expires, ARGV[place]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 1
"""

OpenSockets = Callable[[], Mapping[UUID, Sequence[str]]]


class SocketCounts:
    """Count of this process's sockets among all. `pubsub` returns the way to Redis, with its circuit breaker."""

    def __init__(self, pubsub: Callable[[], PubSub], *, secret: Callable[[], str], most: int) -> None:
        self._pubsub = pubsub
        self._secret = secret
        self._max_size = most
        # In order: a socket that closes during a refresh is removed after it, not before.
        self._changes: Batcher[Callable[[], None]] = Batcher(_call_each)

    def take(self, wanted: Iterable[tuple[UUID, str]]) -> set[str]:
        """Count new sockets, given as (member, socket), in one round trip. Returns those beyond the limit.

        Returns none when Redis is away.
        """
        pairs = list(wanted)
        commands = [
            ("EVAL", TAKE, "1", self._key(member_id), str(EXPIRE_SECONDS), str(self._max_size), sid)
            for member_id, sid in pairs
        ]
        answers = self._pubsub().ask(commands) if commands else []
        return {sid for (_, sid), answer in zip(pairs, answers or (), strict=False) if not int(answer)}

    def leave(self, member_id: UUID, sid: str) -> None:
        """Stop counting a socket. Does not wait."""
        self._changes.add(lambda: self._remove(member_id, sid))

    def refresh(self, open_sockets: OpenSockets) -> None:
        """Extend the entries of open sockets. Does not wait; `open_sockets` is called when it is their turn."""
        self._changes.add(lambda: self._refresh(open_sockets()))

    def _remove(self, member_id: UUID, sid: str) -> None:
        self._pubsub().ask([("ZREM", self._key(member_id), sid)])

    def _refresh(self, open_sockets: Mapping[UUID, Sequence[str]]) -> None:
        commands = [
            ("EVAL", REFRESH, "1", self._key(member_id), str(EXPIRE_SECONDS), *sids)
            for member_id, sids in open_sockets.items()
            if sids
        ]
        for start in range(0, len(commands), MEMBERS_AT_ONCE):
            if self._pubsub().ask(commands[start : start + MEMBERS_AT_ONCE]) is None:
                return

    def _key(self, member_id: UUID) -> str:
        return f"community.sockets.{keyed_digest(self._secret(), 'sockets', str(member_id))}"


def _call_each(changes: Sequence[Callable[[], None]]) -> None:
    for change in changes:
        change()
