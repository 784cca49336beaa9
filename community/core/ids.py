"""Ids: time-ordered ones for rows that accumulate, random ones for people."""

import secrets
import uuid
from datetime import UTC, datetime

import uuid_utils


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7: close in time is close on disk. Never order by it."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def day_id(moment: datetime, *, place: int) -> uuid.UUID:
    """Return a fresh UUIDv7 that tells the day of the moment in UTC and a place among others, and not its time.

    Of one day, those with a higher `place` (up to 32 bits) are greater.
    """
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    milliseconds, rest = int(midnight.timestamp() * 1000), place << 42 | secrets.randbits(42)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & (2**62 - 1))


def random_id() -> uuid.UUID:
    """Return a fresh UUIDv4, for members: a time in the id would tell when a member joined."""
    return uuid.uuid4()


def first_id_at(moment: datetime) -> uuid.UUID:
    """Return the lowest UUIDv7 of a moment, to bound a search by primary key for rows of about that time."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
