"""`python3 dev.py prove dates`: run the tests at five moments, to show that none depends on the day it runs.

The wall clock of the tests and of all that they start is moved by a small library (`clock_shim.c`). Left out are tests
that need a browser and tests that kill processes.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
SHIM = Path(__file__).with_name("clock_shim.c")
NEW_YORK = ZoneInfo("America/New_York")
LEFT_OUT = ("tests/browser", "tests/faults", "tests/benchmarks")


def moments(now: datetime) -> list[tuple[str, datetime]]:
    """Return the moments and what is special about each."""
    return [
        ("the clock is put forward", datetime(2027, 3, 14, 1, 30, tzinfo=NEW_YORK)),
        ("the clock is put back", datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK)),
        ("a leap day", datetime(2028, 2, 29, 12, 0, tzinfo=NEW_YORK)),
        ("New Year's Eve", datetime(2026, 12, 31, 23, 30, tzinfo=NEW_YORK)),
        ("two years from now", now + timedelta(days=731)),
    ]


def build(folder: Path) -> Path:
    """Compile the library. Raises SystemExit without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit("prove dates: gcc is missing; install it first (on Debian: apt-get install gcc libc6-dev)")
    library = folder / "clock_shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SHIM)], check=True)
    return library


def moved(library: Path, moment: datetime) -> dict[str, str]:
    """Return the environment in which it is `moment` now."""
    shift = round((moment - datetime.now(UTC)).total_seconds())
    return {**os.environ, "LD_PRELOAD": str(library), "CLOCK_SHIFT_SECONDS": str(shift)}


def main(words: list[str]) -> int:
    """Run at every moment, or at those whose date begins with one of the words; 1 when a test fails at one of them.

    Words that name files or folders choose the tests.
    """
    paths = [word for word in words if (ROOT / word).exists()]
    words = [word for word in words if word not in paths]
    with tempfile.TemporaryDirectory(prefix="afterward-dates-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another account, and has to load the library too
        library = build(folder)
        chosen = [
            (what, moment)
            for what, moment in moments(datetime.now(UTC))
            if not words or any(f"{moment:%Y-%m-%d}".startswith(word) for word in words)
        ]
        reds = [one for one in chosen if not is_green(folder, library, *one, paths=paths)]
    return 1 if reds or not chosen else 0


def is_green(folder: Path, library: Path, what: str, moment: datetime, *, paths: list[str]) -> bool:
    """Run the tests at a moment, print one line with the counts, and the names of what failed."""
    started = time.monotonic()
    options = ["-q", "-n", "2", "-p", "no:cacheprovider", "-m", "not prove and not browser and not faults"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *(f"--ignore={path}" for path in LEFT_OUT), *paths],
        cwd=ROOT,
        env={**moved(library, moment), "PYTEST_DEBUG_TEMPROOT": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    counts = next((line for line in reversed(lines) if re.search(r"\d+ (passed|failed|errors?)", line)), "did not run")
    counts = re.sub(r" in [\d.]+s.*", "", counts.strip("= "))
    minutes = (time.monotonic() - started) / 60
    print(f"{moment:%Y-%m-%d %H:%M %Z}, {what}: {counts} ({minutes:.0f} min)", flush=True)
    if done.returncode:
        report = ROOT / "var" / "prove" / f"dates-{moment:%Y-%m-%d}.txt"
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(done.stdout + done.stderr)
        for line in lines:
            if line.startswith(("FAILED", "ERROR")):
                print(f"  {line}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
