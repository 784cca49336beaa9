"""Metrics keep to their size, whatever is asked of the service."""

import secrets

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from community.core import metrics
from community.core.ids import new_id
from community.core.metrics import OTHER, Labeled
from community.core.outbox.store import OutboxEvent
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWorkFactory
from community.processes.worker import Worker
from tests.conftest import NOON


def series_count() -> int:
    """How many series `/metrics` shows."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return sum(len(family.samples) for family in families)


def ask_oddly(client: FlaskClient, times: int) -> None:
    """Ask with invented methods, paths, hosts and headers."""
    for number in range(times):
        word = secrets.token_hex(4)
        method, path = (f"X{word}", "/healthz") if number % 2 else ("GET", f"/{word}/{word}?{word}=1")
        client.open(path, method=method, headers={"Host": f"{word}.example.org", f"X-{word}": word, "User-Agent": word})


def assert_odd_requests_add_nothing(client: FlaskClient, times: int) -> None:
    ask_oddly(client, 4)
    before = series_count()
    ask_oddly(client, times)
    assert series_count() == before


@pytest.mark.daily_on("sqlite")
def test_a_stranger_cannot_grow_the_metrics(client: FlaskClient) -> None:
    """A6: an invented method was a label, kept for ever."""
    client.open("/healthz", method="XFIRST")
    text = metrics.exposition().decode()
    assert 'method="other"' in text
    assert "XFIRST" not in text
    assert_odd_requests_add_nothing(client, 60)


@pytest.mark.prove
def test_a_stranger_cannot_grow_the_metrics_in_5000_tries(client: FlaskClient) -> None:
    """A6: the full count of the report."""
    assert_odd_requests_add_nothing(client, 5_000)


@pytest.mark.daily_on("sqlite")
def test_methods_in_any_spelling_are_one_series(client: FlaskClient) -> None:
    """A6: neighbours of an invented method are lower case and nearly right ones."""
    client.get("/healthz")
    client.open("/healthz", method="XFIRST")
    before = series_count()
    for method in ("get", "TRACE", "CONNECT", "PROPFIND", "GETT", "G-T", "other", "OTHER"):
        client.open("/healthz", method=method)
    assert series_count() == before


@pytest.mark.daily_on("sqlite")
def test_events_of_unknown_types_are_one_series(store: UnitOfWorkFactory, settings: Settings) -> None:
    """A6: the type of an old or foreign event is not a label either."""

    def put(count: int) -> None:
        with store.unit_of_work(now=NOON) as uow:
            row = {"subject": "", "payload": {}, "created_at": NOON, "due_at": NOON}
            rows = [row | {"id": new_id(), "type": f"odd.{secrets.token_hex(4)}"} for _ in range(count)]
            uow.session.execute(insert(OutboxEvent), rows)
        worker = Worker(store, settings)
        while worker.step(NOON):
            pass

    put(1)
    before = series_count()
    put(20)
    assert series_count() == before


def test_a_metric_has_a_ceiling_for_any_label() -> None:
    """A6: a label that is not closed after all cannot grow without end."""
    counter = Labeled(Counter("odd", "Odd", ["word"], registry=CollectorRegistry()), max_series=3)
    for number in range(50):
        counter.labels(str(number)).inc()
    assert {sample.labels["word"] for sample in counter._metric.collect()[0].samples} == {"0", "1", "2", OTHER}  # type: ignore[attr-defined]


def test_every_metric_with_labels_has_a_ceiling(app: Flask) -> None:
    """A6: none is used past `Labeled`."""
    bare = [name for name, value in vars(metrics).items() if isinstance(value, MetricWrapperBase) and value._labelnames]
    assert bare == []
