"""How many requests each web process answered, from the counters that the processes share on disk."""

from pathlib import Path

from prometheus_client.multiprocess import MultiProcessCollector

from tests.support.service import Service


def request_counts(service: Service, route: str) -> dict[int, int]:
    """For each process id the requests to a route that it answered; none for a process that answered nothing."""
    counts = {}
    for path in Path(service.env["COMMUNITY_DATA_DIR"], "metrics").rglob("histogram_*.db"):
        count = _answered(path, route)
        if count:
            counts[int(path.stem.rpartition("_")[2])] = count
    return counts


def _answered(path: Path, route: str) -> int:
    samples = [sample for metric in MultiProcessCollector.merge([str(path)]) for sample in metric.samples]
    return int(
        sum(
            sample.value
            for sample in samples
            if sample.name == "community_request_seconds_count" and sample.labels["route"] == route
        )
    )
