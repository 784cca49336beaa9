"""This pipeline beside Celery, RQ, dramatiq and procrastinate: same machine, same Valkey, same PostgreSQL, one run.

PostgreSQL keeps fsync on, Valkey an append-only file synced every second. An event's effect is a line in a file for the
others, and a committed row before that line for this one. The others are set for safety: late acknowledgement, short
time-outs for what a dead worker held, retries. `AFTERWARD_BENCH="ours rq"` chooses, `AFTERWARD_BENCH_EVENTS` sets the
size of the faults (10,000).
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from community.core.migrations import migrate
from community.processes.valkey import binary
from tests.support.free_ports import free_port
from tests.support.postgres import Postgres
from tests.support.service import ROOT
from tests.support.waiting import until

NAMES = ("ours", "procrastinate", "dramatiq", "rq", "celery")
EVENTS = int(os.environ.get("AFTERWARD_BENCH_EVENTS", "10000"))
RATE = 1000.0
SIZE = min(1.0, EVENTS / 10_000)
DRAINED = {"ours": 10_000, "celery": 2_000, "rq": 1_000, "dramatiq": 3_000, "procrastinate": 1_500}
ENQUEUED = int(1_000 * SIZE)
LATE_SECONDS = 1 + 4 * SIZE
QUIET_SECONDS = 12.0  # longer than any lease, heartbeat or visibility time-out that is set
LOCK = ROOT / "requirements" / "bench.lock"
ENVIRONMENT = ROOT / ".venv" / "bench"


class Valkey:
    """One server that appends to a file, killed and started again on the same file."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._words = [binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        self._words += ["--appendonly", "yes", "--appendfsync", "everysec"]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._process = subprocess.Popen(self._words, stdout=subprocess.DEVNULL, start_new_session=True)
        until(self._answers, within=20, what="Valkey to answer")

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process
        self._process.kill()
        self._process.wait(10)

    def _answers(self) -> bool:
        try:
            with redis.Redis(port=self.port) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.exceptions.BusyLoadingError):
            return False


@dataclass
class Row:
    """What was measured of one contender."""

    name: str
    enqueued: float = 0.0
    drained: dict[int, float] = field(default_factory=dict)
    late: dict[float, tuple[float, float, float]] = field(default_factory=dict)
    faults: dict[str, tuple[int, int]] = field(default_factory=dict)
    broke: str = ""


