"""Delivers to a webhook as Messenger's platform does: again and again, until it is acknowledged."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from training.messenger_events import signature
from training.messenger_platform import Platform

PATH = "/webhooks/messenger/webhook"
ECHOING = 8
"""Connections for echoes."""
AGAIN = 0.1
"""Seconds until a delivery is tried again."""
SECONDS = 20.0
"""For one try, as the platform gives up."""


@dataclass
class Courier:
    """Delivers over one connection; `times` are those of acknowledged deliveries, in seconds."""

    port: int
    times: list[float] = field(default_factory=list)
    tries: int = 0
    _connection: http.client.HTTPConnection | None = None

    def post(self, body: bytes, sign: str | None = None) -> int:
        """Deliver once; give the status."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"X-Hub-Signature-256": signature(body) if sign is None else sign}
        began = time.perf_counter()
        try:
            self._connection.request("POST", PATH, body, headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if answer.status == 200:
            self.times.append(time.perf_counter() - began)
        return answer.status

    def deliver(self, body: bytes, until: float) -> bool:
        """Deliver until it is acknowledged, or the time is over."""
        while time.monotonic() < until:
            self.tries += 1
            try:
                if self.post(body) == 200:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(AGAIN)
        return False

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class EchoThreads:
    """Deliver the echoes of what the platform has taken, until `stop`."""

    def __init__(self, platform: Platform, port: int, until: float) -> None:
        self._platform = platform
        self._port = port
        self._until = until
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(ECHOING)]

    def start(self) -> None:
        """Deliver what comes."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Deliver no more."""
        for _ in self._threads:
            self._platform.echoes.put(b"")

    def _run(self) -> None:
        courier = Courier(self._port)
        while body := self._platform.echoes.get():
            courier.deliver(body, self._until)
        courier.close()


def percentile(times: Sequence[float], part: float) -> float:
    """The time within which so large a part of all lies."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
