"""Ids: time-ordered ones for rows that pile up, random ones for people."""

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """A fresh UUIDv7: near in time is near on disk. Never order by it."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


def random_id() -> uuid.UUID:
    """A fresh UUIDv4, for members: a time in the id would tell when somebody came."""
    return uuid.uuid4()
