"""Raw connections of redis-py: pipelines at a fifth of the library's cost, and reads without a poll.

Assumptions: a connection pool makes connections that it does not track (`make_connection`) and knows which are its own
(`owns_connection`, Sentinel's changes with the master); a connection has `pid` and `is_connected`, takes packed
commands, and answers in order; a subscription has its `connection`, and `handle_message` takes a raw answer.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import redis
from redis.client import PubSub as RedisSubscription
from redis.connection import AbstractConnection


class ConnectionStack:
    """Kept connections of one client. Safe to use from several threads, and after a fork."""

    def __init__(self, client: "redis.Redis") -> None:
        self._pool: Any = client.connection_pool
        self._idle: list[AbstractConnection] = []

    def execute(self, commands: Sequence[tuple[str, ...]]) -> list[Any]:
        """Send commands in one go and return their answers. Raises redis.RedisError and OSError.

        A kept connection that was closed while idle is opened again, once.
        """
        connection = self._take()
        was_kept = connection.is_connected
        try:
            try:
                return _execute_on(connection, commands)
            except redis.ConnectionError:
                if not was_kept:
                    raise
                return _execute_on(connection, commands)
        except BaseException:
            connection.disconnect()
            raise
        finally:
            self._idle.append(connection)

    def _take(self) -> AbstractConnection:
        while self._idle:
            with suppress(IndexError):  # another thread took the last one
                connection = self._idle.pop()
                if connection.pid == os.getpid():  # others are from before a fork
                    if not self._pool.owns_connection(connection):  # Sentinel has promoted another server
                        connection.disconnect()
                    return connection
        made: AbstractConnection = self._pool.make_connection()
        return made


def _execute_on(connection: AbstractConnection, commands: Sequence[tuple[str, ...]]) -> list[Any]:
    connection.connect()  # returns at once when it is connected
    connection.send_packed_command(connection.pack_commands(commands))
    return [connection.read_response() for _ in commands]


def read_messages(subscription: RedisSubscription, *, timeout: float) -> list[dict[str, Any] | None]:
    """Return what came within `timeout` seconds: nothing, a message, or None for an answer to a ping or subscription.

    `get_message` polls before it reads, which costs more under gevent than the read.
    """
    try:
        connection: Any = subscription.connection
        response = connection.read_response(timeout=timeout, disconnect_on_error=False, push_request=True)
    except redis.TimeoutError:
        return []
    return [subscription.handle_message(response, True)]
