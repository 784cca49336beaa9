"""Scheduler for xdist: tests that share a server stay in one process, and slow ones come first."""

import re

import pytest
from xdist.scheduler import LoadScopeScheduling

# Folders and modules whose tests share a server on each database. All others stay with their module.
SHARED_SERVERS = ("tests/faults/", "tests/journeys/", "tests/rooms/test_sockets.py")
ON = re.compile(r"\[(sqlite|postgresql)\b")

# What takes long, in the order in which it is begun: last, it would run alone with all other processes idle. The two
# towns of the faults wait much and are in a hurry at times, so that each is better beside something that only counts.
SLOWEST_FIRST = (
    "tests/faults/ postgresql",
    "tests/house/test_permissions.py",
    "tests/house/test_openapi.py",
    "tests/house/test_roles.py",
    "tests/house/test_staff_endpoints.py",
    "tests/house/test_restricted_members.py",
    "tests/browser/test_evening.py",
    "tests/browser/test_rooms.py",
    "tests/faults/ sqlite",
    "tests/browser/test_meetups.py",
    "tests/browser/test_reach_outs.py",
    "tests/journeys/ postgresql",
    "tests/rooms/test_sockets.py postgresql",
    "tests/faults/test_kills.py",
    "tests/journeys/ sqlite",
    "tests/rooms/test_sockets.py sqlite",
    "tests/safety/test_concurrency.py",
    "tests/processes/test_serve.py",
)
RANKS = {unit: rank for rank, unit in enumerate(SLOWEST_FIRST)}


def unit_of(nodeid: str) -> str:
    """Return the unit that a test is scheduled with: the server that it shares, or its module."""
    path = nodeid.partition("::")[0]
    server = next((server for server in SHARED_SERVERS if path.startswith(server)), None)
    database = ON.search(nodeid)
    return f"{server} {database[1]}" if server and database else path


def sort_by_duration(items: list[pytest.Item]) -> None:
    """Put the slowest units first, and keep the order otherwise."""
    items.sort(key=lambda item: RANKS.get(unit_of(item.nodeid), len(SLOWEST_FIRST)))


class UnitScheduler(LoadScopeScheduling):
    """Scheduler that gives out units in the order in which they were collected.

    xdist's own groups are no groups under pytest 9.2: it writes them into ids that nobody reads any more.
    """

    def __init__(self, config: pytest.Config, log: object) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
