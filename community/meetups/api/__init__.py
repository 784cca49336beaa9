"""Meetups' doors for programs."""

from community.meetups.api import answers, calendars, dates, hosting, meetups
from community.meetups.api.doors import api

__all__ = ["answers", "api", "calendars", "dates", "hosting", "meetups"]
