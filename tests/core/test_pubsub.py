"""The pubsub: heard over every way to Redis, quick to give up, heard again after a fail-over."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis
from structlog.testing import capture_logs

from community.core.pubsub import EVENTS, PubSub
from community.core.settings import SettingsError, load_settings
from community.processes.valkey import binary
from tests.support.free_ports import free_port
from tests.support.proof_output import print_figure
from tests.support.tls import Certificate, TlsProxy
from tests.support.valkey import Valkey
from tests.support.waiting import until

MAX_SECONDS = 0.25


@contextmanager
def server(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Valkey or Sentinel with these options."""
    process = subprocess.Popen([binary(), *words], stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


@contextmanager
def listening(pubsub: PubSub) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What a listener on the bell hears; it has subscribed when this begins."""
    rings: list[tuple[str, dict[str, Any]]] = []
    stop, subscribed = threading.Event(), threading.Event()

    def listen() -> None:
        pubsub.listen(EVENTS, on_message=lambda *ring: rings.append(ring), on_subscribed=subscribed.set, stop=stop)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        assert subscribed.wait(30)
        yield rings
    finally:
        stop.set()
        thread.join(10)


def assert_published(pubsub: PubSub) -> None:
    """A ring is heard."""
    with listening(pubsub) as rings:

        def ring_and_look() -> bool:
            pubsub.publish([(EVENTS, {"id": "1"})])
            return (EVENTS, {"id": "1"}) in rings

        until(ring_and_look, within=30, what="the ring to be heard")


def test_it_rings_by_address_and_by_unix_socket(tmp_path: Path) -> None:
    port, place = free_port(), tmp_path / "v.sock"
    with server("--port", str(port), "--bind", "127.0.0.1", "--unixsocket", str(place), "--save", ""):
        until(place.exists)
        assert_published(PubSub(f"redis://127.0.0.1:{port}/0"))
        assert_published(PubSub(f"unix://{place}?db=0"))


@pytest.mark.prove
def test_no_request_waits_for_a_redis_that_hangs_or_is_gone(tmp_path: Path) -> None:  # F3
    with Valkey() as valkey:
        pubsub = PubSub(valkey.url)
        assert pubsub.publish([(EVENTS, {})])
        assert valkey._process
        os.kill(valkey._process.pid, signal.SIGSTOP)
        took = []
        for _ in range(20):
            started = time.monotonic()
            assert not pubsub.publish([(EVENTS, {})])
            took.append(time.monotonic() - started)
        assert max(took) < MAX_SECONDS
        assert sum(seconds > 0.05 for seconds in took) == 1, "the breaker spares the others"
        os.kill(valkey._process.pid, signal.SIGCONT)
        until(lambda: pubsub.publish([(EVENTS, {})]), what="the bell to ring again")
        valkey.kill()
        started = time.monotonic()
        assert not pubsub.publish([(EVENTS, {})])
        gone = time.monotonic() - started
        assert gone < MAX_SECONDS
    print_figure("F3", f"Redis hangs: one ring waits {1000 * max(took):.0f} ms, 19 do not; gone: {1000 * gone:.1f} ms")


def test_a_process_that_hears_redis_again_publishes_at_once() -> None:  # F3
    with Valkey() as valkey:
        pubsub = PubSub(valkey.url)
        with listening(pubsub) as rings:
            valkey.kill()
            for _ in range(3):
                pubsub.publish([(EVENTS, {})])
                pubsub._silent_until = 0.0
            pubsub._silent_until = time.monotonic() + 60
            valkey.start()
            until(lambda: pubsub.publish([(EVENTS, {"id": "1"})]), within=15, what="the breaker to close")
            until(lambda: (EVENTS, {"id": "1"}) in rings)


def test_messages_arrive_after_sentinel_promotes_another_server(tmp_path: Path) -> None:  # F3
    first, second, watching = free_port(), free_port(), free_port()
    settings = tmp_path / "sentinel.conf"
    settings.write_text(
        f"port {watching}\nbind 127.0.0.1\ndir {tmp_path}\n"
        f"sentinel monitor house 127.0.0.1 {first} 1\n"
        "sentinel down-after-milliseconds house 500\nsentinel failover-timeout house 3000\n"
    )
    common = ["--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with (
        server("--port", str(first), *common) as primary,
        server("--port", str(second), *common, "--replicaof", "127.0.0.1", str(first)),
    ):
        until(lambda: _is_linked(second), within=30, what="the replica to follow")
        with server(str(settings), "--sentinel"):
            pubsub = PubSub(f"redis+sentinel://127.0.0.1:{watching}/house")
            until(lambda: _replicas_known(watching) == 1, within=30, what="Sentinel to know the replica")
            with listening(pubsub) as rings:
                until(lambda: pubsub.publish([(EVENTS, {"id": "before"})]), within=10)
                until(lambda: (EVENTS, {"id": "before"}) in rings)
                primary.kill()
                started = time.monotonic()

                def ring_and_look() -> bool:
                    pubsub.publish([(EVENTS, {"id": "after"})])
                    return (EVENTS, {"id": "after"}) in rings

                until(ring_and_look, within=60, what="the bell to ring on the other server")
                print_figure(
                    "F3", f"Sentinel fail-over: the bell is heard again {time.monotonic() - started:.1f} s later"
                )


def _is_linked(port: int) -> bool:
    try:
        with redis.Redis(port=port) as client:
            return bool(client.info("replication").get("master_link_status") == "up")
    except redis.ConnectionError:
        return False


def _replicas_known(port: int) -> int:
    try:
        with redis.Redis(port=port) as client:
            return len(client.sentinel_slaves("house"))
    except redis.RedisError:
        return 0


def test_messages_arrive_over_tls_by_a_trusted_certificate_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # F3
    ours, foreign = Certificate(tmp_path / "ours"), Certificate(tmp_path / "foreign")
    with Valkey() as valkey, TlsProxy(valkey.port, ours) as proxy:
        place = f"rediss://127.0.0.1:{proxy.port}/0"
        assert_published(PubSub(f"{place}?ssl_ca_certs={ours.path}"))
        took = []
        for address in (place, f"{place}?ssl_ca_certs={foreign.path}"):
            stranger = PubSub(address)
            with capture_logs() as lines, assert_not_heard(stranger):
                for _ in range(3):
                    stranger._silent_until = 0.0
                    took.append(publish_seconds(stranger))
            [line] = lines
            assert "its certificate isn't trusted (self-signed certificate)" in line["error"]
            assert "?ssl_ca_certs=FILE" in line["error"]
            assert "\n" not in line["error"]
        monkeypatch.setenv("SSL_CERT_FILE", str(ours.path))  # an authority that the whole machine trusts
        assert_published(PubSub(place))
    print_figure("F3", f"over TLS: a stranger's certificate is refused in {1000 * max(took):.0f} ms, with one line")


@pytest.mark.prove
@pytest.mark.parametrize("where", ["handshake", "after"])
def test_no_request_waits_for_a_tls_that_hangs(tmp_path: Path, where: str) -> None:  # F3
    ours = Certificate(tmp_path)
    with Valkey() as valkey, TlsProxy(valkey.port, ours) as proxy:
        pubsub = PubSub(f"rediss://127.0.0.1:{proxy.port}/0?ssl_ca_certs={ours.path}")
        with listening(pubsub) as rings:
            proxy.hangs = where
            proxy.cut()
            took = []
            for _ in range(5):
                pubsub._silent_until = 0.0
                took.append(publish_seconds(pubsub))
            assert max(took) < MAX_SECONDS
            proxy.hangs = ""

            def ring_and_look() -> bool:
                pubsub.publish([(EVENTS, {"id": "2"})])
                return (EVENTS, {"id": "2"}) in rings

            until(ring_and_look, within=15, what="the listener to come back from a handshake that hung")
    print_figure("F3", f"TLS hangs ({where}): one ring waits {1000 * max(took):.0f} ms at the most")


def test_a_file_of_certificates_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    environ = {"COMMUNITY_DATA_DIR": str(tmp_path), "REDIS_URL": "rediss://:pw@host/0?ssl_ca_certs=/nowhere/ca.pem"}
    with pytest.raises(SettingsError, match=r"REDIS_URL: found ssl_ca_certs=/nowhere/ca.pem, expected a file"):
        load_settings(environ)
    there = Certificate(tmp_path / "of our own").path
    load_settings(environ | {"REDIS_URL": f"rediss://host/0?ssl_ca_certs={quote(str(there))}"})


def publish_seconds(pubsub: PubSub) -> float:
    """How long a ring takes that does not come through."""
    started = time.monotonic()
    assert not pubsub.publish([(EVENTS, {})])
    return time.monotonic() - started


@contextmanager
def assert_not_heard(pubsub: PubSub) -> Iterator[None]:
    """A listener that never gets in, which tries while this lasts."""
    stop = threading.Event()
    never: list[str] = []

    def listen() -> None:
        pubsub.listen(EVENTS, on_message=lambda *_: None, on_subscribed=lambda: never.append("in"), stop=stop)

    thread = threading.Thread(target=listen)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
    assert not never


class Freezer:
    """A way to a server on which a connection can be frozen: it stays open, and nothing passes any more."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[threading.Event] = []
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> int:
        """Freeze every connection that is open; those that come later are well. How many there were."""
        frozen, self._open = self._open, []
        for passes in frozen:
            passes.clear()
        return len(frozen)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            passes = threading.Event()
            passes.set()
            self._open.append(passes)
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other, passes), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, passes: threading.Event) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                if passes.is_set():
                    other.sendall(data)
            if passes.is_set():
                other.shutdown(socket.SHUT_WR)


def test_the_listener_hears_again_after_its_connection_froze() -> None:
    """Recipe 9: a partition closes nothing, and the listener was deaf until its process was started again."""
    with Valkey() as valkey:
        freezer, other = Freezer(valkey.port), PubSub(valkey.url)
        with listening(PubSub(f"redis://127.0.0.1:{freezer.port}/0")) as rings:
            assert freezer.freeze() >= 1
            until(lambda: other.publish([(EVENTS, {"id": "2"})]) and bool(rings), within=30, what="a ring to be heard")
        freezer.close()


def test_the_listener_hears_again_after_its_server_froze() -> None:
    """Recipe 9: a server that is stopped answers nothing; the listener notices, and subscribes anew."""
    with Valkey() as valkey:
        pubsub, other = PubSub(valkey.url), PubSub(valkey.url)
        with listening(pubsub) as rings:
            valkey.freeze()
            assert not other.publish([(EVENTS, {})])
            until(lambda: pubsub._last_logged is not None, within=30, what="the listener to notice")
            valkey.thaw()
            until(lambda: pubsub._last_logged is None, within=30, what="the listener to subscribe anew")
            until(lambda: other.publish([(EVENTS, {"id": "3"})]) and bool(rings), within=30, what="a ring to be heard")
