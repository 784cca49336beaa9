"""The socket engine beside its peers, in one run on one machine: `python3 dev.py bench live`.

Each system serves one room from one core; the crowd (`load.py`) sits on another. Ours goes the whole product's way:
sign-in, membership, sanctions, limits of size, unread, an outbox row, a commit on disk (SQLite synchronous=FULL,
PostgreSQL with fsync) before anything is acknowledged or shown, and a worker that sees to the events. The peers store
nothing and check nothing. Every figure is the median of the runs; `lost` is what had not arrived when all was over.

`BENCH_RUNS` (3) and `BENCH_SECONDS` (4) make it shorter, `BENCH_ONLY` names systems, `BENCH_TABLE` is a file for the
table.
"""

import csv
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.benchmarks.load import Crowd
from tests.support.free_ports import free_port
from tests.support.postgres import Postgres
from tests.support.service import ROOT, Service
from tests.support.waiting import until

RUNS = int(os.environ.get("BENCH_RUNS", "3"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
ONLY = os.environ.get("BENCH_ONLY", "").split()
SERVER_CORE, CROWD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")
ROOM = "5b0c9a5e-6f1f-4a55-9a30-2a5f3d1a7c11"


@dataclass
class Served:
    """A running system: where, which processes are the server, who may come, and into which room."""

    port: int
    pids: list[int]
    tokens: list[str]
    room: Callable[[], str]

    def cpu(self) -> float:
        """Seconds the server has computed so far."""
        return sum(_cpu(pid) for pid in self.pids)

    def kilobytes(self) -> float:
        """What the server holds in memory."""
        return sum(_resident(pid) for pid in self.pids)


@dataclass
class Figures:
    """What was measured of one system, by name; medians are taken at the end."""

    system: str
    found: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """One measurement."""
        self.found.setdefault(name, []).append(value)
        print(f"  {self.system}: {name} = {value:,.2f}", flush=True)

    def median(self, name: str) -> float | None:
        """The figure."""
        return statistics.median(self.found[name]) if name in self.found else None


def measure(system: str, serve: Callable[[], "Iterator[Served]"]) -> Figures:
    """All figures of one system."""
    figures = Figures(system)
    with contextmanager(serve)() as served:
        _warm(served)
        empty = served.kilobytes()
        for run in range(RUNS):
            is_last = run == RUNS - 1
            for size in (10, 200, 1000) + ((5000,) if is_last else ()):
                if size <= len(served.tokens):
                    room_of(served, figures, size, empty)
            quiet_room(served, figures)
    return figures


def _warm(served: Served) -> None:
    """Whatever is made at the first use is made before anything is measured."""
    crowd = Crowd(served.port, served.room())
    crowd.come(served.tokens[:10])
    crowd.saturate(0.3, senders=10, in_flight=4)
    crowd.go()


def room_of(served: Served, figures: Figures, size: int, empty: float) -> None:
    """Coming in, and as much as the server can take; memory counts from the empty server, with all its caches."""
    crowd = Crowd(served.port, served.room())
    figures.note(f"s to accept {size}", crowd.come(served.tokens[:size]))
    if size >= 1000:
        time.sleep(1)  # memory is read at rest
        figures.note(f"KB a socket, {size}", (served.kilobytes() - empty) / size)
    computed = served.cpu()
    messages, deliveries, seconds = crowd.saturate(SECONDS, senders=min(10, size), in_flight=4)
    figures.note(f"k deliveries/s, {size}", deliveries / seconds / 1000)
    figures.note(f"messages/s, {size}", messages / seconds)
    figures.note(f"CPU s a million, {size}", (served.cpu() - computed) / max(deliveries, 1) * 1e6)
    figures.note("lost", crowd.lost)
    crowd.go()
    time.sleep(0.5)  # the next room begins at rest


def quiet_room(served: Served, figures: Figures) -> None:
    """Two hundred members, and no more messages than people write."""
    crowd = Crowd(served.port, served.room())
    crowd.come(served.tokens[:200])
    _, deliveries, seconds = crowd.saturate(SECONDS, senders=1, in_flight=1)
    figures.note("k deliveries/s, 1 in flight", deliveries / seconds / 1000)
    figures.note("lost", crowd.lost)
    for rate, length in ((20, 2 * SECONDS), (400, SECONDS)):
        computed = served.cpu()
        latencies, seconds = crowd.pace(length, senders=10, rate=rate)
        cuts = statistics.quantiles(latencies, n=100)
        figures.note(f"p50 ms at {rate}/s", cuts[49] * 1000)
        figures.note(f"p99 ms at {rate}/s", cuts[98] * 1000)
        figures.note(f"core % at {rate}/s", (served.cpu() - computed) / seconds * 100)
        figures.note("lost", crowd.lost)
    crowd.go()


def ours(database: str, *, workers: int = 1) -> Iterator[Served]:
    """The whole product on SQLite or PostgreSQL; without a worker the events wait in the outbox."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, _database(database) as env:
        folder = Path(name)
        service = Service(folder, workers=workers, COMMUNITY_SEND_LIMIT="off", LOG_LEVEL="ERROR", **env)
        service.community("demo", "--members", "5001", "--tokens", str(folder / "tokens.csv"))
        tokens = [row[2] for row in csv.reader((folder / "tokens.csv").open())]
        with service:
            pids = [pid for pid in service.pids("community web") if _is_worker(pid)]
            pin(service.pids("community web"), SERVER_CORE)
            pin([*service.pids("community worker"), *service.pids("valkey-server")], CROWD_CORE)
            listed = requests.get(
                f"{service.url}/api/v1/rooms", headers={"Authorization": f"Bearer {tokens[0]}"}, timeout=30
            ).json()["items"]
            yield Served(service.port, pids, tokens, lambda: str(listed[0]["id"]))


@contextmanager
def _database(kind: str) -> Iterator[dict[str, str]]:
    if kind == "SQLite":
        yield {}
        return
    with Postgres(safe=True) as server:
        yield {"DATABASE_URL": server.create_database("bench")}


def peer(words: list[str]) -> Iterator[Served]:
    """A system of others: started, waited for, and stopped."""
    port = free_port()
    env = {**os.environ, "PORT": str(port), "PYTHONPATH": str(ROOT), "NODE_ENV": "production"}
    process = subprocess.Popen([word.format(port=port) for word in words], env=env, cwd=ROOT, start_new_session=True)
    try:
        until(lambda: _answers(port), within=60, what="the peer to answer")
        pids = [process.pid, *_children(process.pid)]
        pin(pids, SERVER_CORE)
        numbers = iter(range(1_000_000))
        yield Served(port, pids, [str(place) for place in range(5001)], lambda: f"{ROOM}-{next(numbers)}")
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def pin(pids: list[int], core: int) -> None:
    """Keep processes and their threads to one core."""
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {core})


STOCK = ["gunicorn", "-k", "gevent", "--worker-connections", "9000", "-b", "127.0.0.1:{port}", "--log-level", "error"]
STOCK.append("tests.benchmarks.competitors.stock:app")
SYSTEMS: dict[str, Callable[[], Iterator[Served]]] = {
    "ours, SQLite": lambda: ours("SQLite"),
    "ours, SQLite, no worker": lambda: ours("SQLite", workers=0),
    "ours, PostgreSQL": lambda: ours("PostgreSQL"),
    "Node socket.io": lambda: peer(["node", "tests/benchmarks/competitors/node.mjs"]),
    "stock Flask-SocketIO": lambda: peer([sys.executable, "-m", *STOCK]),
}
ROWS = (
    *(f"k deliveries/s, {size}" for size in (10, 200, 1000, 5000)),
    "messages/s, 10",
    "k deliveries/s, 1 in flight",
    *(f"CPU s a million, {size}" for size in (200, 1000)),
    *(f"{what} at {rate}/s" for rate in (20, 400) for what in ("p50 ms", "p99 ms", "core %")),
    "KB a socket, 1000",
    "KB a socket, 5000",
    "s to accept 1000",
    "s to accept 5000",
    "lost",
)


def table(measured: list[Figures]) -> str:
    """Everything side by side, as Markdown."""
    lines = [f"| | {' | '.join(one.system for one in measured)} |", "|---|" + "---:|" * len(measured)]
    for row in ROWS:
        values = [sum(one.found.get(row, [])) if row == "lost" else one.median(row) for one in measured]
        lines.append(f"| {row} | {' | '.join('–' if value is None else _short(value) for value in values)} |")
    return "\n".join(lines)


def machine() -> str:
    """What it was measured on."""
    info = Path("/proc/cpuinfo").read_text()
    model = next(line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name"))
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}, Python {sys.version.split()[0]}"


def main() -> None:
    """Measure everything and print the table."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {CROWD_CORE} if (os.cpu_count() or 1) > 1 else {0})
    names = [name for name in SYSTEMS if not ONLY or any(word in name for word in ONLY)]
    measured = []
    for name in names:
        print(f"{name}:", flush=True)
        measured.append(measure(name, SYSTEMS[name]))
    said = f"{machine()}; {RUNS} runs of {SECONDS:g} s, medians\n\n{table(measured)}"
    print(f"\n{said}")
    if "BENCH_TABLE" in os.environ:
        Path(os.environ["BENCH_TABLE"]).write_text(said + "\n")


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def _cpu(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _is_worker(pid: int) -> bool:
    """Whether a gunicorn process serves, rather than watches others that do."""
    return not _children(pid)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/socket.io/", timeout=1).status_code < 500
    except requests.RequestException:
        return False


if __name__ == "__main__":
    main()
