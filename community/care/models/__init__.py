"""What members say of how they are, whom they reached for, and what they are proud of."""

from community.care.models.check_ins import CheckIn, CheckInRhythm, WhatHelps
from community.care.models.first_weeks import FirstWeek, Greeter
from community.care.models.milestones import Lapse, Milestone
from community.care.models.quiet import HardHour, QuietWatch
from community.care.models.reach_outs import ReachOut, ReachOutAnswer, ReachOutAsk, ReachOutStep, Readiness

__all__ = [
    "CheckIn",
    "CheckInRhythm",
    "FirstWeek",
    "Greeter",
    "HardHour",
    "Lapse",
    "Milestone",
    "QuietWatch",
    "ReachOut",
    "ReachOutAnswer",
    "ReachOutAsk",
    "ReachOutStep",
    "Readiness",
    "WhatHelps",
]
