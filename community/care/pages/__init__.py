"""Care's pages: how was today, reaching out, milestones; for coordinators the shift."""

from community.care.pages import check_ins, first_weeks, milestones, quiet, reach_outs, sharing
from community.care.pages.doors import page_facts, pages

__all__ = ["check_ins", "first_weeks", "milestones", "page_facts", "pages", "quiet", "reach_outs", "sharing"]
