"""Counters and timings for Prometheus, over all processes of this host; labels are kinds and routes, never people.

Every label comes from a closed set, and no metric grows beyond `MAX_SERIES`, whatever is asked of the service. Each
series is kept in memory and on disk until the process ends: one that a stranger can invent is a leak.
"""

from collections.abc import Container
from typing import Generic, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.metrics import MetricWrapperBase

M = TypeVar("M", bound=MetricWrapperBase)

MAX_SERIES = 3_000
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Labeled(Generic[M]):
    """A metric with labels whose number of series has a ceiling; what comes after it is counted as "other"."""

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
SOCKETS = Gauge("community_sockets", "Open sockets", multiprocess_mode="livesum")


def exposition() -> bytes:
    """All metrics in Prometheus text format; from every process when they share a multiprocess directory."""
    registry = CollectorRegistry()
    try:
        multiprocess.MultiProcessCollector(registry)
    except ValueError:  # no such directory: this process counts alone
        return generate_latest(REGISTRY)
    return generate_latest(registry)
