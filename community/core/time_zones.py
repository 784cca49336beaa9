"""Time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones

NO_PLACES = {"Factory", "localtime", "posixrules"}


@cache
def zone_names() -> frozenset[str]:
    """Return every name. Cached, because reading them from the disk takes hundreds of files.

    Leaves out names of no place: the reading machine's own clock, and placeholders for an unset zone.
    """
    return frozenset(
        name for name in available_timezones() - NO_PLACES if not name.startswith(("posix/", "right/", "SystemV/"))
    )


@cache
def time_zones() -> tuple[str, ...]:
    """Return the common names in order, for a list."""
    return tuple(
        sorted(
            name for name in zone_names() if "/" in name and not name.startswith(("Etc/", "posix", "right", "SystemV"))
        )
    )
