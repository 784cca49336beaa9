"""What members say of how they are, whom they reached for, and what they are proud of."""

from community.care.models.reach_outs import ReachOut, ReachOutAnswer, ReachOutAsk, ReachOutStep, Readiness

__all__ = ["ReachOut", "ReachOutAnswer", "ReachOutAsk", "ReachOutStep", "Readiness"]
