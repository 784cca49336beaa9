"""Care's pages: how was today, reaching out, milestones; for coordinators the shift."""

from community.care.pages import reach_outs
from community.care.pages.doors import page_facts, pages

__all__ = ["page_facts", "pages", "reach_outs"]
