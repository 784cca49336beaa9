"""Schemas of planned support."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import StrictSchema, Text, UtcDateTime, page_of
from community.notifications.schemas import ClockTime
from community.planned_support.rules import OFFERS


class PlannedSupportSchema(StrictSchema):
    """A weekday or a day of the month with a start and an end, and what would help then."""

    id = fields.UUID(dump_only=True)
    weekday = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, max=6),
        metadata={"description": "0 is Monday, 6 is Sunday"},
    )
    month_day = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=31))
    begins = ClockTime(required=True, metadata={"example": "17:00"})
    ends = ClockTime(required=True, metadata={"example": "20:00"})
    kinds = fields.List(
        fields.String(validate=validate.OneOf(OFFERS)), load_default=lambda: [], validate=validate.Length(max=3)
    )
    note = Text(data_key="words", most=500, load_default="")
    next_at = UtcDateTime(dump_only=True)
    is_now = fields.Boolean(dump_only=True)
    zone = fields.String(dump_only=True)

    @validates_schema
    def _is_whole(self, wanted: dict[str, Any], **_: Any) -> None:
        if (wanted.get("weekday") is None) == (wanted.get("month_day") is None):
            raise ValidationError({"weekday": ["Choose a day of the week or a day of the month."]})
        if wanted.get("begins") and wanted.get("begins") == wanted.get("ends"):
            raise ValidationError({"ends": ["Choose an end that’s different from the start."]})
        if not wanted.get("kinds") and not wanted.get("note"):
            raise ValidationError({"kinds": ["Choose what would help, or write a note to yourself."]})


PlannedSupportPage = page_of(PlannedSupportSchema, "HardHourPage")
