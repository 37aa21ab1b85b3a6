"""Ways in and out of the bot, and what a channel needs of the bot that it serves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from bot.types import Message, Outcome

if TYPE_CHECKING:
    from bot.review.ranking import Item
    from bot.review.session import Review


class Bot(Protocol):
    """Answers messages, one turn after the other for each sender; its calls block."""

    def handle(self, message: Message) -> Outcome:
        """Answer a message."""
        ...

    def rate(self, sender_id: str, rating: int) -> str:
        """Take a verdict, 1 to 5, on the last reply; returns a sentence for the person."""
        ...

    def restart(self, sender_id: str) -> None:
        """Begin a new conversation."""
        ...

    def profile(self, sender_id: str) -> Mapping[str, Any]:
        """Give what is known of a person."""
        ...


Load = Callable[[Callable[[str], None]], Bot]
"""Makes the bot, telling in words what it is loading; a BotError says what is missing."""


class Backlog(Protocol):
    """What waits for a person to review; its calls block."""

    def review(self) -> Review:
        """Begin a sitting."""
        ...

    def parsed_again(self, report: Callable[[str], None]) -> list[Item]:
        """Rank anew, with what the version in service understands."""
        ...
