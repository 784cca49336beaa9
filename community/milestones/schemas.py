"""Schemas of milestones and lapses."""

from marshmallow import Schema, fields, validate

from community.core.schemas import Day, SingleLineText, StrictSchema, Text, UtcDateTime, page_of
from community.milestones.rules import KINDS


class CreateMilestoneSchema(StrictSchema):
    """A new milestone: `without`, `less` (at most `per_week` days), `steady` as with a medicine, or my `own`."""

    kind = fields.String(load_default="without", validate=validate.OneOf(KINDS))
    title = SingleLineText(most=80, least=1, required=True)
    since = Day(load_default=None, allow_none=True, metadata={"description": "today when left out"})
    per_week = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=0, max=6))


class MilestoneMarkSchema(Schema):
    """A day worth noticing."""

    name = fields.String()
    on = fields.Date()


class MilestoneSchema(Schema):
    """A milestone of mine. `days` only grow; `total` of them were as intended, `longest_run` in a row."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": list(KINDS)})
    title = fields.String()
    since = fields.Date()
    per_week = fields.Integer(allow_none=True)
    shared_with = fields.String(metadata={"enum": ["nobody", "buddy"]})
    days = fields.Integer(attribute="counted.days")
    total = fields.Integer(attribute="counted.total")
    longest_run = fields.Integer(attribute="counted.longest")
    weeks = fields.Integer(attribute="counted.weeks")
    weeks_kept = fields.Integer(attribute="counted.weeks_kept")
    reached = fields.List(fields.Nested(MilestoneMarkSchema), attribute="counted.reached")
    coming = fields.Nested(MilestoneMarkSchema, attribute="counted.coming")


MilestonePage = page_of(MilestoneSchema, "MilestonePage")


class SharedWithSchema(StrictSchema):
    """The audience of a milestone."""

    shared_with = fields.String(required=True, validate=validate.OneOf(("nobody", "buddy")))


class RecordLapseSchema(StrictSchema):
    """A new lapse, for myself alone. Without a milestone it applies to all of kind `without` or `less`."""

    on = Day(load_default=None, allow_none=True, metadata={"description": "today when left out"})
    note = Text(most=2000, load_default="")
    milestone_id = fields.UUID(load_default=None, allow_none=True)


class LapseSchema(Schema):
    """A lapse of mine."""

    id = fields.UUID()
    made_at = UtcDateTime()
    on = fields.Date()
    note = fields.String()
    milestone_id = fields.UUID(allow_none=True)


LapsePage = page_of(LapseSchema, "LapsePage")


class LapseRecommendationSchema(Schema):
    """Something that is available after a lapse. Nothing happens without a tap."""

    kind = fields.String(metadata={"enum": ["buddy", "coordinator", "way_back", "safety"]})
    title = fields.String()
    text = fields.String()
    url = fields.String()


class RecordedLapseSchema(Schema):
    """A recorded lapse with recommendations. Nothing else has changed."""

    id = fields.UUID()
    made_at = UtcDateTime()
    actions = fields.List(fields.Nested(LapseRecommendationSchema))
