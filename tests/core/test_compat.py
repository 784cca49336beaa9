"""What the project uses of the insides of its libraries is still there; otherwise this says what moved.

Each module of `community/core/compat/` states its assumption, and a test here fails when a library drops it. The socket
engine stands on the versions in KNOWN. When one moves: read its changes to what is named here, run `dev.py prove` for
the rooms' facts and `dev.py bench live`, then write the new version down.
"""

import inspect
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import engineio
import flask_socketio
import psycopg
import pytest
import socketio
from engineio.async_drivers import gevent as driver
from gevent import get_hub
from gevent import socket as gsocket
from gunicorn.workers import base_async
from sqlalchemy.engine import make_url
from werkzeug.routing import Map, Rule

from community.core.compat.psycopg_connections import has_ended
from community.core.compat.redis_connections import ConnectionStack, read_messages
from community.core.compat.werkzeug_rules import LazyRule
from community.core.pubsub import connect
from tests.support.valkey import Valkey
from tests.support.waiting import until

KNOWN = {
    "flask-socketio": "5.7.0",
    "python-socketio": "5.18.1",
    "python-engineio": "4.15.1",
    "gevent": "26.9.0",
    "gunicorn": "27.0.1",
}


def test_a_rule_compiles_its_builders_when_an_address_is_first_written(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    compile_builder = Rule._compile_builder

    def count(rule: Rule, append_unknown: bool = True) -> Any:
        compiled.append(append_unknown)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", count)
    Map([Rule("/rooms/<int:number>", endpoint="room")])
    assert compiled == [False, True]  # werkzeug does this for each rule of a map
    urls = Map([LazyRule("/rooms/<int:number>", endpoint="room")]).bind("localhost")
    assert len(compiled) == 2
    assert urls.build("room", {"number": 7, "more": "x"}) == "/rooms/7?more=x"
    assert urls.match("/rooms/8") == ("room", {"number": 8})
    assert len(compiled) == 3


def test_the_libraries_do_without_the_imports_that_are_blocked() -> None:
    program = """
import sys
from community.core.compat.blocked_imports import UNUSED_MODULES, block_imports
block_imports()
import structlog, flask_socketio, socketio, engineio, redis
assert not [name for name in UNUSED_MODULES if sys.modules[name] is not None]
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_postgres_connection_that_the_server_ended_is_recognized(postgres_url: str) -> None:
    url = make_url(postgres_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as ours, psycopg.connect(url, autocommit=True) as theirs:
        ours.execute("SELECT 1")
        assert not has_ended(ours)
        theirs.execute("SELECT pg_terminate_backend(%s)", [ours.info.backend_pid])
        until(lambda: has_ended(ours), within=10, what="the server's last words")
        assert not has_ended(theirs)


def test_redis_commands_go_over_kept_connections_and_messages_are_read_raw() -> None:
    with Valkey() as valkey, connect(valkey.url) as client:
        stack = ConnectionStack(client)
        assert stack.execute([("SET", "a", "1"), ("GET", "a")]) == ["OK", "1"]
        [connection] = stack._idle
        connection.disconnect()
        assert stack.execute([("GET", "a")]) == ["1"]
        assert stack._idle == [connection]
        with client.pubsub(ignore_subscribe_messages=True) as subscription:
            subscription.psubscribe("c.*")
            assert read_messages(subscription, timeout=2) == [None]
            assert read_messages(subscription, timeout=0.01) == []
            stack.execute([("PUBLISH", "c.1", "x")])
            [message] = read_messages(subscription, timeout=2)
            assert message is not None
            assert (message["channel"], message["data"]) == ("c.1", "x")


def source(thing: Any) -> str:
    """How it is written."""
    return inspect.getsource(thing)


@pytest.mark.parametrize("name", KNOWN)
def test_the_library_is_the_one_that_was_read(name: str) -> None:
    assert version(name) == KNOWN[name], f"{name} moved: read this file's first lines"


def test_flask_socketio_makes_the_server_with_our_options() -> None:
    text = source(flask_socketio.SocketIO.init_app)
    assert "socketio.Server(**self.server_options)" in text
    assert "if 'client_manager' not in kwargs" in text


def test_socketio_takes_engine_and_manager_from_our_classes() -> None:
    assert "self._engineio_server_class()(" in source(socketio.base_server.BaseServer.__init__)
    assert "self.eio.send(eio_sid, " in source(socketio.Server._send_packet)
    disconnect = source(socketio.Server.disconnect)
    for used in ("manager.can_disconnect(", "manager.pre_disconnect(", "manager.disconnect("):
        assert used in disconnect
    assert "self.manager.emit(" in source(socketio.Server.emit)


def test_engineio_leaves_the_connection_to_one_method() -> None:
    text = source(engineio.Server.handle_request)
    for checked in ("cors_allowed_origins", "not in self.transports", "query.get('EIO') != ['4']", "_handle_connect("):
        assert checked in text
    wanted = ["self", "environ", "start_response", "transport", "jsonp_index"]
    assert list(inspect.signature(engineio.Server._handle_connect).parameters) == wanted
    assert driver._async["thread"] is not None


def test_gunicorn_gives_the_socket_and_takes_stop_iteration_for_an_answer() -> None:
    from gunicorn.http import wsgi

    assert '"gunicorn.socket": sock' in source(wsgi.default_environ)
    assert "except StopIteration:\n            raise" in source(base_async.AsyncWorker.handle_request)
    handle = source(base_async.AsyncWorker.handle)
    assert "except StopIteration as e" in handle
    assert "util.close(client)" in handle


def test_a_gevent_socket_gives_its_file_away_and_does_not_close_it() -> None:
    ours, theirs = gsocket.socketpair()
    number = ours.detach()
    ours.close()
    again = gsocket.socket(fileno=number)
    again.sendall(b"still open")
    assert theirs.recv(20) == b"still open"
    again.close()
    theirs.close()


def test_the_loop_has_what_wires_use() -> None:
    loop = get_hub().loop
    watcher = loop.io(0, 1)
    assert all(hasattr(watcher, name) for name in ("start", "stop", "close", "active"))
    watcher.close()
    assert callable(loop.run_callback)
    timer = loop.timer(1.0, repeat=1.0)
    timer.close()
