"""Pages of rooms."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint

from community.core.unit_of_work import ReadContext
from community.rooms.queries import read_markers

pages = Blueprint("rooms", __name__)


def page_facts(ctx: ReadContext) -> Mapping[str, Any]:
    """Return the number that base.html shows beside "Rooms"."""
    return {"unread_rooms": read_markers.count_unread_rooms(ctx)}


def message_url(room_id: UUID, seq: int) -> str:
    """Return the address of a message in its room."""
    return f"/rooms/{room_id}?at={seq}#m-{seq}"
