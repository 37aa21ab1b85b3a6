"""Pump: takes what waits in the database, a few at a time, and works on each in a task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)
POLL = 0.5
"""Seconds after which is looked for what another process may have left."""
MISHAP = 2.0
"""Seconds to wait where the database cannot be used."""


class Pump(Generic[T]):
    """`take` blocks and gives at most so many; `work` must not raise, but is not trusted."""

    def __init__(
        self,
        take: Callable[[int], Sequence[T]],
        work: Callable[[T], Awaitable[None]],
        most: int,
    ) -> None:
        self._take = take
        self._work = work
        self._most = most
        self._wanted = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = True

    def wake(self) -> None:
        """Look at once: something was put there."""
        self._wanted.set()

    async def run(self) -> None:
        """Take and work until the pump is closed."""
        while self._is_open:
            self._wanted.clear()
            free = self._most - len(self._tasks)
            taken = await self._taken(free) if free else ()
            for item in taken:
                task = asyncio.create_task(self._worked(item))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if not taken:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), POLL)

    async def close(self) -> None:
        """Take nothing more, and wait for the end of what was taken."""
        self._is_open = False
        self.wake()
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _taken(self, most: int) -> Sequence[T]:
        try:
            return await asyncio.to_thread(partial(self._take, most))
        except Exception:
            log.exception("Nothing could be taken from the database")
            await asyncio.sleep(MISHAP)
            return ()

    async def _worked(self, item: T) -> None:
        try:
            await self._work(item)
        except Exception:
            log.exception("Work on %s failed", type(item).__name__)
        finally:
            self.wake()
