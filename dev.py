#!/usr/bin/env python3
"""Developer commands, for a machine with nothing but Python 3.11+ and Node 20+.

Standard library only: this script makes the environment that everything else runs in.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "stamps"
UV = "uv==0.13.9"


class Stop(SystemExit):
    """An error that ends the command with one clear line."""

    def __init__(self, line: str) -> None:
        print(f"dev.py: {line}", file=sys.stderr)
        super().__init__(1)


def run(*words: str | Path, quiet: bool = False, check: bool = True, **env: str) -> int:
    """Run a command here. Shows its output; with `quiet` only when it fails."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode and quiet and check:
        print(done.stdout)
    if done.returncode and check:
        raise Stop(f"this failed: {' '.join(str(word) for word in words)}")
    return done.returncode


def once(name: str, ingredients: list[Path], work: Callable[[], None], *, said: str) -> None:
    """Run `work` unless it was done for exactly these ingredients and this Python."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in ingredients:
        digest.update(path.read_bytes())
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    timed(said, work)
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())


def timed(said: str, work: Callable[[], object]) -> None:
    """Print what is done now, and afterwards how long it took."""
    started = time.monotonic()
    print(f"  {said} …", flush=True)
    work()
    print(f"  {said}: {time.monotonic() - started:.1f} s", flush=True)


def side_by_side(*works: Callable[[], object]) -> None:
    """Run several things at once. When all have ended, raises the first error."""
    with ThreadPoolExecutor(len(works)) as pool:
        done = [pool.submit(work) for work in works]
    for one in done:
        one.result()


# Setting up ----------------------------------------------------------------------------------------------------------


def set_up(*, tests: bool) -> None:
    """Make `.venv` with the locked dependencies and this project, and build the front end."""
    if sys.version_info < (3, 11):
        raise Stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    if not (BIN / "python").exists():
        make_venv()
    side_by_side(lambda: set_up_python(tests=tests), build_front_end)


def set_up_python(*, tests: bool) -> None:
    """Install the locked dependencies and this project into `.venv`."""
    once("uv", [], lambda: run(BIN / "python", "-m", "pip", "install", "-q", UV, quiet=True), said="installing uv")
    lock = ROOT / "requirements" / ("dev.lock" if tests else "run.lock")
    pyproject = ROOT / "pyproject.toml"
    if not (tests is False and (STAMPS / "dev.lock").exists()):  # the tests' lock holds all of the other
        once(lock.name, [lock], lambda: install(lock), said=f"installing {lock.name}")
    once("project", [pyproject], install_project, said="installing the project")


def make_venv() -> None:
    """Make the virtual environment; as root on Debian, install what Python lacks for it."""
    print("  making .venv …", flush=True)
    if run(sys.executable, "-m", "venv", VENV, quiet=True, check=False) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not apt_install("python3-venv", version):
        raise Stop(f"Python cannot make virtual environments here. Install it first: apt-get install {version}")
    run(sys.executable, "-m", "venv", VENV)


def apt_install(*packages: str) -> bool:
    """Install Debian packages when we may. Returns False when we may not or it failed."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    run("apt-get", "update", "-q", quiet=True, check=False)
    words = ("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
    return run(*words, quiet=True, check=False, DEBIAN_FRONTEND="noninteractive") == 0


def uv(*words: str | Path) -> None:
    """Run uv on our environment."""
    run(BIN / "uv", "pip", *words, "--native-tls", "--python", BIN / "python", "-q", quiet=True)


def install(lock: Path) -> None:
    """Install exactly what a lock names."""
    uv("install", "--require-hashes", "-r", lock)


def install_project() -> None:
    """Install the project itself, with its `community` command."""
    uv("install", "--no-deps", "--no-build-isolation", "-e", ROOT)


def build_front_end() -> None:
    """Install what the pages' scripts are built with, and build them."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise Stop("Node 20 or newer is needed (node and npm)")
    lock = ROOT / "package-lock.json"
    words = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    once("npm", [lock], lambda: run(*words, quiet=True), said="installing the front end's tools")
    sources = sorted(
        path for path in (ROOT / "community/static").rglob("*") if path.is_file() and "dist" not in path.parts
    )
    built = ROOT / "community/static/dist/manifest.json"
    if not built.exists():
        (STAMPS / "front-end").unlink(missing_ok=True)
    once(
        "front-end",
        [ROOT / "build.mjs", *sources],
        lambda: run("node", "build.mjs", quiet=True),
        said="building the front end",
    )


# Commands ------------------------------------------------------------------------------------------------------------


def command_run(words: list[str]) -> None:
    """serve the community at http://127.0.0.1:$PORT (8000) on embedded defaults, with a demo inside"""
    set_up(tests=False)
    os.chdir(ROOT)
    port = os.environ.get("PORT", "8000")
    community = BIN / "community"
    if may_have_demo() and not has_members():
        timed("loading the demo", lambda: run(community, "demo", "--if-empty", "--quiet"))
    os.execv(community, [str(community), "serve", "--port", port, "--sign-ins", *words])


def may_have_demo() -> bool:
    """Return whether a demo may be loaded by itself: only into the default database of a development machine."""
    return not os.environ.get("DATABASE_URL") and os.environ.get("COMMUNITY_ENV", "") != "production"


def has_members() -> bool:
    """Return whether the default database holds members, other than those of a demo that was not loaded to its end."""
    file = Path(os.environ.get("COMMUNITY_DATA_DIR") or "var").absolute() / "community.sqlite3"
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            query = "SELECT 1 FROM members WHERE NOT EXISTS (SELECT 1 FROM cohorts WHERE name = ?) LIMIT 1"
            return connection.execute(query, ["Demo, not loaded to its end"]).fetchone() is not None
    except sqlite3.Error:
        return False


def command_setup(words: list[str]) -> None:
    """install everything for running and testing, and build the front end"""
    set_up(tests=True)


def command_check(words: list[str]) -> None:
    """format, lint, types, import contracts, licenses, advisories, bill of materials"""
    set_up(tests=True)
    stages(CHECKS)


def command_test(words: list[str]) -> None:
    """all of `check`, then every test on SQLite and PostgreSQL, with a real Valkey and a real browser"""
    started = time.monotonic()
    stage("set-up", lambda: set_up(tests=True))
    # What the tests import is compiled once, beside the types, and not by every test process for itself.
    pytest = [BIN / "python", "-m", "pytest", "-q"]
    collect = stage_of("collect", [*pytest, "--collect-only"])
    side_by_side(lambda: stage("browser", find_browser), collect, lambda: stages(CHECKS))
    # Coverage takes a third longer, so it is measured in CI alone. It counts the test processes, not what they serve.
    measure = ["--cov", "--cov-report="] if os.environ.get("CI") and not words else []
    stage("tests", lambda: run(*pytest, "-n", "3", "-m", "not prove", *measure, *words))
    if measure:
        stage("coverage of lines, in %", lambda: run(BIN / "coverage", "report", "--format=total"))
    print(f"all stages: {time.monotonic() - started:.0f} s")


def command_prove(words: list[str]) -> None:
    """The long versions: `prove`, `prove M1 F2` for some, `prove dates` at other dates; keeps a report in var/prove"""
    set_up(tests=True)
    if words[:1] == ["dates"]:
        sys.exit(run(BIN / "python", "-m", "tests.support.dates", *words[1:], check=False))
    find_browser()
    report = ROOT / "var" / "prove"
    report.mkdir(parents=True, exist_ok=True)
    chosen = ["-k", " or ".join(words)] if words else []
    options = ["-q", "-s", "-m", "prove", "--timeout=1800", f"--junitxml={report / 'report.xml'}", *chosen]
    sys.exit(run(BIN / "python", "-m", "pytest", *options, check=False, AFTERWARD_PROVE="1"))


def command_bench(words: list[str]) -> None:
    """the benchmarks beside their baselines: `bench`, or `bench NAME`"""
    set_up(tests=True)
    folder = ROOT / "tests" / "benchmarks"
    names = words or sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))
    for name in names:
        if not (folder / f"bench_{name}.py").exists():
            raise Stop(f"there is no benchmark called {name}")
        run(BIN / "python", "-m", f"tests.benchmarks.bench_{name}")


