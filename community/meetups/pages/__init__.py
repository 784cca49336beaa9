"""Meetups' pages: what comes, one meetup with my answer, and for its hosts posting, changing and calling off."""

from community.meetups.pages import answers, attendance, calendars, hosting, meetups, posting
from community.meetups.pages.doors import pages

__all__ = ["answers", "attendance", "calendars", "hosting", "meetups", "pages", "posting"]
