"""The peer: Flask-SocketIO as it comes, on gunicorn's gevent worker. It stores nothing and checks nothing."""

import itertools
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app, async_mode="gevent", transports=["websocket"], cors_allowed_origins="*")
numbers = itertools.count(1)
AUTHOR = {"id": "7d8cfe47-3b3c-4c1d-9a39-6d2a3a0f7a11", "handle": "Somebody"}


@socketio.on("room.open")
def open_room(asked: dict[str, Any]) -> dict[str, Any]:
    """Join."""
    join_room(asked["room_id"])
    return {"ok": True, "head_seq": 0, "head_rev": 0, "oldest_seq": 0, "messages": [], "changes": [], "more": False}


@socketio.on("message.send")
def send(said: dict[str, Any]) -> dict[str, Any]:
    """Tell everybody."""
    seq, key, created_at = next(numbers), str(uuid.uuid4()), datetime.now(UTC).isoformat()
    rest = {"reply_to": None, "edited_at": None, "removed": False, "reactions": [], "author": AUTHOR}
    whole = {"id": key, "seq": seq, "rev": seq, "created_at": created_at, **said, **rest}
    emit("message.posted", whole, to=said["room_id"])
    return {"ok": True, "message": {"id": key, "seq": seq, "rev": seq, "created_at": created_at}, "duplicate": False}
