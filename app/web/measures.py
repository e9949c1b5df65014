"""Figures of requests, counted by all processes of one machine in files they share.

They are read by the command `metrics` on a port of this machine alone; no page shows them.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess, values

from app.config import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """What requests did, by endpoint and status; how long they took, by room."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "gopy_requests",
            "Requests answered",
            ["endpoint", "method", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "gopy_request_seconds",
            "Seconds until the answer began",
            ["room"],
            buckets=SECONDS,
            registry=registry,
        )

    def count(self, endpoint: str, method: str, status: str, seconds: float) -> None:
        """One more request was answered."""
        known = method if method in ("GET", "HEAD", "POST") else "other"
        self.requests.labels(endpoint, known, status).inc()
        self.seconds.labels(endpoint.partition(".")[0]).observe(seconds)


def shared(settings: Settings) -> Path:
    """Where the processes of this machine keep their figures."""
    return settings.instance_dir / "metrics"


def begin(settings: Settings) -> Measures | None:
    """Figures that other processes can read; None where nobody asked for any."""
    if not settings.metrics_port:
        return None
    folder = shared(settings)
    folder.mkdir(parents=True, exist_ok=True)
    # the library looks for it when it is imported, which was before there were settings
    os.environ[FOLDER] = str(folder)
    values.ValueClass = values.get_value_class()
    return Measures(CollectorRegistry())


def forget(settings: Settings) -> None:
    """Figures of processes that have ended begin at nothing again; no process runs."""
    for file in shared(settings).glob("*.db"):
        file.unlink(missing_ok=True)


def gathered(settings: Settings) -> multiprocess.MultiProcessCollector:
    """What all processes counted, for a registry."""
    folder = shared(settings)
    folder.mkdir(parents=True, exist_ok=True)
    return multiprocess.MultiProcessCollector(None, path=str(folder))
