"""Care's doors for programs."""

from community.care.api import check_ins, first_weeks, milestones, quiet, reach_outs, shifts
from community.care.api.doors import api

__all__ = ["api", "check_ins", "first_weeks", "milestones", "quiet", "reach_outs", "shifts"]
