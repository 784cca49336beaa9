"""Meetups' doors for programs."""

from community.meetups.api import answers, dates, meetups
from community.meetups.api.doors import api

__all__ = ["answers", "api", "dates", "meetups"]
