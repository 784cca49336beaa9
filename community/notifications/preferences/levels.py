"""Levels of notifications: one choice that sets which kinds are mailed and pushed.

A level is a part of what the kinds do by themselves: `people` has what someone writes to the member, calls for help and
what they asked for at a time, `meetups` adds the meetups, `everything` is all that the kinds mail and push by default.
What coordinators get as coordinators is no part of a level.
"""

from collections.abc import Mapping

from community.core.outbox.notification_kinds import LEVELS, switchable_kinds
from community.notifications.preferences.delivery_preferences import DIGEST, EMAIL, PUSH

Choices = Mapping[tuple[str, str], bool]


def choices_of(level: str) -> dict[tuple[str, str], bool]:
    """Return whether each kind is mailed and pushed at a level."""
    chosen = {}
    for name, kind in switchable_kinds().items():
        if name != DIGEST and not kind.for_staff:
            is_in = kind.level <= LEVELS.index(level)
            chosen[name, EMAIL], chosen[name, PUSH] = kind.mails and is_in, kind.pushes and is_in
    return chosen


def level_of(choices: Choices) -> str | None:
    """Return the level that these choices are, or None for a member's own mix."""
    for level in reversed(LEVELS):
        if all(choices.get(key) == is_on for key, is_on in choices_of(level).items()):
            return level
    return None
