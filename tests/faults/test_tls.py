"""The whole service with its Redis behind TLS: web rings, workers hear, and nobody waits when it hangs."""

import time
import uuid
from pathlib import Path
from statistics import median

import pytest
import redis

from tests.faults.test_raw_websockets import room_of, words
from tests.support.demo_server import DemoServer, serve_demo
from tests.support.proof_output import print_figure
from tests.support.socketio_connection import SocketIOConnection
from tests.support.tls import Certificate, TlsProxy
from tests.support.valkey import Valkey
from tests.support.waiting import until

pytestmark = pytest.mark.faults

SWEEP_SECONDS = 2.0
MAX_WAIT_SECONDS = 0.25


def test_web_publishes_to_a_worker_over_tls_and_no_request_waits(tmp_path: Path) -> None:  # F3
    ours = Certificate(tmp_path / "ours")
    with Valkey() as valkey, TlsProxy(valkey.port, ours) as proxy, redis.Redis(port=valkey.port) as ctx:
        address = f"rediss://127.0.0.1:{proxy.port}/0?ssl_ca_certs={ours.path}"
        with (
            serve_demo(tmp_path, members=4, web=1, workers=1, REDIS_URL=address, COMMUNITY_SEND_LIMIT="off") as server,
            SocketIOConnection(server.service.url, server.tokens[2]) as cleo,  # with its first socket, web listens too
        ):
            room = room_of(server, 1, 2)
            until(lambda: len(ctx.client_list(_type="pubsub")) == 2, what="web and worker to listen")
            assert proxy.handshakes >= 3, "both listen, and web has rung"
            with ctx.pubsub() as ears:
                ears.psubscribe("community.events")
                ears.get_message(timeout=5)
                told = [mention(server, cleo, room, number) for number in range(5)]
                rung = ears.get_message(ignore_subscribe_messages=True, timeout=5)
            assert rung
            assert b"message.posted" in rung["data"]
            assert median(told) < SWEEP_SECONDS / 4, "a worker that did not hear looks every two seconds"

            calm = [posted(server, room) for _ in range(10)]
            proxy.hangs = "handshake"
            proxy.cut()
            waited = [posted(server, room) for _ in range(10)]
            assert max(waited) < max(calm) + MAX_WAIT_SECONDS
            proxy.hangs = ""
            until(lambda: len(ctx.client_list(_type="pubsub")) == 2, within=15, what="both to listen again")
    log = server.service.log.read_text()
    assert "isn't trusted" not in log
    print_figure(
        "F3",
        f"Redis behind TLS: a mention is told after {1000 * median(told):.0f} ms (median of 5); when TLS hangs a post "
        f"takes {1000 * max(waited):.0f} ms at the most, {1000 * max(calm):.0f} ms before",
    )


def posted(server: DemoServer, room: str) -> float:
    """How many seconds a post takes to be answered."""
    wanted = words(room)
    started = time.monotonic()
    said = server.api(1)("POST", f"/rooms/{room}/messages", {key: wanted[key] for key in ("client_msg_id", "body")})
    assert said.status_code == 201, said.text
    return time.monotonic() - started


def mention(server: DemoServer, cleo: SocketIOConnection, room: str, number: int) -> float:
    """Cleo is called by name; the seconds until her socket says so."""
    handle = server.api(2)("GET", "/me").json()["handle"]
    before = len(cleo.of("notification.created"))
    started = time.monotonic()
    wanted = {"client_msg_id": str(uuid.uuid4()), "body": f"@{handle} number {number}"}
    assert server.api(1)("POST", f"/rooms/{room}/messages", wanted).status_code == 201
    until(lambda: len(cleo.of("notification.created")) > before, what="her to be told")
    return time.monotonic() - started