class Contender:
    """One system on fresh stores: its producer and its workers."""

    def __init__(self, name: str, folder: Path, postgres: Postgres, valkey: Valkey) -> None:
        self.name = name
        self.folder = folder
        self._valkey = valkey
        self._postgres = postgres
        self._workers: list[subprocess.Popen[bytes]] = []
        database = f"bench_{name}"
        url = postgres.create_database(database)
        self.dsn = postgres.dsn(database)
        if name == "ours":
            migrate(url)
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("CREATE TABLE changes (id bigint PRIMARY KEY)")
            connection.execute("CREATE TABLE effects (number bigint)")
        self.env = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENCH_REDIS": valkey.url,
            "BENCH_DSN": self.dsn,
            "BENCH_FOLDER": str(folder),
            "REDIS_URL": valkey.url,
            "DATABASE_URL": url,
            "COMMUNITY_DATA_DIR": str(folder / "var"),
            "LOG_LEVEL": "ERROR",
        }
        place = ROOT / "tests" / "benchmarks" / "competitors"
        if name == "ours":
            self._program = [sys.executable, "-m", "tests.benchmarks.competitors.ours"]
        else:
            self._program = [str(ENVIRONMENT / "bin" / "python"), str(place / "others.py"), name]
        if name == "procrastinate":
            subprocess.run([*self._program, "set_up"], env=self.env, check=True)

    def clear(self) -> None:
        """Forget all that was done."""
        self.stop()
        for file in self.folder.glob("*"):
            if file.is_file():
                file.unlink()
        with redis.Redis(port=self._valkey.port) as client:
            client.flushall()
        tables = "changes, effects" + {"ours": ", outbox_events", "procrastinate": ", procrastinate_jobs CASCADE"}.get(
            self.name, ""
        )
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {tables}")

    def produce(self, count: int, rate: float) -> subprocess.Popen[str]:
        """Start the producer."""
        words = [*self._program, "produce", str(count), str(rate)]
        return subprocess.Popen(words, env=self.env, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def start(self, count: int) -> None:
        """Start workers, which begin together."""
        (self.folder / "gate").unlink(missing_ok=True)
        self._workers = [self._worker() for _ in range(count)]
        until(lambda: len(list(self.folder.glob("ready-*"))) >= count, within=120, what="the workers to be ready")
        (self.folder / "gate").touch()

    def kill_one(self, turn: int) -> None:
        """SIGKILL a worker with all its processes, and start another."""
        place = turn % len(self._workers)
        _kill(self._workers[place])
        self._workers[place] = self._worker()

    def keep_up(self) -> None:
        """Start again what ended by itself, as a supervisor does."""
        self._workers = [self._worker() if one.poll() is not None else one for one in self._workers]

    def stop(self) -> None:
        """End the workers."""
        for worker in self._workers:
            _kill(worker)
        self._workers = []

    def _worker(self) -> subprocess.Popen[bytes]:
        out = (self.folder.parent / f"{self.name}.log").open("ab")
        return subprocess.Popen(
            [*self._program, "work"], env=self.env, cwd=ROOT, stdout=out, stderr=out, start_new_session=True
        )

    def times(self, name: str) -> list[tuple[int, float]]:
        """The lines of a file: numbers and moments."""
        file = self.folder / name
        if not file.exists():
            return []
        return [(int(number), float(at)) for number, at in (line.split() for line in file.read_text().splitlines())]

    def effects(self) -> Counter[int]:
        """How often each event had its effect: for us the committed rows, for the others the lines."""
        if self.name != "ours":
            return Counter(number for number, _ in self.times("effects"))
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return Counter(number for (number,) in connection.execute("SELECT number FROM effects"))


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(10)


def measure(contender: Contender, row: Row) -> None:
    """Everything of one contender."""
    seconds, _ = _produced(contender.produce(ENQUEUED, 0))
    row.enqueued = ENQUEUED / seconds
    for workers in (1, 2, 4):
        row.drained[workers] = drain(contender, workers)
    for rate in (200.0, RATE):
        row.late[rate] = quickest(contender, rate)
    row.faults["worker"] = fault(contender, kills=5, act=contender.kill_one)
    row.faults["redis"] = fault(contender, kills=1, act=lambda _: _crash(contender._valkey))
    contender.stop()


def drain(contender: Contender, workers: int) -> float:
    """Events a second while a backlog is worked off, without the first and the last twentieth."""
    contender.clear()
    count = int(DRAINED[contender.name] * SIZE)
    _produced(contender.produce(count, 0))
    contender.start(workers)
    within = 60 + count / 100
    until(lambda: len(contender.times("effects")) >= count, within=within, what="the backlog to be gone")
    moments = sorted(at for _, at in contender.times("effects"))
    edge = count // 20
    return (count - 2 * edge) / (moments[-edge - 1] - moments[edge])


def quickest(contender: Contender, rate: float) -> tuple[float, float, float]:
    """`latency` with one worker or two, whichever keeps up and is quicker: two cores have others to serve as well."""
    measured = [latency(contender, rate, workers) for workers in (1, 2)]
    return min(measured, key=lambda one: (one[2] < 0.97 * rate, one[1]))


def latency(contender: Contender, rate: float, workers: int) -> tuple[float, float, float]:
    """Median and 99th percentile from commit to handler in milliseconds, and the rate that was had."""
    contender.clear()
    contender.start(workers)
    _produced(contender.produce(50, 50))
    contender.effects()
    for name in ("committed", "effects"):
        _settle(contender, 50)
        os.truncate(contender.folder / name, 0)
    with psycopg.connect(contender.dsn, autocommit=True) as connection:
        connection.execute("TRUNCATE changes, effects")
    count = int(rate * LATE_SECONDS)
    seconds, _ = _produced(contender.produce(count, rate))
    _settle(contender, count)
    committed = dict(contender.times("committed"))
    late = sorted(1000 * (at - committed[number]) for number, at in contender.times("effects") if number in committed)
    return late[len(late) // 2], late[int(len(late) * 0.99)], count / seconds


def fault(contender: Contender, *, kills: int, act: Callable[[int], None]) -> tuple[int, int]:
    """How many events were lost and how many had their effect twice."""
    contender.clear()
    contender.start(2)
    producer = contender.produce(EVENTS, RATE)
    for turn in range(kills):
        due = EVENTS * (turn + 1) // (kills + 1)
        until(lambda due=due: len(contender.times("committed")) >= due, within=300, what="the next fault")
        act(turn)
    while producer.poll() is None:
        contender.keep_up()
        time.sleep(0.2)  # how often it is looked, so that looking costs the measured ones little
    _settle(contender, EVENTS)
    seen = contender.effects()
    return EVENTS - len(seen), seen.total() - len(seen)


def _settle(contender: Contender, count: int) -> None:
    """Until everything is done, or nothing has moved for longer than any time-out."""
    moved, before = time.monotonic(), 0
    while time.monotonic() - moved < QUIET_SECONDS:
        contender.keep_up()
        seen = len(contender.effects())
        if seen >= count:
            return
        if seen != before:
            moved, before = time.monotonic(), seen
        time.sleep(0.2)  # how often it is looked, so that looking costs the measured ones little


def _produced(producer: subprocess.Popen[str]) -> tuple[float, int]:
    said, _ = producer.communicate()
    seconds, errors = said.splitlines()[-1].split()
    return float(seconds), int(errors)


def _crash(valkey: Valkey) -> None:
    valkey.kill()
    time.sleep(0.5)  # how long it is away
    valkey.start()


@contextmanager
def stores() -> Iterator[tuple[Path, Postgres, Valkey]]:
    """A folder, a PostgreSQL that syncs, and a Valkey that appends."""
    folder = Path(tempfile.mkdtemp(prefix="afterward-bench-"))
    valkey = Valkey(folder)
    valkey.start()
    try:
        with Postgres(safe=True) as postgres:
            yield folder, postgres, valkey
    finally:
        valkey.kill()
        shutil.rmtree(folder, ignore_errors=True)


def set_up() -> None:
    """An environment for the others, from a lock of their own."""
    stamp = ENVIRONMENT / "lock"
    if stamp.exists() and stamp.read_bytes() == LOCK.read_bytes():
        return
    uv = str(ROOT / ".venv" / "bin" / "uv")
    subprocess.run([uv, "venv", "-q", "--clear", str(ENVIRONMENT)], check=True)
    install = [uv, "pip", "install", "-q", "--native-tls", "--require-hashes", "-r", str(LOCK)]
    subprocess.run([*install, "--python", str(ENVIRONMENT / "bin" / "python")], check=True)
    stamp.write_bytes(LOCK.read_bytes())


def shown(rows: list[Row]) -> str:
    """The table, in Markdown."""
    head = ["", "enqueued /s", "drained /s, 1 · 2 · 4 workers", "p50 · p99 ms at 200/s", "p50 · p99 ms at 1,000/s"]
    head += ["lost · doubled, worker killed ×5", "lost · doubled, Redis killed"]
    lines = [" | ".join(["", *head, ""]).strip(), "|".join(["", *["---"] * len(head), ""])]
    for row in rows:
        cells = [row.name, f"{row.enqueued:,.0f}", " · ".join(f"{rate:,.0f}" for rate in row.drained.values())]
        cells += [
            f"{p50:,.1f} · {p99:,.1f}" + (f" (at {had:,.0f}/s)" if had < 0.9 * rate else "")
            for rate, (p50, p99, had) in row.late.items()
        ]
        cells += [f"{lost:,} · {doubled:,}" for lost, doubled in row.faults.values()]
        lines.append(" | ".join(["", *cells, ""]).strip())
    return "\n".join(lines)


def main() -> None:
    """Measure everybody and print the table; a contender that breaks is said to have broken."""
    set_up()
    chosen = os.environ.get("AFTERWARD_BENCH", "").split() or list(NAMES)
    rows = []
    with stores() as (folder, postgres, valkey):
        for name in chosen:
            place = folder / name
            place.mkdir()
            started = time.monotonic()
            contender = Contender(name, place, postgres, valkey)
            row = Row(name)
            try:
                measure(contender, row)
            except Exception as error:  # the others are measured all the same
                row.broke = f"{type(error).__name__}: {error}"
            finally:
                contender.stop()
            rows.append(row)
            print(f"{name}: {time.monotonic() - started:.0f} s {row}", flush=True)
    for row in rows:
        if row.broke:
            print(f"{row.name} broke: {row.broke}")
    print(f"\n{EVENTS:,} events for each fault, {os.cpu_count()} cores\n{shown(rows)}")


if __name__ == "__main__":
    main()
