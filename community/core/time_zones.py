"""The time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones

NO_PLACES = {"Factory", "localtime", "posixrules"}


@cache
def zone_names() -> frozenset[str]:
    """Return every name; read from the disk once, as it takes hundreds of files.

    Left out is what names no place: the clock of whichever machine reads it, and what stands in for an unset zone.
    """
    return frozenset(
        name for name in available_timezones() - NO_PLACES if not name.startswith(("posix/", "right/", "SystemV/"))
    )


@cache
def time_zones() -> tuple[str, ...]:
    """The names for a list: the plain ones only, in their order."""
    return tuple(
        sorted(
            name for name in zone_names() if "/" in name and not name.startswith(("Etc/", "posix", "right", "SystemV"))
        )
    )
