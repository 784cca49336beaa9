"""Two processes of their own that do things to one database in the same instant, for facts about processes.

As a program: reads a line of JSON (`{url, now, works: [{verb, actor, …}]}`), says `ready`, does all works at once when
the next line comes, and answers with a line of what came of each.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from typing import IO, Any
from uuid import UUID

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


class Racers:
    """The processes, started once and used for many races."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def race(self, url: str, works: Sequence[dict[str, Any]], *, now: datetime) -> list[str]:
        """Do all of these at the same time, dealt out to the processes; what came of each, in no order."""
        shares = [list(works[number :: len(self._processes)]) for number in range(len(self._processes))]
        for process, share in zip(self._processes, shares, strict=True):
            self._say(process, json.dumps({"url": url, "now": now.isoformat(), "works": share}))
        for process in self._processes:
            assert self._hear(process) == "ready"
        for process in self._processes:
            self._say(process, "go")
        return [answer for process in self._processes for answer in json.loads(self._hear(process))]

    def _say(self, process: subprocess.Popen[str], line: str) -> None:
        pipe: IO[str] | None = process.stdin
        assert pipe
        pipe.write(line + "\n")
        pipe.flush()

    def _hear(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout
        return process.stdout.readline().strip()


@contextmanager
def racers(count: int = 2) -> Iterator[Racers]:
    """So many processes, ended with the block."""
    command = [sys.executable, "-m", "tests.support.concurrency"]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    try:
        yield Racers(processes)
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def main() -> None:
    """Race until there is nothing more to read."""
    from community.core.db import Database
    from community.core.pubsub import PubSub
    from community.core.unit_of_work import UnitOfWorkFactory
    from community.features import load_models

    load_models()
    import_module("community.buddies.handlers")
    for line in sys.stdin:
        order = json.loads(line)
        database = Database(order["url"])
        store, now = UnitOfWorkFactory(database, PubSub(None), secrets=(SECRET,)), datetime.fromisoformat(order["now"])
        with store.read_context() as ctx:
            ctx.session.connection()
        print("ready", flush=True)
        sys.stdin.readline()
        answers: list[str] = []
        threads = [threading.Thread(target=_do, args=(store, now, work, answers)) for work in order["works"]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        database.dispose()
        print(json.dumps(answers), flush=True)


def _do(store: Any, now: datetime, work: dict[str, Any], answers: list[str]) -> None:
    from community.buddies.actions import pairings, stand_ins, suggestions, trial_review
    from community.core.unit_of_work import Actor, Role
    from community.reach_outs.actions import reach_outs
    from community.reach_outs.actions import reach_outs as care

    actor = None
    if "actor" in work:
        actor = Actor(id=UUID(work["actor"]), handle="", role=Role.ALUMNUS, time_zone="UTC")
    verbs: dict[str, Any] = {
        "accept": lambda uow: suggestions.accept(uow, suggestion_id=UUID(work["id"])),
        "decline": lambda uow: suggestions.decline(uow, suggestion_id=UUID(work["id"])),
        "settle": lambda uow: suggestions.settle_due(uow, limit=10),
        "end": lambda uow: pairings.end(uow, pairing_id=UUID(work["id"]), reason="left").state,
        "say": lambda uow: trial_review.record_review(uow, pairing_id=UUID(work["id"]), choice=work["choice"]).state,
        "come": lambda uow: reach_outs.claim(uow, reach_out_id=UUID(work["id"])).state,
        "ask": lambda uow: reach_outs.request_help(uow)[0].id,
        "advance": lambda uow: reach_outs.advance_as_member(uow, reach_out_id=UUID(work["id"])).state,
        "free": lambda uow: care.set_availability(uow, until=now + timedelta(hours=3)) and "free",
        "claim": lambda uow: stand_ins.claim(uow, stand_in_id=UUID(work["id"])).state,
    }
    try:
        with store.unit_of_work(actor, now=now) as uow:
            answer = verbs[work["verb"]](uow)
        answers.append(str(answer))
    except Exception as refused:  # for the test to look at
        answers.append(type(refused).__name__)


if __name__ == "__main__":
    main()
