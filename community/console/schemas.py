"""Shapes of staff tasks."""

from marshmallow import fields, validate

from community.core.schemas import PageArgs, StrictSchema, UtcDateTime, page_of


class TaskSchema(StrictSchema):
    """A staff task. `taken_by` and `done_by` are handles."""

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    url = fields.String()
    created_at = UtcDateTime()
    due_at = UtcDateTime(allow_none=True)
    taken_by = fields.String(allow_none=True)
    done_by = fields.String(allow_none=True)
    done_at = UtcDateTime(allow_none=True)
    mine = fields.Boolean()
    late = fields.Boolean()


TaskPage = page_of(TaskSchema, "TaskPage")


class TaskPageArgs(PageArgs):
    """Arguments of the list of tasks: state and page."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "done"]))
