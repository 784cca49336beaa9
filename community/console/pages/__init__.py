"""Pages of console."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from community.console import queries
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext

pages = Blueprint("console", __name__)
Answered = str | tuple[str, int] | AnyResponse


def page_facts(ctx: ReadContext) -> Mapping[str, Any]:
    """What base.html shows beside "Today"."""
    return {"open_tasks": queries.open_tasks(ctx) if ctx.actor.may(Permission.WORK_TASKS) else 0}


from community.console.pages import bulk_invitations, events, invitations, members, shifts, today  # noqa: E402, F401  # each registers its pages on `pages`
