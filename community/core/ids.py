"""Ids: time-ordered ones for rows that pile up, random ones for people."""

import uuid
from datetime import datetime

import uuid_utils


def new_id() -> uuid.UUID:
    """A fresh UUIDv7: near in time is near on disk. Never order by it."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def random_id() -> uuid.UUID:
    """A fresh UUIDv4, for members: a time in the id would tell when somebody came."""
    return uuid.uuid4()


def first_id_at(moment: datetime) -> uuid.UUID:
    """The lowest UUIDv7 of a moment: bounds a search for rows of about that time by their key."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
