"""The time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Every name; read from the disk once, as it takes hundreds of files."""
    return frozenset(available_timezones())


@cache
def time_zones() -> tuple[str, ...]:
    """The names for a list: the plain ones only, in their order."""
    return tuple(
        sorted(
            name for name in zone_names() if "/" in name and not name.startswith(("Etc/", "posix", "right", "SystemV"))
        )
    )
