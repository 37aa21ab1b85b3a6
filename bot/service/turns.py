"""Turns: runs what blocks in threads, in the order of each sender, and refuses too many."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")
NICE = int(os.environ.get("XNICE", "5"))


class BusyError(Exception):
    """More wait than may."""


class Turns:
    """A sender waits for their own turns only, and does not keep others from a thread."""

    def __init__(self, threads: int, most: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "turn", _step_back)
        self._most = most
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._asides: set[asyncio.Task[None]] = set()
        self.waiting = 0
        """How many began and have not ended."""

    async def run(self, sender_id: str, function: Callable[[], T]) -> T:
        """Run a function after the sender's earlier ones, or raise BusyError at once."""
        if self.waiting >= self._most:
            raise BusyError
        lock = self._locks.setdefault(sender_id, asyncio.Lock())
        self.waiting += 1
        try:
            async with lock:  # lets in those who wait in their order
                return await self.in_thread(function)
        finally:
            self.waiting -= 1

    async def in_thread(self, function: Callable[[], T]) -> T:
        """Run a function that belongs to nobody's turn."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, copy_context().run, function)

    def aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._asides.add(task)  # else it could be thrown away before its end
        task.add_done_callback(self._asides.discard)

    def close(self) -> None:
        """Wait for what runs."""
        self._pool.shutdown()


def _step_back() -> None:
    """Let this thread run after those that take in messages and send, where the system can."""
    if sys.platform == "linux":  # elsewhere it would hold for the whole process
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
