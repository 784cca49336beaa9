"""Ids: time-ordered ones for rows that pile up, random ones for people."""

import secrets
import uuid
from datetime import UTC, datetime

import uuid_utils


def new_id() -> uuid.UUID:
    """A fresh UUIDv7: near in time is near on disk. Never order by it."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def day_id(moment: datetime, *, place: int) -> uuid.UUID:
    """Return a fresh UUIDv7 that tells the day of the moment in UTC and a place among others, and not its time.

    Of one day, those with a higher `place` (up to 32 bits) are greater.
    """
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    milliseconds, rest = int(midnight.timestamp() * 1000), place << 42 | secrets.randbits(42)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & (2**62 - 1))


def random_id() -> uuid.UUID:
    """A fresh UUIDv4, for members: a time in the id would tell when somebody came."""
    return uuid.uuid4()


def first_id_at(moment: datetime) -> uuid.UUID:
    """The lowest UUIDv7 of a moment: bounds a search for rows of about that time by their key."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
