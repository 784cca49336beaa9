"""What reports need of rooms: the row of a reported message stays when retention takes its words."""

from sqlalchemy import ColumnElement, exists

from community.rooms.models import Message
from community.rooms.retention import still_needed
from community.safety.models import Report


def is_reported() -> ColumnElement[bool]:
    """Condition on `Message`: somebody reported it. What it said is sealed in the report."""
    return exists().where(Report.subject_id == Message.id)


still_needed.append(is_reported)
