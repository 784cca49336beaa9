"""Pages of coordinators."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from community.console.queries import tasks as queries
from community.core.permissions import Permission
from community.core.unit_of_work import ReadContext

pages = Blueprint("console", __name__)


def page_facts(ctx: ReadContext) -> Mapping[str, Any]:
    """Return the number that base.html shows beside "Today"."""
    return {"open_tasks": queries.count_open_tasks(ctx) if ctx.actor.may(Permission.WORK_TASKS) else 0}
