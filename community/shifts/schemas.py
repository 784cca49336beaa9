"""Shapes of shifts in the API and in forms."""

from marshmallow import fields, validate

from community.core.schemas import Day, StrictSchema, Text, UtcDateTime, time_zone_name
from community.shifts import rules


class PlanShiftSchema(StrictSchema):
    """A shift by the clock of a zone, the same in each of some weeks; an end that is not later is on the next day."""

    day = Day(required=True, metadata={"example": "2026-11-26"})
    starts = fields.Time(required=True, format="%H:%M", metadata={"example": "17:00", "pattern": r"^\d\d:\d\d$"})
    ends = fields.Time(required=True, format="%H:%M", metadata={"example": "23:00", "pattern": r"^\d\d:\d\d$"})
    time_zone = fields.String(required=True, validate=time_zone_name)
    weeks = fields.Integer(load_default=1, validate=validate.Range(min=1, max=rules.MAX_WEEKS))
    member_id = fields.UUID(load_default=None, allow_none=True)


class ShiftSchema(StrictSchema):
    """A shift. `notes` are what its coordinator leaves for the next one."""

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
    """Shifts by when they begin."""

    items = fields.List(fields.Nested(ShiftSchema))


class ShiftSpanArgs(StrictSchema):
    """Which shifts: those that touch this span, by default the next fortnight."""

    since = UtcDateTime(load_default=None, data_key="from")
    until = UtcDateTime(load_default=None, data_key="to")


class DropShiftArgs(StrictSchema):
    """Whether those that follow of its series go too."""

    following = fields.Boolean(load_default=False)


class ShiftNotesSchema(StrictSchema):
    """What I leave for who comes next; sealed, for coordinators alone."""

    notes = Text(required=True, most=rules.MAX_NOTES_LENGTH)
