"""Buddies' doors for programs."""

from community.buddies.api import pairings, profiles, runs
from community.buddies.api.doors import api

__all__ = ["api", "pairings", "profiles", "runs"]
