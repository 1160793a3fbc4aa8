"""What Prometheus reads. Counters live where things happen; gauges are asked for at scrape time."""

from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

registry = CollectorRegistry()
ProcessCollector(registry=registry)
GCCollector(registry=registry)

_requests = Counter("vigie_requests", "Requests answered", ["method", "status"], registry=registry)
_seconds = Histogram(
    "vigie_request_seconds", "Time from the request's head to the answer's end", registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
sockets = Gauge("vigie_live_listeners", "Live sockets and event streams open", registry=registry)
reactions = Gauge("vigie_reactions", "Reactions by state", ["state"], registry=registry)
lag = Gauge("vigie_reaction_lag_seconds", "Age of the oldest reaction that is due", registry=registry)
cursor = Gauge("vigie_journal_id", "Newest journal id this process has published", registry=registry)
_jobs = Counter("vigie_job_runs", "Recurring jobs run", ["job", "result"], registry=registry)

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


@lru_cache(maxsize=512)
def _count(method: str, status: int) -> Counter:
    return _requests.labels(method, str(status))


def answered(method: str, status: int, seconds: float) -> None:
    """Count one request; 499 is a client that left."""
    _count(method if method in _METHODS else "other", status).inc()
    _seconds.observe(seconds)


def job_ran(name: str, *, ok: bool) -> None:
    """Count one run of a recurring job."""
    _jobs.labels(name, "ok" if ok else "error").inc()


def text() -> bytes:
    """The exposition format, version 0.0.4."""
    return generate_latest(registry)
