"""Answers what is in the inbox: the turn, its replies, and its end there are one transaction."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bot.answerer import APOLOGY
from bot.channels.messenger_client import MessengerClient
from bot.channels.messenger_replies import Body, messages_of
from bot.errors import PictureError
from bot.manager import DialogueManager
from bot.service.fetching import Fetcher
from bot.service.inbox import AnsweredError, Inbox, Waiting
from bot.service.outbox import Outbox
from bot.service.turns import BusyError, Turns
from bot.stages import TURN, stage
from bot.types import Message, Outcome

log = logging.getLogger(__name__)
CHANNEL = "messenger"
WINDOW = 24 * 3600.0
"""Seconds after a person's message in which the platform lets us answer it."""
MOST_ATTEMPTS = 5
"""After as many, a message is answered by an apology, so that it holds up nobody for ever."""
MOST_PICTURES = 10
CALM = 3
"""Turns at work, from which on nobody is told that the bot has seen their message and types."""
NO_PICTURE = {
    "audio": "I can't listen to recordings yet. Please write it, or send a picture.",
    "video": "I can't watch videos yet. Please send a picture, or write it.",
    "file": "I can't open files yet. Please send a picture, or write it.",
}
NOTHING_ELSE = "I can only read texts and look at pictures."


@dataclass(frozen=True, slots=True)
class Answering:
    """Takes one message through its turn."""

    bot: DialogueManager
    inbox: Inbox
    outbox: Outbox
    turns: Turns
    fetcher: Fetcher
    client: MessengerClient
    count: Callable[[str, str], None]
    """Told the channel and the skill of each turn."""

    async def answer(self, waiting: Waiting) -> None:
        """Answer a message, or leave it to be taken again."""
        TURN.set(waiting.message.key)
        if waiting.attempts > MOST_ATTEMPTS:
            log.error("A message was given up after %s attempts", MOST_ATTEMPTS)
            await self.turns.in_thread(partial(self._give_up, waiting))
            return
        try:
            await self._answered(waiting)
        except AnsweredError:
            log.info("Another process answered the message meanwhile")
        except BusyError:
            await self._leave(waiting, 1.0)
        except Exception:
            log.exception("A message could not be answered yet")
            await self._leave(waiting, 2.0**waiting.attempts)

    async def _leave(self, waiting: Waiting, seconds: float) -> None:
        await asyncio.to_thread(self.inbox.give_back, waiting.id, seconds)

    async def _answered(self, waiting: Waiting) -> None:
        delivered = waiting.message
        is_calm = waiting.attempts == 1 and self.turns.waiting < CALM
        for action in ("mark_seen", "typing_on") if is_calm else ():
            self.turns.aside(self.client.tell(delivered.sender_id, action))
        message = Message(delivered.sender_id, delivered.data["text"], (), CHANNEL, delivered.key)
        if not delivered.data["attachments"]:
            await self._handled(waiting, message)
            return
        with tempfile.TemporaryDirectory(prefix="nocturne-") as folder:
            with stage("fetch"):
                images, problems = await self._pictures(delivered.data, Path(folder))
            message = replace(message, images=images, unreadable=problems)
            await self._handled(waiting, message)

    async def _handled(self, waiting: Waiting, message: Message) -> None:
        handle = partial(self.bot.handle, message, partial(self._keep, waiting))
        outcome = await self.turns.run(message.sender_id, handle)
        self.count(CHANNEL, outcome.skill)

    def _keep(self, waiting: Waiting, outcome: Outcome) -> None:
        self.inbox.settle(waiting.id)
        self._put(waiting, messages_of(outcome))

    def _give_up(self, waiting: Waiting) -> None:
        with self.inbox.store.transaction():
            self.inbox.settle(waiting.id)
            self._put(waiting, [{"message": {"text": APOLOGY.text}}])

    def _put(self, waiting: Waiting, messages: Sequence[Body]) -> None:
        self.outbox.add(waiting.message.sender_id, messages, waiting.message.sent + WINDOW)

    async def _pictures(
        self, data: Mapping[str, Any], folder: Path
    ) -> tuple[tuple[Path, ...], tuple[str, ...]]:
        """Fetch the pictures of a message; say why for each that cannot be had."""
        files, problems = [], []
        for number, each in enumerate(data["attachments"][:MOST_PICTURES]):
            if each["type"] != "image":
                problems.append(NO_PICTURE.get(each["type"], NOTHING_ELSE))
                continue
            try:
                content = await self.fetcher.fetch(each["url"])
            except PictureError as error:
                problems.append(str(error))
                continue
            file = folder / f"picture-{number}"
            file.write_bytes(content)
            files.append(file)
        return tuple(files), tuple(dict.fromkeys(problems))
