"""Shapes of match runs and mentors."""

from marshmallow import fields, validate

from community.buddies.rules import MAX_APPROVED, MAX_BUDDIES
from community.core.schemas import Day, StrictSchema, UtcDateTime, page_of


class NewRunSchema(StrictSchema):
    """Options of a run: `dry_run` makes no suggestions; `seed` decides between equally good pairs."""

    dry_run = fields.Boolean(load_default=False)
    seed = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0, max=2**31 - 1)
    )


class ProposedSchema(StrictSchema):
    """A proposed pair, and the reasons."""

    member_ids = fields.List(fields.UUID())
    handles = fields.List(fields.String())
    score = fields.Integer()
    reasons = fields.List(fields.String())


class UnmatchedSchema(StrictSchema):
    """A member without a pair, and the reason.

    `candidates`: how many could be paired with them; `gains`: how many more without one of their own answers.
    """

    member_id = fields.UUID()
    handle = fields.String()
    reason = fields.String()
    candidates = fields.Integer()
    gains = fields.Dict(keys=fields.String(), values=fields.Integer())


class RunSchema(StrictSchema):
    """A match run. `suggestions` and `unmatched` are included when `state` is `done`."""

    id = fields.UUID()
    state = fields.String(metadata={"enum": ["running", "done", "failed"]})
    dry_run = fields.Boolean()
    by_calendar = fields.Boolean()
    progress = fields.Integer(metadata={"description": "Percent"})
    seed = fields.Integer()
    created_at = UtcDateTime()
    finished_at = UtcDateTime(allow_none=True)
    failure = fields.String(allow_none=True)
    suggestions = fields.List(fields.Nested(ProposedSchema))
    unmatched = fields.List(fields.Nested(UnmatchedSchema))
    cardinality = fields.Integer(allow_none=True)
    waiting_days = fields.Integer(allow_none=True)
    total_weight = fields.Integer(allow_none=True)
    bound = fields.Integer(allow_none=True)
    solver = fields.String(allow_none=True)
    weights_version = fields.String(allow_none=True)
    inputs_hash = fields.String(allow_none=True)


class ReplaySchema(StrictSchema):
    """A replay of a run: whether equal inputs gave an equal result."""

    same = fields.Boolean()


RunPage = page_of(RunSchema, "MatchRunPage")


class ApprovalSchema(StrictSchema):
    """The largest number of people at a time, and the day of the training."""

    places = fields.Integer(load_default=MAX_APPROVED, strict=True, validate=validate.Range(min=1, max=MAX_BUDDIES))
    trained_on = Day(load_default=None, allow_none=True)


class ScheduleSchema(StrictSchema):
    """The weekly start, in the time zone of the coordinator who sets it."""

    is_on = fields.Boolean(required=True)
    weekday = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=6),
        metadata={"description": "0 is Monday, 6 is Sunday"},
    )
    hour = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=23))
    time_zone = fields.String(dump_only=True)
    next_at = UtcDateTime(dump_only=True, allow_none=True)


class MentorSchema(StrictSchema):
    """A member who wants to be a mentor."""

    member_id = fields.UUID()
    handle = fields.String()
    capacity = fields.Integer()
    approved_at = UtcDateTime(allow_none=True)
    approved_places = fields.Integer(allow_none=True)
    trained_on = fields.Date(allow_none=True)
    active_count = fields.Integer()


MentorPage = page_of(MentorSchema, "MentorPage")
