"""Schemas of check-ins, schedules, and what coordinators see of them."""

from typing import Any

from marshmallow import Schema, fields, validate

from community.check_ins.rules.check_ins import AUDIENCES
from community.check_ins.rules.recommendations import KINDS
from community.check_ins.rules.schedule import FREQUENCIES
from community.core.schemas import SingleLineText, StrictSchema, Text, UtcDateTime, page_of
from community.notifications.schemas import ClockTime

MAX_INTENTION_LENGTH = 140
MAX_NOTE_LENGTH = 2000


def _scale(min_: int, max_: int, description: str) -> fields.Integer:
    return fields.Integer(
        required=True,
        allow_none=True,
        validate=validate.Range(min=min_, max=max_),
        metadata={"description": f"{description}; null when skipped"},
    )


class CheckInSchema(StrictSchema):
    """Answers about a day, at least one. Skipped ones are null. A shared check-in can't be changed, only deleted."""

    mood = _scale(1, 5, "1 rough, 5 great")
    craving = _scale(0, 10, "how strong the cravings were, 0 none")
    sleep = _scale(1, 5, "1 badly, 5 well")
    connection = _scale(1, 5, "how connected I felt, 1 not at all, 5 very")
    intention = SingleLineText(most=MAX_INTENTION_LENGTH, load_default="")
    note = Text(most=MAX_NOTE_LENGTH, load_default="")
    audience = fields.String(load_default="only_me", validate=validate.OneOf(AUDIENCES))


class CheckInChangesSchema(CheckInSchema):
    """The answers to change. Those left out stay. With an `audience` I share the check-in, and it stays as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "partial": True})


class MoodSchema(StrictSchema):
    """A mood, tapped."""

    mood = fields.Integer(required=True, validate=validate.Range(min=1, max=5))


class RecommendationSchema(Schema):
    """Something to do next."""

    kind = fields.String(metadata={"enum": list(KINDS)})
    title = fields.String()
    text = fields.String()
    url = fields.String()


class CheckedInSchema(Schema):
    """A recorded check-in with one to three recommendations. I can change it until `editable_until`."""

    id = fields.UUID()
    made_at = UtcDateTime()
    audience = fields.String(metadata={"enum": list(AUDIENCES)})
    editable_until = UtcDateTime(allow_none=True)
    actions = fields.List(fields.Nested(RecommendationSchema))


class AnswersSchema(Schema):
    """A member's answers."""

    mood = fields.Integer(allow_none=True)
    craving = fields.Integer(allow_none=True)
    sleep = fields.Integer(allow_none=True)
    connection = fields.Integer(allow_none=True)
    intention = fields.String()
    note = fields.String()


class OwnCheckInSchema(Schema):
    """One of my check-ins, or one that my buddy shared with me."""

    id = fields.UUID()
    made_at = UtcDateTime()
    audience = fields.String(metadata={"enum": list(AUDIENCES)})
    editable_until = UtcDateTime(allow_none=True)
    mood = fields.Integer(allow_none=True, attribute="answers.mood")
    craving = fields.Integer(allow_none=True, attribute="answers.craving")
    sleep = fields.Integer(allow_none=True, attribute="answers.sleep")
    connection = fields.Integer(allow_none=True, attribute="answers.connection")
    intention = fields.String(attribute="answers.intention")
    note = fields.String(attribute="answers.note")


CheckInPage = page_of(OwnCheckInSchema, "CheckInPage")


class HelpfulActionSchema(StrictSchema):
    """The recommendation that helped, or null when none did."""

    helped = fields.String(required=True, allow_none=True, validate=validate.OneOf(KINDS))


class CheckInScheduleSchema(StrictSchema):
    """A schedule by my own clock. With `tells_buddy` my buddy is notified when I don't answer."""

    every = fields.String(load_default="week", validate=validate.OneOf(FREQUENCIES))
    weekday = fields.Integer(
        load_default=6, validate=validate.Range(min=0, max=6), metadata={"description": "0 is Monday, 6 is Sunday"}
    )
    at = ClockTime(load_default="19:00", metadata={"example": "19:00"})
    notify_buddy = fields.Boolean(data_key="tells_buddy", load_default=False)
    next_at = UtcDateTime(dump_only=True, allow_none=True)
    zone = fields.String(dump_only=True)


class SharedSchema(Schema):
    """A check-in shared with coordinators. Lists have no `answers`."""

    id = fields.UUID()
    made_at = UtcDateTime()
    member_id = fields.UUID()
    handle = fields.String()
    answers = fields.Nested(AnswersSchema, allow_none=True)


SharedPage = page_of(SharedSchema, "SharedCheckInPage")


class TrendWeekSchema(Schema):
    """A week of the trend, with null where a number would be of fewer than eleven people."""

    begins = fields.Date()
    mood = fields.Float(allow_none=True)
    connection = fields.Float(allow_none=True)


class TrendSchema(Schema):
    """The last weeks, newest first."""

    weeks = fields.List(fields.Nested(TrendWeekSchema))
