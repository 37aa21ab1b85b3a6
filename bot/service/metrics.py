"""Figures of the service for Prometheus, summed over its processes."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable with the folder in which several processes keep their figures."""
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics(logging.Handler):
    """Counts what happens; how long stages take it learns from their log records."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._registry = registry = CollectorRegistry()
        self._turns = Counter(
            "nocturne_turns", "Turns by who answered", ["channel", "skill"], registry=registry
        )
        self._stages = Histogram(
            "nocturne_stage_seconds",
            "Time of each stage of a turn",
            ["stage"],
            registry=registry,
            buckets=SECONDS,
        )
        self._requests = Histogram(
            "nocturne_request_seconds",
            "Time to answer a request",
            ["route", "status"],
            registry=registry,
            buckets=SECONDS,
        )
        self._events = Counter(
            "nocturne_messenger_events",
            "Events delivered by Messenger",
            ["kind"],
            registry=registry,
        )
        self._sends = Counter(
            "nocturne_messenger_sends", "Attempts to send, by result", ["result"], registry=registry
        )

    def emit(self, record: logging.LogRecord) -> None:
        """Take the time of a stage from its record."""
        name = getattr(record, "stage", None)
        if name is not None:
            self._stages.labels(name).observe(getattr(record, "seconds", 0.0))

    def turn(self, channel: str, skill: str) -> None:
        """Count a turn."""
        self._turns.labels(channel, skill).inc()

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, str(status)).observe(seconds)

    def event(self, kind: str) -> None:
        """Count an event of a delivery."""
        self._events.labels(kind).inc()

    def send(self, result: str) -> None:
        """Count an attempt to send."""
        self._sends.labels(result).inc()

    def text(self, queues: Mapping[str, int], versions: Mapping[str, str]) -> bytes:
        """Write all figures, with the lengths of the queues and the models in service now."""
        registry = self._registry
        if SHARED in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry) + _gauges(queues, versions).encode()


def _gauges(queues: Mapping[str, int], versions: Mapping[str, str]) -> str:
    """Figures that belong to the database rather than to a process."""
    lines = ["# HELP nocturne_queue What waits", "# TYPE nocturne_queue gauge"]
    lines += [f'nocturne_queue{{queue="{name}"}} {length}' for name, length in queues.items()]
    lines += ["# HELP nocturne_model Models in service", "# TYPE nocturne_model gauge"]
    lines += [
        f'nocturne_model{{learner="{learner}",version="{version}"}} 1'
        for learner, version in versions.items()
    ]
    return "\n".join([*lines, ""])
