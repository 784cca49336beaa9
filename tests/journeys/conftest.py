"""The served demo as `dev.py run` starts it, with a second web process, and people who sign in to it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.support.demo_server import DemoServer, serve_demo
from tests.support.service import Api
from tests.support.socketio_connection import SocketIOConnection

PASSWORD = "four quiet words here"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: str
    handle: str
    role: str
    api: Api
    token: str
    url: str

    def wire(self) -> SocketIOConnection:
        """Their socket, in the order of its frames."""
        return SocketIOConnection(self.url, self.token)


@dataclass(frozen=True)
class Evening:
    """Where it happens."""

    server: DemoServer

    @property
    def url(self) -> str:
        """The address of the service."""
        return self.server.service.url

    def post(self, path: str, body: Any) -> requests.Response:
        """Ask for something without being signed in."""
        return requests.post(f"{self.url}/api/v1{path}", json=body, timeout=15)

    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """Sign in with an address and a password."""
        answer = self.post("/session", {"email": email, "password": password})
        assert answer.status_code == 201, answer.text
        signed_in = answer.json()
        api = self.server.service.api(signed_in["token"])
        return Person(**signed_in["member"], api=api, token=signed_in["token"], url=self.url)

    def demo(self, name: str) -> Person:
        """Somebody of the demo."""
        return self.sign_in(f"{name}@demo.invalid")


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def evening(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The demo on each database."""
    env = {}
    if request.param == "postgresql":
        env["DATABASE_URL"] = request.getfixturevalue("postgres").create_database(f"evening_{uuid.uuid4().hex[:8]}")
    with serve_demo(tmp_path_factory.mktemp("evening"), members=24, **env) as server:
        yield Evening(server)
