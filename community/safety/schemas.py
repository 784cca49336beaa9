"""Shapes of reports, cases, measures and appeals."""

from marshmallow import fields, validate

from community.core.schemas import Line, Moment, PageArgs, Shape, Text, page_of
from community.safety import rules

CATEGORIES = list(rules.CATEGORIES)
STATES = list(rules.STATES)


class ReportSchema(Shape):
    """Why somebody asks coordinators to look."""

    reason = Text(required=True, least=3, most=1000)
    category = fields.String(load_default="other", validate=validate.OneOf(CATEGORIES))


class ReportedSchema(Shape):
    """A report or its case, by id and state."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))


class PersonSchema(Shape):
    """Somebody by id and handle."""

    id = fields.UUID()
    handle = fields.String()


class SeenMessageSchema(Shape):
    """A message as it stood when it was reported."""

    handle = fields.String()
    body = fields.String()
    created_at = Moment()
    reported = fields.Boolean()


class WordingSchema(Shape):
    """Words that a reported message had, and from when on."""

    body = fields.String()
    since = Moment()


class OneReportSchema(Shape):
    """One person's report in a case; `messages` are empty while a private room is not open."""

    id = fields.UUID()
    reporter = fields.Nested(PersonSchema)
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    reason = fields.String()
    created_at = Moment()
    messages = fields.List(fields.Nested(SeenMessageSchema))
    earlier = fields.List(fields.Nested(WordingSchema), metadata={"description": "what it had said before"})


class MeasureSchema(Shape):
    """A measure against a member. `room_id` is empty for one that holds everywhere."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(rules.SANCTIONS))
    code = fields.String()
    reason = fields.String()
    room_id = fields.UUID(allow_none=True)
    starts_at = Moment()
    ends_at = Moment(allow_none=True)
    lifted_at = Moment(allow_none=True)
    holds = fields.Boolean()


class CaseSummarySchema(Shape):
    """A case in the queue, without anything that people wrote."""

    id = fields.UUID()
    kind = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    message_id = fields.UUID(attribute="subject_id")
    is_private = fields.Boolean()
    author = fields.Nested(PersonSchema)
    assignee = fields.Nested(PersonSchema, allow_none=True)
    report_count = fields.Integer()
    earlier_cases = fields.Integer()
    created_at = Moment()
    due_at = Moment()
    paused_at = Moment(allow_none=True)
    is_overdue = fields.Boolean()


class ReportViewSchema(Shape):
    """A whole case as coordinators see it; `room` is empty for a private one."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    reason = fields.String()
    note = fields.String()
    room = fields.String()
    message_id = fields.UUID()
    author = fields.Nested(PersonSchema)
    reporter = fields.Nested(PersonSchema)
    handled_by = fields.String(allow_none=True)
    created_at = Moment()
    handled_at = Moment(allow_none=True)
    messages = fields.List(fields.Nested(SeenMessageSchema))
    earlier = fields.List(fields.Nested(WordingSchema), metadata={"description": "before the first report"})
    later = fields.List(fields.Nested(WordingSchema), metadata={"description": "what it was changed to since"})
    summary = fields.Nested(CaseSummarySchema)
    reports = fields.List(fields.Nested(OneReportSchema))
    open_until = Moment(allow_none=True)
    can_open = fields.Boolean()
    sanctions = fields.List(fields.Nested(MeasureSchema))
    appeal_id = fields.UUID(allow_none=True)


CasePage = page_of(CaseSummarySchema, "CasePage")
MeasurePage = page_of(MeasureSchema, "MeasurePage")


class CasePageArgs(PageArgs):
    """How the queue is paged, and which cases are in it; `open` holds those that somebody has taken, too."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class NoteSchema(Shape):
    """What other coordinators should know of the decision."""

    note = Text(load_default="", most=1000)


class ImposeSchema(Shape):
    """A measure: what, why (code and words, which the member reads), and until when."""

    kind = fields.String(required=True, validate=validate.OneOf(rules.SANCTIONS))
    code = fields.String(load_default="rules", validate=validate.OneOf(rules.CODES))
    reason = Text(required=True, least=3, most=1000)
    everywhere = fields.Boolean(load_default=False)
    until = Moment(load_default=None, allow_none=True)


class OpeningSchema(Shape):
    """That a coordinator opened what was said in a room, and until when."""

    opened_at = Moment()
    closes_at = Moment()
    message_count = fields.Integer()


class OpeningsSchema(Shape):
    """The latest openings of a room."""

    items = fields.List(fields.Nested(OpeningSchema))
    next_cursor = fields.String(allow_none=True)


class OwnReportSchema(Shape):
    """What I reported, and what came of it as far as it is mine to know."""

    id = fields.UUID()
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    reason = fields.String()
    outcome = fields.String(validate=validate.OneOf(["waiting", "looked_at", "acted_on", "left"]))
    created_at = Moment()


OwnReportPage = page_of(OwnReportSchema, "OwnReportPage")


class AppealSchema(Shape):
    """Why somebody disagrees with a measure."""

    words = Text(required=True, least=3, most=2000)


class AppealedSchema(Shape):
    """An appeal as who made it sees it."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["waiting", "upheld", "lifted"]))


class AppealViewSchema(Shape):
    """An appeal with the measure it is against, as coordinators see it."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["waiting", "upheld", "lifted"]))
    words = fields.String()
    answer = fields.String()
    made_at = Moment()
    decided_at = Moment(allow_none=True)
    member = fields.Nested(PersonSchema)
    imposed_by = fields.Nested(PersonSchema)
    case_id = fields.UUID(allow_none=True)
    sanction = fields.Nested(MeasureSchema)


class DecisionSchema(Shape):
    """What becomes of a measure that somebody disagrees with, with words for them."""

    decision = fields.String(required=True, validate=validate.OneOf(["upheld", "lifted"]))
    answer = Text(required=True, least=3, most=2000)


class KeepApartSchema(Shape):
    """From whom a member is kept apart, by handle, and by whose order."""

    handle = Line(required=True, least=1, most=32)
    source = fields.String(load_default="coordinator", validate=validate.OneOf(["coordinator", "court"]))


class LookSchema(Shape):
    """That a coordinator opened something of mine; `who` only where I had shared it with them."""

    id = fields.UUID()
    at = Moment()
    what = fields.String(metadata={"enum": ["check_in", "appeal", "room"]})
    who = fields.String(allow_none=True)
    made_at = Moment(allow_none=True)
    url = fields.String(allow_none=True)


LookPage = page_of(LookSchema, "LookPage")


class AuditEntrySchema(Shape):
    """Who of the staff did or read what, about whom."""

    id = fields.UUID()
    at = Moment()
    actor = fields.String(allow_none=True)
    action = fields.String()
    subject_id = fields.UUID(allow_none=True)
    member = fields.String(allow_none=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    place = fields.Integer(allow_none=True)


AuditPage = page_of(AuditEntrySchema, "AuditPage")
