"""Processes that change one database in the same instant, for tests of what happens once.

As a program: reads a line of JSON (`{url, now, threads, works}`), prints `ready`, does the works when
the next line comes, and prints a line with the result of each.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import IO, Any
from uuid import UUID

SECRET = "a-secret-for-tests-that-is-long-enough-0123456789"


class Racers:
    """The processes, started once and used for many races."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def race(self, store: Any, works: Sequence[dict[str, Any]], *, now: datetime, threads: int = 32) -> list[str]:
        """Do all works at the same time over the processes, and return the result of each in the order of the works.

        A result is a state, or the name of the error that refused the work. Each process does `threads` works at once.
        """
        url = store.database.url.render_as_string(hide_password=False)
        count = len(self._processes)
        for place, process in enumerate(self._processes):
            order = {"url": url, "now": now.isoformat(), "threads": threads, "works": list(works[place::count])}
            self._write(process, json.dumps(order))
        for process in self._processes:
            assert self._read(process) == "ready"
        for process in self._processes:
            self._write(process, "go")
        results = [""] * len(works)
        for place, process in enumerate(self._processes):
            results[place::count] = json.loads(self._read(process))
        return results

    def _write(self, process: subprocess.Popen[str], line: str) -> None:
        pipe: IO[str] | None = process.stdin
        assert pipe
        pipe.write(line + "\n")
        pipe.flush()

    def _read(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout
        return process.stdout.readline().strip()


@contextmanager
def racers(count: int = 2) -> Iterator[Racers]:
    """Start that many processes, and end them with the block."""
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
    """Race until standard input ends."""
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
        with ThreadPoolExecutor(order["threads"]) as pool:
            results = list(pool.map(partial(_do, store, now), order["works"]))
        database.dispose()
        print(json.dumps(results), flush=True)


def _do(store: Any, now: datetime, work: dict[str, Any]) -> str:
    from community.buddies.actions import pairings, stand_ins, suggestions, trial_review
    from community.core.unit_of_work import Actor, Role
    from community.meetups.actions import rsvps
    from community.reach_outs.actions import reach_outs

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
        "free": lambda uow: reach_outs.set_availability(uow, until=now + timedelta(hours=3)) and "free",
        "claim": lambda uow: stand_ins.claim(uow, stand_in_id=UUID(work["id"])).state,
        "rsvp": lambda uow: rsvps.answer_occurrence(uow, occurrence_id=UUID(work["id"]), answer=work["answer"]).state,
        "accept_offer": lambda uow: rsvps.accept_offer(uow, occurrence_id=UUID(work["id"])).state,
        "settle_offers": lambda uow: rsvps.expire_offers(uow, occurrence_id=UUID(work["id"])),
    }
    try:
        with store.unit_of_work(actor, now=now) as uow:
            return str(verbs[work["verb"]](uow))
    except Exception as refused:  # for the test to assert
        return type(refused).__name__


if __name__ == "__main__":
    main()
