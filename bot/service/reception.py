"""Reception: keeps what is delivered before it is acknowledged, whatever else is at work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.channels.messenger import Echo, Event
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


class Reception:
    """Writes in a thread of its own, so that nobody who delivers waits for a free one.

    What is delivered while one transaction runs goes into the next, together.
    """

    def __init__(self, inbox: Inbox, outbox: Outbox, most: int) -> None:
        """Take both queues of one database; more than `most` messages may not wait."""
        self._inbox = inbox
        self._outbox = outbox
        self._most = most
        self._thread = ThreadPoolExecutor(1, "reception")
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
        """Wait for what is being written."""
        self._thread.shutdown()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                kept = await loop.run_in_executor(self._thread, self._kept, batch)
            except Exception as error:
                for each in _there(batch):
                    each.is_kept.set_exception(error)
                continue
            answers = dict(zip(batch, kept, strict=True))
            for each in _there(batch):
                each.is_kept.set_result(answers[each])
        self._writing = None

    def _kept(self, batch: Sequence[_Delivery]) -> list[bool]:
        with self._inbox.store.transaction(synced=True):
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


def _there(batch: Sequence[_Delivery]) -> list[_Delivery]:
    """Those whose senders have not hung up meanwhile."""
    return [each for each in batch if not each.is_kept.done()]
