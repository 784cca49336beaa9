"""Who may ask the machine what time it is: `core/clock.py`, and tests that talk to real processes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "community").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

ASKS = re.compile(
    r"(^|\.)(datetime|date)\.(now|utcnow|today)$"
    r"|(^|\.)time\.(time|time_ns|localtime|gmtime|ctime|asctime|clock_gettime|clock_gettime_ns)$"
    r"|(^|\.)func\.(now|current_\w+|local(time|timestamp)|\w+_timestamp|timeofday|sysdate|getdate)$"
)
IN_SQL = re.compile(
    r"\bcurrent_(timestamp|date|time)\b|\blocaltimestamp\b|\bnow\(\)|\b(clock|statement|transaction)_timestamp\b"
    r"|'now'",
    re.IGNORECASE,
)
NAMES = {"machine_now", "machine_microseconds"}
OTHER_NAMES_OF = {"time": {"time", "time_ns", "localtime", "gmtime", "ctime", "asctime"}}

CLOCK = {"community/core/clock.py"}
# The database's clock, which leases end by, and which the doctor compares with the machine's.
OF_THE_DATABASE = {"community/core/outbox/leases.py", "community/doctor/database.py"}
# Where the machine's clock is handed on as the default, puts rows in order, or is itself what is looked at.
HAND_IT_ON = {
    "community/app.py",
    "community/features.py",
    "community/core/unit_of_work.py",
    "community/core/outbox/leases.py",
    "community/demo/loading.py",
    "community/core/outbox/store.py",
    "community/doctor/database.py",
    "community/doctor/services.py",
}
# Tests that talk to real processes, whose present is the machine's: they are relative to it, and hold on any date.
OF_REAL_PROCESSES = (
    "tests/benchmarks/",
    "tests/browser/test_calendar_and_clock.py",
    "tests/browser/test_meetups.py",
    "tests/browser/test_reach_outs.py",
    "tests/core/test_clock.py",
    "tests/faults/test_sockets.py",
    "tests/notifications/test_mail.py",
    "tests/processes/test_scheduled_backlog.py",
    "tests/safety/test_concurrency.py",
    "tests/support/dates.py",
    "tests/support/proof_output.py",
    "tests/support/tls.py",
)


def asked(source: str) -> Iterator[tuple[int, str]]:
    """Yield where a module asks a clock, names one, or hides one under another name: the line, and how."""
    tree = ast.parse(source)
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ASKS.search(ast.unparse(node)):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Name) and node.id in NAMES:
            yield node.lineno, node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            if found := IN_SQL.search(node.value):
                yield node.lineno, f"SQL {found[0]}"
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                if name.name in OTHER_NAMES_OF.get(node.module or "", ()) or (
                    node.module == "datetime" and name.asname and name.name in ("datetime", "date")
                ):
                    yield node.lineno, f"from {node.module} import {name.name}"
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.asname and name.name in ("time", "datetime"):
                    yield node.lineno, f"import {name.name} as {name.asname}"


def askers(paths: list[Path]) -> list[tuple[str, int, str]]:
    """Every place in these modules that asks a clock."""
    return [(str(path.relative_to(ROOT)), line, what) for path in paths for line, what in asked(path.read_text())]


def test_one_module_asks_the_machine_what_time_it_is() -> None:
    def may(path: str, what: str) -> bool:
        if path in CLOCK:
            return True
        return path in HAND_IT_ON if what in NAMES else path in OF_THE_DATABASE and "clock_timestamp" in what

    assert [one for one in askers(SOURCES) if not may(one[0], one[2])] == []


def test_tests_take_the_clock_of_their_application() -> None:
    this = str(Path(__file__).relative_to(ROOT))
    found = [one for one in askers(TESTS) if not one[2].startswith(("SQL", "func."))]
    assert [one for one in found if not one[0].startswith((*OF_REAL_PROCESSES, this))] == []


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "created_at = mapped_column(default=datetime.now)",
        "date.today()",
        "time.time()",
        "from time import time",
        "import time as t",
        "from datetime import datetime as dt",
        "mapped_column(server_default=func.now())",
        "mapped_column(server_default=sa.text('CURRENT_TIMESTAMP'))",
        "session.execute(text('DELETE FROM t WHERE at < now()'))",
        "uow.now or machine_now()",
    ],
)
def test_a_clock_is_found_under_any_of_its_names(source: str) -> None:
    assert list(asked(source))


@pytest.mark.parametrize("source", ["time.monotonic()", "uow.now", "'''What is due now() and then.'''", "datetime.min"])
def test_code_that_reads_no_clock_passes(source: str) -> None:
    assert list(asked(source)) == []
