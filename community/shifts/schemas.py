"""Schemas of shifts for the API and forms."""

from marshmallow import fields, validate

from community.core.schemas import Day, StrictSchema, Text, UtcDateTime, time_zone_name
from community.shifts import rules


class PlanShiftSchema(StrictSchema):
    """A shift by the clock of a time zone, repeated for some weeks. An end that is not later is on the next day."""

    day = Day(required=True, metadata={"example": "2026-11-26"})
    starts = fields.Time(required=True, format="%H:%M", metadata={"example": "17:00", "pattern": r"^\d\d:\d\d$"})
    ends = fields.Time(required=True, format="%H:%M", metadata={"example": "23:00", "pattern": r"^\d\d:\d\d$"})
    time_zone = fields.String(required=True, validate=time_zone_name)
    weeks = fields.Integer(load_default=1, validate=validate.Range(min=1, max=rules.MAX_WEEKS))
    member_id = fields.UUID(load_default=None, allow_none=True)


class ShiftSchema(StrictSchema):
    """A shift with its coordinator's `notes` for the next one."""

    id = fields.UUID()
    member_id = fields.UUID()
    handle = fields.String()
    starts_at = UtcDateTime()
    ends_at = UtcDateTime()
    time_zone = fields.String()
    is_mine = fields.Boolean()
    is_offered = fields.Boolean()
    is_now = fields.Boolean()
    notes = fields.String(allow_none=True)


class ShiftList(StrictSchema):
    """Shifts in the order of their start."""

    items = fields.List(fields.Nested(ShiftSchema))


class ShiftSpanArgs(StrictSchema):
    """The span that the shifts overlap, by default the next two weeks."""

    since = UtcDateTime(load_default=None, data_key="from")
    until = UtcDateTime(load_default=None, data_key="to")


class DropShiftArgs(StrictSchema):
    """The choice to remove the later shifts of the series too."""

    following = fields.Boolean(load_default=False)


class ShiftNotesSchema(StrictSchema):
    """My notes for the next coordinator. They are encrypted, and only coordinators read them."""

    notes = Text(required=True, most=rules.MAX_NOTES_LENGTH)
