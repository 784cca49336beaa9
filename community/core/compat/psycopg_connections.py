"""Detection of PostgreSQL connections that the server has ended.

Assumption: a pooled psycopg connection is idle, nothing reads its socket, and `fileno()` is that socket. Over TLS the
server's last words are bytes, too.
"""

import _socket
from typing import Any


def has_ended(connection: Any) -> bool:
    """Return whether an idle connection is closed, or has something to read that was not asked for: its end.

    Costs a microsecond. Asking the server costs every transaction a round trip, and does not find a server that is
    gone without a word any sooner.
    """
    return bool(connection.closed) or _has_input(connection.fileno())


def _has_input(fileno: int) -> bool:
    sock = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM, 0, fileno)  # named, so that nothing is asked of it
    try:
        sock.recv(1, _socket.MSG_PEEK | _socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        sock.detach()
    return True
