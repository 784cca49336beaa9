"""What the socket engine uses of the insides of its libraries is still there; otherwise this says what moved.

`core/live/fanout.py` and `core/wire.py` stand on these versions. When one moves: read its changes to what is named
here, run `dev.py prove` for the rooms' facts and `dev.py bench live`, then write the new version down.
"""

import inspect
from importlib.metadata import version
from typing import Any

import engineio
import flask_socketio
import pytest
import socketio
from engineio.async_drivers import gevent as driver
from gevent import get_hub
from gevent import socket as gsocket
from gunicorn.workers import base_async

KNOWN = {
    "flask-socketio": "5.7.0",
    "python-socketio": "5.18.1",
    "python-engineio": "4.15.1",
    "gevent": "26.9.0",
    "gunicorn": "27.0.1",
}


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


def test_socketio_asks_the_class_for_its_engine_and_the_manager_for_the_rest() -> None:
    assert "self._engineio_server_class()(" in source(socketio.base_server.BaseServer.__init__)
    assert "self.eio.send(eio_sid, " in source(socketio.Server._send_packet)
    disconnect = source(socketio.Server.disconnect)
    for used in ("manager.can_disconnect(", "manager.pre_disconnect(", "manager.disconnect("):
        assert used in disconnect
    assert "self.manager.emit(" in source(socketio.Server.emit)


def test_engineio_checks_the_request_and_leaves_the_connection_to_one_method() -> None:
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
