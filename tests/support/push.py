"""A push service of ours that answers as it is told, and browsers that can read what they are sent."""

import json
import os
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid.utils import b64urlencode

from tests.support.tls import Certificate


@dataclass
class Taken:
    """One request to the push service."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Browser:
    """A browser that subscribed: its keys, and its place at the push service."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON()` gives them."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": b64urlencode(point), "auth": b64urlencode(self.secret)}

    @property
    def subscription(self) -> dict[str, Any]:
        """What the page posts."""
        return {"endpoint": self.endpoint, "keys": self.keys}

    def read(self, taken: Taken) -> dict[str, str]:
        """The line that was pushed."""
        line = http_ece.decrypt(taken.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        said: dict[str, str] = json.loads(line)
        return said


class PushService:
    """Answers with the statuses in `answers`, the last one for ever; keeps what it got in `taken`."""

    def __init__(self, certificate: Certificate) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = [(201, {})]
        self.taken: list[Taken] = []
        self.hold = threading.Event()
        self.hold.set()
        service = self

        class Doors(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.taken.append(Taken(self.path, dict(self.headers), body))
                service.hold.wait(10)
                status, headers = service.answers.pop(0) if len(service.answers) > 1 else service.answers[0]
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Doors)
        self._server.daemon_threads = True
        self._server.socket = certificate.server_context().wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def host(self) -> str:
        """As COMMUNITY_PUSH_SERVICES names it."""
        return f"127.0.0.1:{self._server.server_port}"

    def answer(self, *statuses: int, **headers: str) -> None:
        """What to say next, and then for ever the last."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers = [(status, named) for status in statuses]

    def browser(self, name: str = "one") -> Browser:
        """A browser that subscribed here."""
        return Browser(f"https://{self.host}/push/{name}")

    def __enter__(self) -> "PushService":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hold.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
