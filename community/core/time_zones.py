"""Time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones

COMMON_ZONES: dict[str, str] = {
    "America/New_York": "Eastern Time – New York",
    "America/Chicago": "Central Time – Chicago",
    "America/Denver": "Mountain Time – Denver",
    "America/Phoenix": "Mountain Time, no daylight saving – Phoenix",
    "America/Los_Angeles": "Pacific Time – Los Angeles",
    "America/Anchorage": "Alaska Time – Anchorage",
    "Pacific/Honolulu": "Hawaii Time – Honolulu",
}
"""The zones most members are in, with the names they know them by, east to west."""

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


def zone_label(name: str) -> str:
    """Return a zone as a list shows it: `Mountain Time – Denver`, or `Berlin – Europe`."""
    region, _, _ = name.replace("_", " ").partition("/")
    return COMMON_ZONES.get(name) or (f"{zone_city(name)} – {region}" if "/" in name else name)


def zone_city(name: str) -> str:
    """Return the place in a zone's name, such as `Denver`, for texts such as "9:52 pm, Denver time"."""
    return name.replace("_", " ").rpartition("/")[2]
