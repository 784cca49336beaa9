"""Schema fields that features share: bounded text, UTC moments, ids, pages."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from community.core.characters import clean, clean_line
from community.core.time_zones import zone_names

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Calculations with days, weeks and zones must not leave what a datetime can hold."""

# Members read these messages beside a field. The library's own are for programmers.
fields.Field.default_error_messages |= {
    "required": "Please fill this in.",
    "null": "Please fill this in.",
    "validator_failed": "This isn't valid.",
}
fields.String.default_error_messages |= {"invalid": "This has to be text.", "invalid_utf8": "This has to be text."}
fields.UUID.default_error_messages |= {"invalid_uuid": "This isn't a valid id."}
fields.Number.default_error_messages |= {"invalid": "Enter a number.", "too_large": "This number is too large."}
fields.Integer.default_error_messages |= {"invalid": "Enter a whole number."}
fields.Boolean.default_error_messages |= {"invalid": "Choose yes or no."}
fields.List.default_error_messages |= {"invalid": "This has to be a list."}
fields.Nested.default_error_messages |= {"type": "This has to be an object."}
fields.Date.default_error_messages |= {"invalid": "Enter a date, such as 2026-11-26."}
fields.Time.default_error_messages = {"invalid": "Enter a time, such as 19:00."}
fields.DateTime.default_error_messages = {"invalid": "Enter a date and time, such as 2026-11-26T19:00."}
validate.Length.message_min = "Use at least {min}."
validate.Length.message_max = "Use at most {max}."
validate.Length.message_all = "Use {min} to {max}."
validate.Range.message_min = "Enter a number that is {min_op} {{min}}."
validate.Range.message_max = "Enter a number that is {max_op} {{max}}."
validate.Range.message_all = "Enter a number that is {min_op} {{min}} and {max_op} {{max}}."
validate.Range.message_gte, validate.Range.message_lte = "at least", "at most"
validate.Range.message_gt, validate.Range.message_lt = "more than", "less than"
validate.OneOf.default_message = "Choose one of: {choices}."


class StrictSchema(Schema):
    """Base schema that refuses unknown fields: no client may set a field that was not meant to be set."""

    class Meta:
        unknown = RAISE


class _Characters(validate.Length):
    """A bound of a text's length, whose messages name the unit."""

    message_min = "Use at least {min} characters."
    message_max = "Use at most {max} characters."
    message_all = "Use {min} to {max} characters."


class Text(fields.String):
    """Text from a person: cleaned, at least `least` and at most `most` characters. Several lines."""

    def __init__(self, *, most: int, least: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=_Characters(min=least or None, max=most), **kwargs)
        self._may_be_empty = not least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            text = self._clean(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not text and not self._may_be_empty:
            raise self.make_error("required")
        return text

    def _clean(self, text: str) -> str:
        return clean(text)


class SingleLineText(Text):
    """Text from a person on one line."""

    def _clean(self, text: str) -> str:
        return clean_line(text)


class UtcDateTime(fields.Field[datetime]):
    """An RFC 3339 moment from FIRST_YEAR to LAST_YEAR. Input needs a time zone. Output is UTC and ends in `Z`."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else rfc3339(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise ValueError
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValidationError("Enter a time like 2026-11-26T19:00:00Z.") from error


class Day(fields.Date):
    """A date such as 2026-11-26, from FIRST_YEAR to LAST_YEAR."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(f"Choose a date between {FIRST_YEAR} and {LAST_YEAR}.")
        return day


class PageArgs(StrictSchema):
    """Query arguments of a list: `limit` items (50, at most 200) after the opaque `cursor`."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=500))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


def page_of(item: type[Schema] | Schema, name: str) -> type[Schema]:
    """Return the schema of a page of `item`: `{items, next_cursor}`. `name` is its name in the API document."""
    return Schema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next_cursor": fields.String(allow_none=True)}, name=name
    )


def rfc3339(moment: datetime) -> str:
    """Return a moment as `2026-11-26T19:00:00Z`, with fractions where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def time_zone_name(value: str) -> None:
    """Validate an IANA time zone that this machine knows. Raises ValidationError."""
    if value not in zone_names():
        raise ValidationError("Choose a time zone, such as America/Denver.")
    ZoneInfo(value)
