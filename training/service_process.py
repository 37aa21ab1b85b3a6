"""Runs the service in a process of its own, to be tried, killed and started again."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import PROJECT

MODULE = "training.light_service"
STARTED = 120.0
"""Seconds in which the service has to be ready."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class ServiceProcess:
    """The service with the light bot, or by another command, in a home of its own."""

    home: Path
    options: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    which: str = "light"
    """The bot: `light`, or `whole`, with all models."""
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """All that it has logged."""
        return (self.home / "service.log").read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        """The number of its first process."""
        if self._process is None:
            raise RuntimeError("The service does not run.")
        return self._process.pid

    def start(self, wait: bool = True) -> None:
        """Start it, and wait until it is ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", MODULE, str(self.home), str(self.port)]
        with (self.home / "service.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, json.dumps(dict(self.options)), self.which],
                cwd=PROJECT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it says that it is ready."""
        until = time.monotonic() + STARTED
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"The service has ended: {self.log[-2000:]}")
            if self.status("/ready") == 200:
                return
            time.sleep(0.05)
        raise RuntimeError(f"The service does not become ready: {self.log[-2000:]}")

    def status(self, path: str) -> int:
        """What it answers to a request; 0 where it does not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to end, and wait; give its exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if how == signal.SIGKILL:
            os.killpg(process.pid, how)
        elif process.poll() is None:
            process.send_signal(how)
        return process.wait(timeout=60)
