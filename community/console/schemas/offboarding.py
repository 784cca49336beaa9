"""Shapes of the off-boarding of a staff member."""

from typing import Any

from marshmallow import fields, post_load, validate

from community.core.schemas import StrictSchema, UtcDateTime

KINDS = ("cases", "conversations", "tasks", "shifts", "meetups", "notes", "invitations")


class OffBoardSchema(StrictSchema):
    """The colleague who takes over, and what becomes of the account. Each kind may go to another colleague."""

    then = fields.String(required=True, validate=validate.OneOf(["alumnus", "closed"]))
    successor_id = fields.UUID(required=True)
    cases = fields.UUID(load_default=None, allow_none=True)
    conversations = fields.UUID(load_default=None, allow_none=True)
    tasks = fields.UUID(load_default=None, allow_none=True)
    shifts = fields.UUID(load_default=None, allow_none=True)
    meetups = fields.UUID(load_default=None, allow_none=True)
    notes = fields.UUID(load_default=None, allow_none=True)
    invitations = fields.UUID(load_default=None, allow_none=True)

    @post_load
    def by_kind(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Collect the colleagues of single kinds."""
        return {
            "then": loaded["then"],
            "successor_id": loaded["successor_id"],
            "successors": {kind: loaded[kind] for kind in KINDS},
        }


class HeldMeetupSchema(StrictSchema):
    """A meetup that the staff member hosts."""

    id = fields.UUID()
    title = fields.String()


class SuccessorSchema(StrictSchema):
    """A colleague who may take over."""

    id = fields.UUID()
    handle = fields.String()


class HoldingsSchema(StrictSchema):
    """The open work of a staff member, and who may take it over."""

    member_id = fields.UUID()
    handle = fields.String()
    role = fields.String()
    cases = fields.Integer()
    conversations = fields.Integer()
    notes = fields.Integer()
    invitations = fields.Integer()
    tasks = fields.List(fields.String())
    shifts = fields.List(UtcDateTime())
    meetups = fields.List(fields.Nested(HeldMeetupSchema))
    successors = fields.List(fields.Nested(SuccessorSchema))
