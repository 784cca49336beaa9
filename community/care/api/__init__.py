"""Care's doors for programs."""

from community.care.api import reach_outs
from community.care.api.doors import api

__all__ = ["api", "reach_outs"]
