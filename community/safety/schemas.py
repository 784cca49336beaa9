"""Shapes of reports."""

from marshmallow import fields, validate

from community.core.schemas import Moment, PageArgs, Shape, Text, page_of

STATES = ["open", "actioned", "dismissed"]


class ReportSchema(Shape):
    """Why somebody asks coordinators to look."""

    reason = Text(required=True, least=3, most=1000)


class ReportedSchema(Shape):
    """A report as who made it sees it."""

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


class ReportViewSchema(Shape):
    """A report as coordinators see it; `room` is empty for a private one."""

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


ReportPage = page_of(ReportViewSchema, "ReportPage")


class ReportPageArgs(PageArgs):
    """How the list of reports is paged, and which are in it."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class NoteSchema(Shape):
    """What other coordinators should know of the decision."""

    note = Text(load_default="", most=1000)
