"""Counters and timings for Prometheus, over all processes of this host; labels are kinds and routes, never people.

Every label comes from a closed set, and no metric grows beyond `MAX_SERIES`, whatever is asked of the service. Each
series is kept in memory and on disk until the process ends: one that a stranger can invent is a leak.
"""

from collections.abc import Container, Iterable
from contextlib import suppress
from typing import Generic, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from community.core import metric_folders

M = TypeVar("M", bound=MetricWrapperBase)

MAX_SERIES = 3_000
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Labeled(Generic[M]):
    """A metric with labels and a maximum number of series; further ones are counted as "other"."""

    def __init__(self, metric: M, *, max_series: int = MAX_SERIES) -> None:
        self._metric = metric
        self._max_series = max_series
        self._seen: set[tuple[str, ...]] = set()

    def labels(self, *values: str) -> M:
        """Return the series of these label values, or the series "other" when there are too many already."""
        if values not in self._seen:
            if len(self._seen) >= self._max_series:
                values = (OTHER,) * len(values)
            self._seen.add(values)
        return self._metric.labels(*values)


def known(value: str, values: Container[str]) -> str:
    """Return the value when it is in the closed set, else "other"."""
    return value if value in values else OTHER


REQUESTS = Labeled(
    Histogram(
        "community_request_seconds",
        "Time to answer a request",
        ["method", "route", "status"],
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
    )
)
EVENTS_SEEN = Labeled(Counter("community_events_total", "Events that a worker has seen to", ["type", "result"]))
EVENT_SECONDS = Labeled(
    Histogram(
        "community_event_seconds",
        "From the moment it was due to the worker's commit",
        ["type"],
        buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 600.0),
    )
)
EVENTS_STORED = Labeled(
    Gauge("community_outbox_events", "Events: due now, planned, dead", ["state"], multiprocess_mode="mostrecent")
)
OLDEST_DUE = Labeled(
    Gauge("community_oldest_due_seconds", "Age of what has been due longest", ["what"], multiprocess_mode="mostrecent")
)
DELIVERIES = Labeled(
    Counter("community_deliveries_total", "Deliveries by what became of them", ["kind", "medium", "result"])
)
DELIVERY_SECONDS = Labeled(Histogram("community_delivery_seconds", "From notice to sent", ["kind", "medium"]))
MESSAGES = Labeled(Counter("community_messages_total", "Messages accepted", ["result"]))
REMINDERS = Labeled(Counter("community_reminders_total", "Reminders of dates: given, or late and dropped", ["result"]))
LOG_FIELDS_DROPPED = Counter("community_log_fields_dropped_total", "Fields dropped from log lines")
SOCKETS = Gauge("community_sockets", "Open sockets", multiprocess_mode="livesum")


class _Merged(Collector):
    """Metrics of several processes, read from their files."""

    def __init__(self, files: list[str]) -> None:
        self._files = files

    def collect(self) -> Iterable[Metric]:
        merged: Iterable[Metric] = multiprocess.MultiProcessCollector.merge(self._files, accumulate=True)
        return merged


def exposition() -> bytes:
    """Return all metrics of every process on the same data directory in Prometheus text format."""
    for _ in range(3):
        files = metric_folders.files()
        if files is None:
            break
        registry = CollectorRegistry()
        with suppress(FileNotFoundError):  # a process ended while we looked
            registry.register(_Merged(files))
            return generate_latest(registry)
    return generate_latest(REGISTRY)
