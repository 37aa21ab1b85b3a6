"""A bot that repeats what it is told, without models: what a service is tried with."""

from __future__ import annotations

import time
from pathlib import Path

from bot.attachments import Attachments
from bot.config import Settings
from bot.database import Store
from bot.feedback import FeedbackStore
from bot.manager import DialogueManager
from bot.picture_store import PictureStore
from bot.policy import Policy
from bot.skill import Skill
from bot.tracker import TrackerStore
from bot.types import Button, Context, Intent, Message, Reply, Turn

SLOW = 2.0
"""Seconds."""


class Echo(Skill[None]):
    """Says what was said, and how often the person spoke before."""

    def run(self, turn: Turn, context: Context) -> Reply:
        """Repeat a text or a picture; `buttons` brings some, `slowly` takes a while."""
        message, count = turn.message, int(context.slots.get("count", 0)) + 1
        time.sleep(SLOW if message.text == "slowly" else 0)
        said = "; ".join([message.text, *message.unreadable])
        buttons = (Button("Again", "again"), Button("Enough", "enough"))
        offered = buttons if message.text == "buttons" else ()
        return Reply(f"{count}: {said}", offered, message.images, slots={"count": count})


def load_light(settings: Settings, store: Store) -> DialogueManager:
    """Make the bot on a database."""
    skill = Echo(None, Path("none"))
    return DialogueManager(
        _understood,
        lambda: {"echo": skill},
        Policy({"say": "echo"}),
        TrackerStore(store),
        FeedbackStore(store),
        attachments=Attachments(PictureStore(settings.pictures, settings.picture_days)),
    )


def _understood(message: Message) -> Turn:
    return Turn(message, (Intent("say", 1.0),))
