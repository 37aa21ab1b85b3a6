"""Sends what is in the outbox, and notes what became of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.messenger_client import MessengerClient
from bot.service.outbox import Outbox, Outgoing

log = logging.getLogger(__name__)
TOO_LATE = "the 24 hours in which a message may be answered were over"


@dataclass(frozen=True, slots=True)
class Sending:
    """Takes one message to the platform."""

    outbox: Outbox
    client: MessengerClient
    count: Callable[[str], None]
    """Told what became of each send."""
    clock: Callable[[], float] = time.time

    async def send(self, one: Outgoing) -> None:
        """Send a message, or leave it to be sent again."""
        if self.clock() > one.until:
            log.error("Message %s was not sent: %s", one.id, TOO_LATE)
            await asyncio.to_thread(self.outbox.settle, one.id, TOO_LATE)
            return
        if one.is_again:
            log.warning("Message %s is sent again: no echo of it came", one.id)
        verdict = await self.client.send(one)
        self.count(verdict.kind)
        match verdict.kind:
            case "sent":
                await asyncio.to_thread(self.outbox.settle, one.id)
            case "refused":
                log.error("Message %s was refused for good: %s", one.id, verdict.reason)
                await asyncio.to_thread(self.outbox.settle, one.id, verdict.reason)
            case "later":
                log.warning("Message %s is sent later: %s", one.id, verdict.reason)
                await asyncio.to_thread(self.outbox.retry, one.id, verdict.seconds)
            case "unknown":
                log.warning("Nobody knows whether %s was sent: %s", one.id, verdict.reason)
