"""A bot without models, and a chat window around it."""

import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from bot.channels import Bot
from bot.channels.choices import Choice
from bot.channels.composer import Composer
from bot.channels.terminal import ChatApp
from bot.channels.widgets import Answer, Note, Said, Transcript
from bot.types import Button, Entity, Intent, Message, Outcome, Reply, Turn

PATIENCE = 20.0
"""Seconds after which a test gives up on what it waits for."""
QUESTION = Reply("Which one?", (Button("Refund", "/refund"), Button("Dates", "/dates{}")))


class FakeBot:
    """Answers from a table, else echoes; can be held up, and remembers what it was asked."""

    def __init__(self, replies: Mapping[str, Reply | BaseException] | None = None) -> None:
        self.replies = replies or {}
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def handle(self, message: Message) -> Outcome:
        assert self.gate.wait(PATIENCE)
        self.asked.append(message.text)
        reply = self.replies.get(message.text, Reply(f"Echo: {message.text}"))
        if isinstance(reply, BaseException):
            raise reply
        turn = Turn(
            message,
            (Intent("faq/refund", 0.75), Intent("greet", 0.25)),
            (Entity("city", "Boston", 0, 1),),
        )
        return Outcome(turn, "echo", (reply,), {"course": "Python", "gone": None})

    def rate(self, sender_id: str, rating: int) -> str:
        self.asked.append(f"{rating} by {sender_id}")
        return f"Thank you for the {rating}."

    def restart(self, sender_id: str) -> None:
        self.asked.append(f"restart by {sender_id}")

    def profile(self, sender_id: str) -> Mapping[str, Any]:
        self.asked.append(f"profile of {sender_id}")
        return {"name": "Ada", "interests": ["chess", "tea"]}


class Window:
    """A chat window with somebody who types."""

    def __init__(self, app: ChatApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.transcript = app.query_one(Transcript)
        self.composer = app.query_one(Composer)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, then let the window settle."""
        for key in keys:
            character = " " if key == "space" else key
            self.app.post_message(events.Key(key, character if len(character) == 1 else None))
            await self.pilot.pause(0)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], Any]) -> None:
        """Let the window work until a condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"never came: {self.shown}"
            await self.pilot.pause(0)

    async def send(self, text: str) -> None:
        """Type a text and send it."""
        self.composer.text = text
        await self.press("enter")

    async def say(self, text: str) -> None:
        """Type a text, send it, and wait for one more answer."""
        before = len(self.answers)
        await self.send(text)
        await self.until(lambda: len(self.answers) > before)

    @property
    def answers(self) -> list[Answer]:
        return list(self.app.query(Answer))

    @property
    def shown(self) -> list[str]:
        """The conversation as plain text, with who said it."""
        return [_plain(widget) for widget in self.app.query("Said, Answer, Note")]

    @property
    def choices(self) -> list[Choice]:
        return list(self.app.query(Choice))


@asynccontextmanager
async def window(
    bot: Bot, load: Callable[[Callable[[str], None]], Bot] | None = None, width: int = 80
) -> AsyncIterator[Window]:
    app = ChatApp(load or (lambda report: bot), "ada")
    async with app.run_test(size=(width, 24)) as pilot:
        yield Window(app, pilot)


def _plain(widget: object) -> str:
    match widget:
        case Said():
            return f"you: {widget.query_one(Static).visual}"
        case Answer():
            return f"bot: {' '.join(reply.text for reply in widget.outcome.replies)}"
        case Note():
            return f"note: {widget.visual}"
    raise TypeError(widget)
