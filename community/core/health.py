"""Whether the service is alive, ready, and how it does: three doors for machines."""

import ipaddress
import time
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from community.core.crypto import derived
from community.core.errors import NotFound
from community.core.metrics import exposition
from community.core.migrations import head_revision
from community.core.settings import Settings
from community.core.web import web

health_pages = Blueprint("health", __name__)


@health_pages.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@health_pages.get("/readyz")
def ready() -> tuple[Response, int]:
    """Database, migrations and Redis. Redis away is still ready: it costs latency only."""
    facts: dict[str, Any] = {"database": "up", "migrations": "current", "redis": "up"}
    started = time.perf_counter()
    try:
        with web().store.database.engine.connect() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        facts["migrations"] = "current" if revision == head_revision() else "pending"
    except SQLAlchemyError:
        facts |= {"database": "down", "migrations": "unknown"}
    facts["database_milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
    if not web().store.bell.answers():
        facts["redis"] = "down"
    is_ready = facts["database"] == "up" and facts["migrations"] == "current"
    return jsonify(status="ok" if is_ready else "unavailable", **facts), 200 if is_ready else 503


@health_pages.get("/metrics")
def metrics() -> Response:
    """Prometheus text, for this machine or for who has the token that `community doctor --metrics-token` prints."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not _is_loopback(request.remote_addr) and shown != metrics_token(web().settings):
        raise NotFound
    return Response(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def metrics_token(settings: Settings) -> str:
    """What `/metrics` wants as a bearer token from another machine."""
    return derived(settings.secret_key, "metrics", "token")


def _is_loopback(address: str | None) -> bool:
    try:
        return bool(address) and ipaddress.ip_address(address or "").is_loopback and not _is_forwarded()
    except ValueError:
        return False


def _is_forwarded() -> bool:
    return any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
