"""JSON endpoints of care."""

from community.core.web.api_blueprint import api_blueprint

api = api_blueprint("care", __name__, "Care: check-ins, reaching out, milestones.")

from community.care.api import check_ins, first_weeks, milestones, quiet, reach_outs, shifts  # noqa: E402, F401  # each registers its endpoints on `api`
