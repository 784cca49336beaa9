"""Health endpoints for machines: alive, ready, and metrics."""

import hmac
import ipaddress
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from community.core.crypto.cipher import keyed_digest
from community.core.errors import NotFound
from community.core.metrics import exposition
from community.core.migrations import head_revision, revisions
from community.core.settings import Settings
from community.core.web.request_context import services

# Headers that proxies, load balancers and content networks add to requests that they pass on.
PROXY_HEADERS = (
    "x-forwarded",
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-original",
    "x-envoy",
    "x-azure",
    "x-amzn",
    "true-client-ip",
    "cf-",
    "fly-",
    "fastly-",
    "via",
    "client-ip",
    "remote-addr",
)

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def alive() -> Response:
    """Answer that the process runs."""
    return jsonify(status="ok")


@health_pages.get("/readyz")
def ready() -> tuple[Response, int]:
    """Report on database, migrations and Redis. Without Redis the service is still ready: it costs latency only.

    So is it with a newer database: this process is from before a release, and works until it is replaced.
    """
    facts: dict[str, Any] = {"database": "up", "migrations": "current", "redis": "up"}
    started = time.perf_counter()
    try:
        with services().store.database.engine.connect() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        facts["migrations"] = _standing_of(revision)
    except SQLAlchemyError:
        facts |= {"database": "down", "migrations": "unknown"}
    facts["database_milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
    if not services().store.pubsub.ping():
        facts["redis"] = "down"
    is_ready = facts["database"] == "up" and facts["migrations"] in ("current", "ahead")
    return jsonify(status="ok" if is_ready else "unavailable", **facts), 200 if is_ready else 503


@health_pages.get("/metrics")
def metrics() -> Response:
    """Return Prometheus text, for this machine or with the token that `community doctor --metrics-token` prints."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not _is_loopback(request.remote_addr) and not _is_token(shown):
        raise NotFound
    return Response(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _standing_of(revision: str | None) -> str:
    """Compare the database's revision with this code; a revision that this code does not know is of newer code."""
    if revision == head_revision():
        return "current"
    return "pending" if revision is None or revision in revisions() else "ahead"


def _is_token(shown: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "replace"), metrics_token(services().settings).encode())


def metrics_token(settings: Settings) -> str:
    """Return the bearer token that `/metrics` requires from another machine."""
    return keyed_digest(settings.secret_key, "metrics", "token")


def _is_loopback(address: str | None) -> bool:
    try:
        return bool(address) and ipaddress.ip_address(address or "").is_loopback and not _is_forwarded()
    except ValueError:
        return False


def _is_forwarded() -> bool:
    """Return whether any header says that a proxy passed the request on, whichever header the proxy sets."""
    return any(name.lower().startswith(PROXY_HEADERS) for name in request.headers.keys())  # noqa: SIM118 - pairs else
