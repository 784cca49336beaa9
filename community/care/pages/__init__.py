"""Pages of care."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from community.care.queries.reach_outs import asked_of_me, mine_that_go_on
from community.core.unit_of_work import ReadContext

pages = Blueprint("care", __name__)
Answered = str | tuple[str, int] | tuple[str, int, dict[str, str]] | tuple[dict[str, Any], int] | Response


def page_facts(ctx: ReadContext) -> Mapping[str, Any]:
    """What base.html shows on every page: who needs the actor now, and whom they wait for."""
    return {"asked_of_me": asked_of_me(ctx), "my_reach_outs": mine_that_go_on(ctx)}


from community.care.pages import check_ins, first_weeks, milestones, quiet, reach_outs, sharing  # noqa: E402, F401  # each registers its pages on `pages`
