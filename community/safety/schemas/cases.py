"""Shapes of reports, cases, sanctions and appeals."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from community.core.schemas import PageArgs, SingleLineText, StrictSchema, Text, UtcDateTime, page_of
from community.safety import rules

CATEGORIES = list(rules.CATEGORIES)
STATES = list(rules.STATES)
MIN_REASON_LENGTH = 3


class ReportSchema(StrictSchema):
    """The category of a report, and a text, which only `other` needs."""

    reason = Text(load_default="", most=1000)
    category = fields.String(load_default="other", validate=validate.OneOf(CATEGORIES))

    @validates_schema
    def check_reason(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("category") == "other" and len(data["reason"].strip()) < MIN_REASON_LENGTH:
            field = self.fields["reason"].data_key or "reason"
            raise ValidationError("Please tell us a few words about it.", field)


class SubjectSchema(StrictSchema):
    """Something that can be reported."""

    kind = fields.String(required=True, validate=validate.OneOf(rules.SUBJECTS))
    id = fields.UUID(required=True)


class SubjectReportSchema(ReportSchema):
    """A report of any subject, or a worry about a person."""

    subject = fields.Nested(SubjectSchema, required=True)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    reason = Text(data_key="text", load_default="", most=1000)


class ReportedSchema(StrictSchema):
    """A report or its case, by id and state."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))


class SentReportSchema(ReportedSchema):
    """My report as it was sent, and the time by which a coordinator should have looked at it."""

    due_at = UtcDateTime()


class PersonSchema(StrictSchema):
    """A member by id and handle."""

    id = fields.UUID()
    handle = fields.String()


class SeenMessageSchema(StrictSchema):
    """A message as it was when it was reported."""

    handle = fields.String()
    body = fields.String()
    created_at = UtcDateTime()
    reported = fields.Boolean()


class WordingSchema(StrictSchema):
    """A text that a reported message had, and since when."""

    body = fields.String()
    since = UtcDateTime()


class OneReportSchema(StrictSchema):
    """One person's report in a case. `messages` are empty while a private room is not open."""

    id = fields.UUID()
    reporter = fields.Nested(PersonSchema)
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    reason = fields.String()
    created_at = UtcDateTime()
    messages = fields.List(fields.Nested(SeenMessageSchema))
    earlier = fields.List(fields.Nested(WordingSchema), metadata={"description": "what it had said before"})


class MeasureSchema(StrictSchema):
    """A sanction. `room_id` is empty for one that applies everywhere."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(rules.SANCTIONS))
    code = fields.String()
    reason = fields.String()
    room_id = fields.UUID(allow_none=True)
    starts_at = UtcDateTime()
    ends_at = UtcDateTime(allow_none=True)
    lifted_at = UtcDateTime(allow_none=True)
    holds = fields.Boolean()


class CaseSummarySchema(StrictSchema):
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
    created_at = UtcDateTime()
    due_at = UtcDateTime()
    paused_at = UtcDateTime(allow_none=True)
    is_overdue = fields.Boolean()


class ReportViewSchema(StrictSchema):
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
    created_at = UtcDateTime()
    handled_at = UtcDateTime(allow_none=True)
    messages = fields.List(fields.Nested(SeenMessageSchema))
    earlier = fields.List(fields.Nested(WordingSchema), metadata={"description": "before the first report"})
    later = fields.List(fields.Nested(WordingSchema), metadata={"description": "what it was changed to since"})
    summary = fields.Nested(CaseSummarySchema)
    reports = fields.List(fields.Nested(OneReportSchema))
    open_until = UtcDateTime(allow_none=True)
    can_open = fields.Boolean()
    sanctions = fields.List(fields.Nested(MeasureSchema))
    appeal_id = fields.UUID(allow_none=True)
    on_call = fields.List(fields.Nested(PersonSchema), metadata={"description": "other coordinators on shift now"})
    asked_at = UtcDateTime(allow_none=True, metadata={"description": "when a colleague was last asked for help"})


CasePage = page_of(CaseSummarySchema, "CasePage")
MeasurePage = page_of(MeasureSchema, "MeasurePage")


class CasePageArgs(PageArgs):
    """Arguments of the queue: state and page. `open` includes assigned cases."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class NoteSchema(StrictSchema):
    """A note about the decision for other coordinators."""

    note = Text(load_default="", most=1000)


class ImposeSchema(StrictSchema):
    """A sanction: its kind, its reason (code and text, which the member reads), and its end."""

    kind = fields.String(required=True, validate=validate.OneOf(rules.SANCTIONS))
    code = fields.String(load_default="rules", validate=validate.OneOf(rules.CODES))
    reason = Text(required=True, least=3, most=1000)
    everywhere = fields.Boolean(load_default=False)
    until = UtcDateTime(load_default=None, allow_none=True)


class OpeningSchema(StrictSchema):
    """An access of a coordinator to messages of a room, and its end."""

    opened_at = UtcDateTime()
    closes_at = UtcDateTime()
    message_count = fields.Integer()


class OpeningsSchema(StrictSchema):
    """The latest accesses to a room."""

    items = fields.List(fields.Nested(OpeningSchema))
    next_cursor = fields.String(allow_none=True)


class OwnReportSchema(StrictSchema):
    """My report, and its result as far as I may know it."""

    id = fields.UUID()
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    reason = fields.String()
    outcome = fields.String(validate=validate.OneOf(["waiting", "looked_at", "acted_on", "left"]))
    created_at = UtcDateTime()


OwnReportPage = page_of(OwnReportSchema, "OwnReportPage")


class AppealSchema(StrictSchema):
    """The text of an appeal."""

    statement = Text(data_key="words", required=True, least=3, most=2000)


class AppealedSchema(StrictSchema):
    """An appeal as its author sees it."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["waiting", "upheld", "lifted"]))


class AppealViewSchema(StrictSchema):
    """An appeal with its sanction, as coordinators see it."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["waiting", "upheld", "lifted"]))
    statement = fields.String(data_key="words")
    answer = fields.String()
    made_at = UtcDateTime()
    decided_at = UtcDateTime(allow_none=True)
    member = fields.Nested(PersonSchema)
    imposed_by = fields.Nested(PersonSchema)
    case_id = fields.UUID(allow_none=True)
    sanction = fields.Nested(MeasureSchema)
    can_decide = fields.Boolean(metadata={"description": "whether you may decide it"})
    has_no_other_decider = fields.Boolean(metadata={"description": "whether only who imposed the sanction can decide"})


class DecisionSchema(StrictSchema):
    """The decision on an appeal, with a text for the member."""

    decision = fields.String(required=True, validate=validate.OneOf(["upheld", "lifted"]))
    answer = Text(required=True, least=3, most=2000)


class NoContactSchema(StrictSchema):
    """A no-contact order: the other member's handle, and its source."""

    handle = SingleLineText(required=True, least=1, most=32)
    source = fields.String(load_default="coordinator", validate=validate.OneOf(["coordinator", "court"]))
