"""Care's doors for programs."""

from community.care.api.doors import api

__all__ = ["api"]