def command_help(words: list[str]) -> None:
    """this list"""
    print("python3 dev.py COMMAND\n")
    for name, command in COMMANDS.items():
        print(f"  {name:8}{command.__doc__}")


CHECKS: list[tuple[str, list[str]]] = [
    ("format", ["ruff", "format", "--check", "-q", "."]),
    ("lint", ["ruff", "check", "-q", "."]),
    ("types", ["mypy"]),
    ("types of the scripts", ["node", "build.mjs", "--check"]),
    ("import contracts", ["lint-imports", "--no-cache"]),
]
SUPPLY_CHAIN = ["python", "-m", "tests.support.supply_chain"]


def stages(checks: list[tuple[str, list[str]]]) -> None:
    """Run checks side by side: one of them takes as long as all others."""
    locks = [ROOT / "requirements" / "run.lock", ROOT / "package-lock.json"]
    sbom = [*_ours(SUPPLY_CHAIN), "sbom"]
    side_by_side(
        *(stage_of(name, _ours(words)) for name, words in checks),
        lambda: stage("licenses and advisories", lambda: run(*_ours(SUPPLY_CHAIN))),
        lambda: once("sbom", locks, lambda: run(*sbom, quiet=True), said="writing the bill of materials to var/sbom"),
    )


def stage_of(name: str, words: list[str | Path]) -> Callable[[], None]:
    """Return a stage that is one command, quiet unless it fails."""
    return lambda: stage(name, lambda: run(*words, quiet=True))


def _ours(words: list[str]) -> list[str | Path]:
    own = BIN / words[0]
    return [own if own.exists() else words[0], *words[1:]]


def stage(name: str, work: Callable[[], object]) -> None:
    """Print one line for a stage, with its time."""
    started = time.monotonic()
    print(f"== {name}", flush=True)
    work()
    print(f"== {name}: ok, {time.monotonic() - started:.1f} s", flush=True)


def find_browser() -> None:
    """Install Chromium, by apt where we may."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    print("  installing Chromium …", flush=True)
    if not apt_install("chromium"):
        raise Stop("a browser is needed for the tests: apt-get install chromium")


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "prove": command_prove,
    "bench": command_bench,
    "setup": command_setup,
    "help": command_help,
}


def main() -> None:
    """Run the command that was asked for."""
    # Images that set this make every process compile all its libraries anew: 2.3 s of processor at each start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    words = sys.argv[1:] or ["help"]
    command = COMMANDS.get(words[0])
    if command is None:
        command_help([])
        raise Stop(f"there is no command called {words[0]}")
    try:
        command(words[1:])
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
