"""Counters and timings for Prometheus, over all processes of this host; labels are kinds and routes, never people."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

REQUESTS = Histogram(
    "community_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
EVENTS_SEEN = Counter("community_events_total", "Events that a worker has seen to", ["type", "result"])
EVENT_SECONDS = Histogram(
    "community_event_seconds",
    "From the moment it was due to the worker's commit",
    ["type"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 600.0),
)
EVENTS_STORED = Gauge(
    "community_outbox_events", "Events: due now, planned, dead", ["state"], multiprocess_mode="mostrecent"
)
OLDEST_DUE = Gauge(
    "community_oldest_due_seconds", "Age of what has been due longest", ["what"], multiprocess_mode="mostrecent"
)
DELIVERIES = Counter("community_deliveries_total", "Deliveries by what became of them", ["kind", "medium", "result"])
DELIVERY_SECONDS = Histogram("community_delivery_seconds", "From notice to sent", ["kind", "medium"])
MESSAGES = Counter("community_messages_total", "Messages accepted", ["result"])
REMINDERS = Counter("community_reminders_total", "Reminders of dates: given, or late and dropped", ["result"])
SOCKETS = Gauge("community_sockets", "Open sockets", multiprocess_mode="livesum")


def exposition() -> bytes:
    """All metrics in Prometheus text format; from every process when they share a multiprocess directory."""
    registry = CollectorRegistry()
    try:
        multiprocess.MultiProcessCollector(registry)
    except ValueError:  # no such directory: this process counts alone
        return generate_latest(REGISTRY)
    return generate_latest(registry)
