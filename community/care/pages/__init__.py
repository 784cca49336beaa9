"""Care's pages: how was today, reaching out, milestones; for coordinators the shift."""

from community.care.pages.doors import pages

__all__ = ["pages"]
