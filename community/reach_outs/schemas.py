"""Schemas of reach-outs, availability, drills and response times."""

from marshmallow import fields, validate

from community.core.schemas import StrictSchema, Text, UtcDateTime
from community.reach_outs import rules

_ANSWERS = (*rules.REQUESTER_ANSWERS, *rules.RESPONDER_ANSWERS)


class ReachOutRequestSchema(StrictSchema):
    """A request for help with an optional note to the responder."""

    note = Text(load_default="", most=rules.MAX_NOTE_LENGTH)
    delay_seconds = fields.Integer(
        load_default=0,
        validate=validate.Range(0, int(rules.MAX_DELAY.total_seconds())),
        metadata={"description": "seconds in which closing it as a `mistake` tells no one"},
    )


class CrisisLineSchema(StrictSchema):
    """A crisis line that answers at any hour."""

    kind = fields.String(metadata={"enum": ["call", "text"]})
    number = fields.String()
    label = fields.String()
    hint = fields.String()
    href = fields.String()


class ReachOutStepSchema(StrictSchema):
    """A step: its due time and state. The requester also sees how many people were asked.

    `shown` counts those who were asked for the same requester recently and are not notified again.
    """

    kind = fields.String(metadata={"enum": list(rules.KINDS)})
    due_at = UtcDateTime()
    state = fields.String(metadata={"enum": list(rules.STATES)})
    asked = fields.Integer()
    names = fields.List(fields.String())
    shown = fields.Integer()


class ReachOutSchema(StrictSchema):
    """A reach-out as I may see it. Only the two see `note`, `handle` and `room_id`.

    `is_answered` says that the responder has written. Until then the steps go on, and another may replace them from
    `write_by` on. `asks_others_at` is when the next step asks others. `answer_channels`: how the requester hears of an
    answer besides on the page.
    """

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["open", "claimed", "closed"]})
    role = fields.String(metadata={"enum": ["asker", "helper", "asked"]})
    is_drill = fields.Boolean()
    opened_at = UtcDateTime()
    crisis_lines = fields.List(fields.Nested(CrisisLineSchema))
    steps = fields.List(fields.Nested(ReachOutStepSchema))
    note = fields.String(allow_none=True)
    handle = fields.String(allow_none=True)
    room_id = fields.UUID(allow_none=True)
    asks_me = fields.Boolean()
    someone_reads = fields.Boolean()
    is_answered = fields.Boolean()
    question = fields.String(metadata={"enum": ["", "asker", "helper"]})
    ending = fields.String(allow_none=True)
    asks_others_at = UtcDateTime(allow_none=True)
    write_by = UtcDateTime(allow_none=True)
    answer_channels = fields.List(fields.String(metadata={"enum": ["email", "push"]}))


class ReachOutCloseSchema(StrictSchema):
    """The ending: I'm okay, I'm calling one of the lines, we talked, or it was a mistake and no one was told yet."""

    ending = fields.String(load_default="okay", validate=validate.OneOf(rules.ENDINGS))


class FeedbackSchema(StrictSchema):
    """My answer to the closing question: did it help (requester), or how I'm doing after it (responder)."""

    answer = fields.String(required=True, validate=validate.OneOf(_ANSWERS))


class AvailabilitySchema(StrictSchema):
    """The time until which I'm available (null: not now), and whether I may be woken in my quiet hours."""

    until = UtcDateTime(required=True, allow_none=True)
    overrides_quiet_hours = fields.Boolean(data_key="wakes")


class SavedAvailabilitySchema(StrictSchema):
    """My saved availability."""

    until = UtcDateTime(allow_none=True)
    overrides_quiet_hours = fields.Boolean(data_key="wakes")


class ResponseTimesSchema(StrictSchema):
    """Response times over 90 days. All of it is null while fewer than eleven people asked."""

    people = fields.Integer(allow_none=True)
    reach_outs = fields.Integer(allow_none=True)
    half_seconds = fields.Float(allow_none=True)
    most_seconds = fields.Float(allow_none=True)
    nobody = fields.Integer(allow_none=True)


class DrillSchema(StrictSchema):
    """A drill and its measured times."""

    id = fields.UUID()
    opened_at = UtcDateTime()
    is_over = fields.Boolean()
    seconds = fields.Float(allow_none=True)
    late_seconds = fields.Float()


class DrillList(StrictSchema):
    """The last drills, newest first."""

    items = fields.List(fields.Nested(DrillSchema))
