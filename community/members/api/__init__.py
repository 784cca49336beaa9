"""Members' doors for programs."""

from community.members.api import joining, people, sessions
from community.members.api.doors import api

__all__ = ["api", "joining", "people", "sessions"]
