"""What passes by Redis, the logs and the metrics says nothing about anybody: ids, kinds and numbers only."""

import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import redis
import structlog

from community.app import create_app
from community.core import logging_setup
from community.core.db import Database
from community.core.metrics import exposition
from community.core.pubsub import PubSub
from community.core.settings import Settings
from community.core.unit_of_work import Actor, UnitOfWorkFactory
from community.processes.worker import Worker
from tests.conftest import NOON, SignedInClient
from tests.factories import make_cast
from tests.support.clock import ManualClock
from tests.support.failing_worker import record
from tests.support.valkey import Valkey
from tests.support.waiting import until

PLANTED = ("quetzal", "marmalade", "lighthouse", "persimmon", "tamarind", "example.org", "Ada", "Ben", "Cleo")
BANNED = r"\b(patient|client|addict\w*|sober\w*|recover\w*|treatment|rehab\w*|relapse\w*|alumn\w*|buddy|crisis)\b"
OURS = r"community\.(events|room\.[0-9a-f-]{36}|member\.[0-9a-f-]{36})"
UUIDS = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@contextmanager
def overheard(valkey: Valkey) -> Iterator[list[tuple[str, Any]]]:
    """Every message that passes by Redis, on any channel."""
    passed: list[tuple[str, Any]] = []
    stop, listening = threading.Event(), threading.Event()

    def listen() -> None:
        with redis.Redis(port=valkey.port, decode_responses=True) as client, client.pubsub() as everything:
            everything.psubscribe("*")
            while not stop.is_set():
                message = everything.get_message(timeout=0.2)
                if message and message["type"] == "psubscribe":
                    listening.set()
                elif message:
                    passed.append((message["channel"], message["data"]))

    thread = threading.Thread(target=listen)
    thread.start()
    assert listening.wait(30)
    try:
        yield passed
    finally:
        stop.set()
        thread.join(10)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What our processes would log, by the processors that they use."""
    before, lines = structlog.get_config(), io.StringIO()
    structlog.configure(processors=logging_setup.PROCESSORS, logger_factory=structlog.PrintLoggerFactory(lines))
    yield lines
    structlog.configure(**before)


def test_redis_logs_and_metrics_say_nothing_of_anybody(  # N8
    database: Database, settings: Settings, token_of: Callable[[Actor], str], logged: io.StringIO
) -> None:
    with Valkey() as valkey, overheard(valkey) as passed:
        store = UnitOfWorkFactory(
            database, PubSub(valkey.url), secrets=settings.encryption_secrets, clock=ManualClock()
        )
        with store.unit_of_work() as uow:
            cast = make_cast(uow)
        app = create_app(replace(settings, redis_url=valkey.url), store)
        ada, ben, cleo = (SignedInClient(app.test_client(), token_of(one)) for one in (cast.ada, cast.ben, cast.cleo))
        room = ada.post("/rooms", {"kind": "open", "name": "Quetzal room", "topic": "Marmalade"}).json["id"]
        for one in (ben, cleo):
            one.put(f"/rooms/{room}/membership")
        said = ben.post(f"/rooms/{room}/messages", {"client_msg_id": "a", "body": "Lighthouse, @Cleo"}).json["message"]
        cleo.post(f"/messages/{said['id']}/reports", {"reason": "other", "note": "Persimmon"})
        meetup = ada.post("/meetups", MEETUP).json
        ben.put(f"/occurrences/{meetup['occurrences'][0]['id']}/rsvp", {"answer": "going"})
        ada.post("/invitations", {"email": "tamarind@example.org", "role": "alumnus"})
        record(store, "well", "raises")
        worker = Worker(store, settings)
        while worker.step(NOON):
            pass
        until(lambda: any(channel.startswith("community.member.") for channel, _ in passed), what="rings for members")
    log = logged.getvalue()

    assert len(passed) > 6
    assert {channel for channel, _ in passed if not re.fullmatch(OURS, channel)} == set()
    for channel, payload in passed:
        allowed = {"specversion", "id", "source", "type", "subject", "time"} if channel == "community.events" else None
        assert set(json.loads(payload)) <= (allowed or {"head_seq", "head_rev"}), (channel, payload)
    assert "event.failed" in log
    traffic = re.sub(UUIDS, "", " ".join(f"{channel} {payload}" for channel, payload in passed))
    traffic = re.sub(r'"type":"[a-z_.]+"', "", traffic)  # kinds are ours, and say what the contract says
    for place, text in (("redis", traffic), ("log", log), ("metrics", exposition().decode())):
        for word in PLANTED:
            assert not re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE), (place, word)
    assert re.findall(BANNED, traffic, re.IGNORECASE) == []
    assert re.findall(BANNED, log, re.IGNORECASE) == []


MEETUP = {
    "title": "Marmalade evening",
    "description": "Lighthouse",
    "starts_at_local": "2099-11-26T19:00",
    "time_zone": "America/New_York",
    "duration_minutes": 90,
    "place": {"kind": "in_person", "address": "12 Persimmon Street"},
}
