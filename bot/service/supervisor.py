"""Supervisor: keeps so many processes at work, starts those anew that end, and ends them all."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess

log = logging.getLogger(__name__)
PAUSE = 1.0
"""Seconds after which a process that ended is started anew."""


class Supervisor:
    """Runs `work` in several processes until the first of them all is asked to end."""

    def __init__(self, work: Callable[..., None], arguments: tuple[object, ...], most: int) -> None:
        self._work = work
        self._arguments = arguments
        self._most = most
        self._is_over = threading.Event()
        self._processes: list[BaseProcess] = []

    def run(self, grace: float) -> None:
        """Keep the processes at work; in the end each has `grace` seconds to finish."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self._is_over.set())
        self._processes = [self._started() for _ in range(self._most)]
        while not self._is_over.is_set():
            connection.wait([each.sentinel for each in self._processes], PAUSE)
            if not self._is_over.is_set():
                self._processes = [self._at_work(each) for each in self._processes]
        self._end(time.monotonic() + grace)

    def _at_work(self, process: BaseProcess) -> BaseProcess:
        if process.is_alive():
            return process
        log.error("A process ended with %s; another takes its place", process.exitcode)
        self._is_over.wait(PAUSE)
        return self._started()

    def _started(self) -> BaseProcess:
        process = get_context("spawn").Process(target=self._work, args=self._arguments)
        process.start()
        return process

    def _end(self, until: float) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(max(until - time.monotonic(), 0))
            if process.is_alive():
                process.kill()
                process.join()
