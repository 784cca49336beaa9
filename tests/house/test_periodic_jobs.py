"""Every periodic job runs in a worker, which imports nothing but what `load_subscribers` imports."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRINT = """
from community.features import load_subscribers
from community.core.outbox.periodic import periodic
import community.processes.worker
load_subscribers()
print(*(job.name for job in periodic.all()))
"""


def declared() -> set[str]:
    """Return the names of the functions that a decorator or a call registers as periodic jobs."""
    names = set()
    for path in (ROOT / "community").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                if any(ast.unparse(one).startswith("periodic.every(") for one in node.decorator_list):
                    names.add(node.name)
            elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("periodic.every("):
                names.add(ast.unparse(node.args[0]).rpartition(".")[2])
    return names


def test_a_worker_knows_every_periodic_job() -> None:
    done = subprocess.run([sys.executable, "-c", PRINT], cwd=ROOT, capture_output=True, text=True, check=True)
    known = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert declared() == known
    assert {"continue_backfills", "purge_expired"} <= known
