"""Schemas of attendance and of past meetups."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import SingleLineText, StrictSchema, UtcDateTime, page_of


class AttendanceMarkSchema(StrictSchema):
    """An attendance mark. The same `nonce` again changes nothing; `at` is when it was marked, if sent later."""

    handle = SingleLineText(most=32)
    member_id = fields.UUID()
    state = fields.String(required=True, validate=validate.OneOf(["attended", "no_show", "excused"]))
    nonce = fields.String(required=True, validate=validate.Length(min=1, max=64))
    at = UtcDateTime()

    @validates_schema
    def names_a_member(self, loaded: dict[str, Any], **_: Any) -> None:
        """Require exactly one of handle and member_id."""
        if ("handle" in loaded) is ("member_id" in loaded):
            raise ValidationError("Give either handle or member_id.", "handle")


class AttendanceSchema(StrictSchema):
    """A member who was going or attended. `state` is the mark."""

    member_id = fields.UUID()
    handle = fields.String()
    answer = fields.String(allow_none=True)
    state = fields.String(allow_none=True, metadata={"enum": ["attended", "no_show", "excused", None]})
    marked_at = UtcDateTime(allow_none=True)


class AttendancesSchema(StrictSchema):
    """All members who are going to an occurrence or were marked there."""

    items = fields.List(fields.Nested(AttendanceSchema))


class PastOccurrenceSchema(StrictSchema):
    """A past meetup. `i_came`: a host marked that I came. The counts of all marks are for coordinators, else null."""

    id = fields.UUID()
    meetup_id = fields.UUID()
    title = fields.String()
    starts_at = UtcDateTime()
    kind = fields.String(metadata={"enum": ["in_person", "online", "hybrid"]})
    going_count = fields.Integer()
    i_came = fields.Boolean()
    came_count = fields.Integer(allow_none=True)
    missed_count = fields.Integer(allow_none=True)


PastOccurrencePage = page_of(PastOccurrenceSchema, "PastOccurrencePage")
