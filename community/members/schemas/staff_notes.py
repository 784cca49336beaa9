"""Schemas of staff notes."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, Text, UtcDateTime

HANDOVER = ("no", "soon", "pinned")


class WriteStaffNoteSchema(StrictSchema):
    """A note on a member. `handover`: not in the handover, in it for 14 days (`soon`), or until changed (`pinned`)."""

    body = Text(required=True, least=1, most=2000)
    handover = fields.String(load_default="no", validate=validate.OneOf(HANDOVER))


class StaffNoteSchema(StrictSchema):
    """A note of staff on a member. `owner` and `member` are names."""

    id = fields.UUID()
    member_id = fields.UUID()
    member = fields.String()
    owner = fields.String()
    body = fields.String()
    handover = fields.String(metadata={"enum": list(HANDOVER)})
    created_at = UtcDateTime()
    changed_at = UtcDateTime()
    is_mine = fields.Boolean()


class StaffNotesSchema(StrictSchema):
    """The notes on a member, the newest first, at most 100."""

    items = fields.List(fields.Nested(StaffNoteSchema))
    next_cursor = fields.String(allow_none=True)


class NewStaffNoteSchema(StrictSchema):
    """The id of a new note."""

    id = fields.UUID()
