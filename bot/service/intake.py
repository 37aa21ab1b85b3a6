"""Intake: keeps what is delivered before it is acknowledged, never behind a turn of the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.channels.messenger import Echo, Event
from bot.database import Store
from bot.service.inbox import Delivered, Inbox
from bot.service.outbox import Outbox
from bot.service.turns import BusyError

COUNTING = 0.5
"""Seconds between two counts of what waits; to count costs."""


def _future() -> asyncio.Future[bool]:
    return asyncio.get_running_loop().create_future()


@dataclass(frozen=True, slots=True, eq=False)
class _Delivery:
    events: Sequence[Event]
    is_kept: asyncio.Future[bool] = field(default_factory=_future)


class Intake:
    """Writes by a connection and in a thread of its own, since turns hold theirs for long.

    What is delivered while one transaction runs goes into the next, together.
    """

    def __init__(self, store: Store, outbox_patience: float, most: int) -> None:
        """Take a connection that nobody else uses; more than `most` messages may not wait."""
        self._store = store
        self._inbox = Inbox(store)
        self._outbox = Outbox(store, outbox_patience)
        self._most = most
        self._thread = ThreadPoolExecutor(1, "intake")
        self._waiting: list[_Delivery] = []
        self._writing: asyncio.Task[None] | None = None
        self._counted, self._is_full = -COUNTING, False

    async def keep(self, events: Sequence[Event]) -> None:
        """Keep a delivery; BusyError where too much waits already."""
        delivery = _Delivery(events)
        self._waiting.append(delivery)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        if not await delivery.is_kept:
            raise BusyError

    def close(self) -> None:
        """Wait for what is being written, and let go of the connection."""
        self._thread.shutdown()
        self._store.close()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                kept = await loop.run_in_executor(self._thread, self._kept, batch)
            except Exception as error:
                for each in batch:
                    each.is_kept.set_exception(error)
                continue
            for each, is_kept in zip(batch, kept, strict=True):
                each.is_kept.set_result(is_kept)
        self._writing = None

    def _kept(self, batch: Sequence[_Delivery]) -> list[bool]:
        with self._store.transaction(synced=True):
            return [self._put(each.events) for each in batch]

    def _put(self, events: Sequence[Event]) -> bool:
        messages = [event for event in events if isinstance(event, Delivered)]
        if messages and self._has_too_many():
            return False
        for event in events:
            if isinstance(event, Echo):  # always welcome
                self._outbox.settle(event.outbox_id)
        self._inbox.put(messages)
        return True

    def _has_too_many(self) -> bool:
        now = time.monotonic()
        if now > self._counted + COUNTING:
            self._counted, self._is_full = now, self._inbox.waiting() >= self._most
        return self._is_full
