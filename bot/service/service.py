"""Service: all that one process of it has: database, bot, queues, and who works on them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.channels.messenger import Event
from bot.channels.messenger_client import SENDS, MessengerClient
from bot.config import Settings
from bot.database import Store, open_store
from bot.errors import BotError
from bot.manager import DialogueManager
from bot.picture_store import DAY
from bot.retention import retain
from bot.service.answering import Answering
from bot.service.fetching import Fetcher
from bot.service.inbox import Inbox, Waiting
from bot.service.metrics import Metrics
from bot.service.options import Credentials, Options
from bot.service.outbox import Outbox, Outgoing
from bot.service.pump import Pump
from bot.service.reception import Reception
from bot.service.sending import Sending
from bot.service.turns import Turns

log = logging.getLogger(__name__)
HOUSEKEEPING = 3600.0
"""Seconds between two looks for what is to be forgotten."""

Load = Callable[[Settings, Store], DialogueManager]
"""Makes the bot on a database; a BotError says what is missing."""


class Service:
    """One process of the service, from `start` to `stop`; its calls do not block."""

    store: Store
    inbox: Inbox
    outbox: Outbox
    _client: MessengerClient
    _reception: Reception

    def __init__(
        self, settings: Settings, options: Options, credentials: Credentials, load: Load
    ) -> None:
        self.settings = settings
        self.options = options
        self.credentials = credentials
        self.metrics = Metrics()
        self.turns = Turns(options.threads, options.queue)
        self.bot: DialogueManager | None = None
        self.problem = ""
        """Why there is no bot, in words."""
        self._load = load
        self._pumps: list[Pump[Waiting] | Pump[Outgoing]] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Load the bot and do what waits; meanwhile, deliveries are taken in already."""
        self.store = open_store(self.settings.database, self.settings.database_key)
        self.inbox = Inbox(self.store)
        self.outbox = Outbox(self.store, self.options.messenger_patience)
        self._reception = Reception(self.inbox, self.outbox, self.options.queue)
        self._client = MessengerClient(self.options, self.credentials)
        self.beside(self._begin())
        self.beside(self._keep_house())

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something as long as the service runs."""
        self._tasks.append(asyncio.create_task(work))

    async def finish(self) -> None:
        """Finish the turns and sends that began; the rest waits in the database."""
        await asyncio.gather(*(pump.close() for pump in self._pumps))

    async def stop(self) -> None:
        """Let go of everything, when nobody is served any more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.turns.close)
        await self._client.close()
        await asyncio.to_thread(self._reception.close)
        self.store.close()

    async def keep(self, events: Sequence[Event]) -> None:
        """Keep what was delivered; BusyError where too much waits already."""
        await self._reception.keep(events)
        for pump in self._pumps:
            pump.wake()

    async def _begin(self) -> None:
        try:
            self.bot = await asyncio.to_thread(self._load, self.settings, self.store)
        except BotError as error:
            self.problem = str(error)
            log.error("%s", error)
            return
        except Exception as error:
            self.problem = f"The bot could not be loaded ({type(error).__name__})."
            log.exception("The bot could not be loaded")
            return
        log.info("The bot is ready")
        if self.credentials.has_messenger:
            await self._serve_messenger(self.bot)

    async def _serve_messenger(self, bot: DialogueManager) -> None:
        most = int(self.options.picture_mb * 1e6)
        fetcher = Fetcher(self.options.messenger_hosts, most)
        answering = Answering(
            bot, self.inbox, self.outbox, self.turns, fetcher, self._client, self.metrics.turn
        )
        sending = Sending(self.outbox, self._client, self.metrics.send)
        outgoing = Pump(self.outbox.begin, sending.send, SENDS)

        async def answer(waiting: Waiting) -> None:
            await answering.answer(waiting)
            outgoing.wake()

        incoming = Pump(self.inbox.take, answer, self.options.threads)
        self._pumps = [incoming, outgoing]
        await asyncio.gather(incoming.run(), outgoing.run())

    async def _keep_house(self) -> None:
        while True:
            before = time.time() - self.options.remember_days * DAY
            await asyncio.to_thread(self.inbox.forget, before)
            await asyncio.to_thread(self.outbox.forget, before)
            await asyncio.to_thread(retain, self.settings, self.store, time.time())
            await asyncio.sleep(HOUSEKEEPING)
