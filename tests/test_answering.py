"""Answering and sending: what happens when a turn or a send fails again and again."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from bot.answerer import APOLOGY
from bot.channels.messenger_client import MessengerClient, Verdict
from bot.config import Settings
from bot.database import Store
from bot.service.answering import MOST_ATTEMPTS, WINDOW, Answering
from bot.service.fetching import Fetcher
from bot.service.inbox import Delivered, Inbox
from bot.service.outbox import Outbox, Outgoing
from bot.service.sending import TOO_LATE, Sending
from bot.service.turns import BusyError, Turns
from bot.types import Message
from training.light_bot import load_light

NOW = 1_000_000.0


class Client:
    """Takes what is sent, with the verdicts of a test."""

    def __init__(self, *kinds: Any) -> None:
        self.verdicts = [Verdict(kind, "why", 5.0) for kind in kinds]

    async def send(self, _: Outgoing) -> Verdict:
        return self.verdicts.pop(0)

    async def tell(self, recipient_id: str, action: str) -> None:
        """Show nothing."""


class Desk:
    """An inbox, an outbox, and who works on them."""

    def __init__(self, home: Path, *verdicts: str) -> None:
        self.now = NOW
        self.store = Store.in_memory()
        self.inbox = Inbox(self.store, lambda: self.now)
        self.outbox = Outbox(self.store, 30.0, lambda: self.now)
        self.bot = load_light(Settings(home=home), self.store)
        self.client = cast(MessengerClient, Client(*verdicts))
        self.counted: list[str] = []

    def answer(self, key: str = "1") -> None:
        """Answer what is taken next."""

        async def work() -> None:
            turns = Turns(2, 10)
            answering = Answering(
                self.bot,
                self.inbox,
                self.outbox,
                turns,
                Fetcher([], 1),
                self.client,
                lambda _, skill: self.counted.append(skill),
            )
            for waiting in self.inbox.take(1):
                await answering.answer(waiting)
            turns.close()

        self.inbox.put([Delivered(key, "ana", self.now, {"text": "hi", "attachments": []})])
        asyncio.run(work())

    def send(self) -> None:
        """Send what is begun next."""

        async def work() -> None:
            sending = Sending(self.outbox, self.client, self.counted.append, lambda: self.now)
            for one in self.outbox.begin(1):
                await sending.send(one)

        asyncio.run(work())

    def replies(self) -> list[str]:
        """What waits to be sent."""
        return [each.data["message"]["text"] for each in self.outbox.begin(9)]


def broken(_: Message) -> Any:
    raise RuntimeError("the model is broken")


def test_a_message_and_its_replies_are_settled_together(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.answer()

    assert desk.replies() == ["1: hi"]
    assert desk.inbox.waiting() == 0
    assert desk.counted == ["echo"]


def test_a_turn_that_fails_is_tried_again_and_then_apologised_for(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    object.__setattr__(desk.bot, "understand", broken)
    for _ in range(MOST_ATTEMPTS):
        desk.answer()
        assert desk.replies() == []
        desk.now += 100
    desk.answer()

    assert desk.replies() == [APOLOGY.text]
    assert desk.inbox.waiting() == 0


def test_a_message_that_somebody_else_answered_leaves_no_trace(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    understand = desk.bot.understand

    def overtaken(message: Message) -> Any:
        desk.inbox.settle(1)
        return understand(message)

    object.__setattr__(desk.bot, "understand", overtaken)
    desk.answer()

    assert desk.replies() == []
    assert desk.bot.tracker.events("ana") == []


@pytest.mark.parametrize(
    ("verdict", "waits", "error"),
    [("sent", 0, None), ("refused", 0, "why"), ("later", 1, None), ("unknown", 1, None)],
)
def test_what_became_of_a_send_is_noted(
    tmp_path: Path, verdict: str, waits: int, error: str | None
) -> None:
    desk = Desk(tmp_path, verdict)
    desk.answer()
    desk.send()
    (row,) = desk.store.db.table("outbox").rows

    assert desk.outbox.waiting() == waits
    assert row["error"] == error
    assert desk.counted[-1] == verdict


def test_a_reply_is_not_sent_when_the_24_hours_are_over(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.answer()
    desk.now += WINDOW + 1
    desk.send()

    assert [row["error"] for row in desk.store.db.table("outbox").rows] == [TOO_LATE]


def test_a_sender_waits_for_their_own_turns_only() -> None:
    order: list[str] = []
    first_may_end = threading.Event()

    def first() -> None:
        assert first_may_end.wait(30)
        order.append("ana 1")

    async def work() -> None:
        turns = Turns(2, 10)
        slow = asyncio.create_task(turns.run("ana", first))
        next_one = asyncio.create_task(turns.run("ana", lambda: order.append("ana 2")))
        await turns.run("ben", lambda: order.append("ben"))
        first_may_end.set()
        await asyncio.gather(slow, next_one)
        turns.close()

    asyncio.run(work())

    assert order == ["ben", "ana 1", "ana 2"]


def test_too_many_turns_are_refused_at_once() -> None:
    async def work() -> None:
        turns = Turns(1, 0)
        with pytest.raises(BusyError):
            await turns.run("ana", lambda: None)
        turns.close()

    asyncio.run(work())
