"""Shapes of staff tasks."""

from marshmallow import fields, validate

from community.console.rules.task_groups import GROUPS
from community.core.schemas import PageArgs, StrictSchema, UtcDateTime, page_of

WHOSE = ("all", "mine", "unassigned")


class TaskSchema(StrictSchema):
    """A staff task. `assignee` and `done_by` are handles."""

    id = fields.UUID()
    kind = fields.String()
    subject = fields.UUID()
    title = fields.String()
    url = fields.String()
    group = fields.String(validate=validate.OneOf(GROUPS))
    created_at = UtcDateTime()
    due_at = UtcDateTime(allow_none=True)
    assignee = fields.String(allow_none=True)
    done_by = fields.String(allow_none=True)
    done_at = UtcDateTime(allow_none=True)
    is_mine = fields.Boolean()
    is_late = fields.Boolean()
    ends_by_hand = fields.Boolean(metadata={"description": "whether it is marked as done by hand"})


TaskPage = page_of(TaskSchema, "TaskPage")


class TaskPageArgs(PageArgs):
    """Arguments of the list of tasks: state, whose, and page."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "done"]))
    whose = fields.String(load_default="all", validate=validate.OneOf(WHOSE))
