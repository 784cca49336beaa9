"""Hostile clients in a process of their own: `tests.support.hostile_client URL TOKEN VALUES METHODS MESSAGES RATE`.

It sends so many nasty values to every field of every operation, so many invented methods and so many costly messages,
at most RATE requests a second, and prints JSON: how many requests, and every answer that is a fault of ours.
"""

import http.client
import json
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.support.hostile_values import HOSTILE_VALUES

# Ending the own session or password would leave the rest of the run signed out.
LEFT_OUT = {"delete_session", "put_me_password"}
COSTLY = ("@a " * 1_333, "*_" * 2_000, "https://a.example/(" * 200, "> " * 2_000, "\u0301" * 4_000, "[x](" * 1_000)


class Crowd:
    """One keep-alive connection to the service, with somebody's token; loopback only."""

    def __init__(self, url: str, token: str, *, rate: float) -> None:
        parts = urlsplit(url)
        if parts.hostname != "127.0.0.1":
            raise ValueError("a hostile crowd is for a service of this machine's own")
        self._connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
        self._token = token
        self._pause = 1 / rate
        self.asked = 0
        self.faults: list[str] = []

    def ask(self, method: str, path: str, body: Any = None, *, signed_in: bool = True) -> bytes:
        """Send one request, and keep its line when the answer is a fault of ours."""
        started = time.monotonic()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if signed_in:
            headers["Authorization"] = f"Bearer {self._token}"
        raw = json.dumps(body).encode("utf-8", "surrogatepass") if body is not None else None
        try:
            self._connection.request(method, path, raw, headers)
            answer = self._connection.getresponse()
            said, status = answer.read(), answer.status
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            said, status = b"", 0 if signed_in else 400
            if status == 0:
                self.faults.append(f"{method} {path} {type(error).__name__}")
        self.asked += 1
        if status >= 500:
            self.faults.append(f"{method} {path} {status} {str(body)[:80]}")
        time.sleep(max(0.0, self._pause - (time.monotonic() - started)))  # the pace of a load, not a wait
        return said


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield method, path and the names of the body's fields of every operation that takes a body."""
    for path, item in sorted(document["paths"].items()):
        for method, operation in sorted(item.items()):
            if method == "parameters" or operation.get("operationId") in LEFT_OUT:
                continue
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            schema = content.get("schema", {})
            name = schema.get("$ref", "").rpartition("/")[2]
            fields = document["components"]["schemas"].get(name, schema).get("properties", {})
            if fields:
                yield method.upper(), path, sorted(fields)


def attack(crowd: Crowd, *, values: int, methods: int, messages: int) -> None:
    """Send everything once."""
    document = json.loads(crowd.ask("GET", "/api/v1/openapi.json"))
    nasty = list(HOSTILE_VALUES.values())[:: max(1, len(HOSTILE_VALUES) // values)]
    for method, path, fields in operations(document):
        address = path.replace("{", "").replace("}", "")
        if "{" in path:
            address = "/".join(str(uuid.uuid4()) if part.startswith("{") else part for part in path.split("/"))
        for value in nasty:
            crowd.ask(method, address, dict.fromkeys(fields, value))
    for number in range(methods):
        crowd.ask(f"X{number:07}", "/healthz", signed_in=False)
    rooms = json.loads(crowd.ask("GET", "/api/v1/rooms"))["items"]
    path = f"/api/v1/rooms/{rooms[0]['id']}/messages"
    for number in range(messages):
        crowd.ask("POST", path, {"client_msg_id": str(uuid.uuid4()), "body": COSTLY[number % len(COSTLY)][:4_000]})


def main() -> None:
    """Attack as the command line says, and print what came of it."""
    url, token, values, methods, messages, rate = sys.argv[1:]
    crowd = Crowd(url, token, rate=float(rate))
    attack(crowd, values=int(values), methods=int(methods), messages=int(messages))
    print(json.dumps({"asked": crowd.asked, "faults": crowd.faults}))


if __name__ == "__main__":
    main()
