"""Care rows with permission: everything here is its own person's, and others see only what they were shown."""

from community.care.access.reach_outs import (
    asked_lately,
    asked_of_actor,
    asks_of,
    claimed_between,
    drill_that_goes_on,
    going_on_with,
    living,
    one_of_the_two,
    own,
    own_answer,
    own_readiness,
    own_that_goes_on,
    readiness,
    steps_of,
    touched,
    waiting_for_somebody,
    write_steps,
)
from community.care.access.reachable import may_be_woken, to_ask

__all__ = [
    "asked_lately",
    "asked_of_actor",
    "asks_of",
    "claimed_between",
    "drill_that_goes_on",
    "going_on_with",
    "living",
    "may_be_woken",
    "one_of_the_two",
    "own",
    "own_answer",
    "own_readiness",
    "own_that_goes_on",
    "readiness",
    "steps_of",
    "to_ask",
    "touched",
    "waiting_for_somebody",
    "write_steps",
]
