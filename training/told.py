"""What dialogues to learn from teach of messages that can be understood alone."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path

from bot.annotation import parse_annotation
from bot.dialogues.dialogue import Step
from bot.dialogues.reading import read_dialogues
from bot.reloading import folder_stamp
from bot.types import Example

FOLDER = "dialogues"


def intents_told(data: Path) -> list[Example]:
    """Give each message with its intent; entities stay annotated."""
    return [Example(text, step.intent) for text, step in _alone(data) if step.intent]


def answers_told(data: Path) -> list[Example]:
    """Give each question with the id of the answer that is right."""
    return [
        Example(parse_annotation(text)[0], step.answer)
        for text, step in _alone(data)
        if step.answer
    ]


def _alone(data: Path) -> tuple[tuple[str, Step], ...]:
    folder = data / FOLDER
    return _read(folder, folder_stamp(folder))


@lru_cache(maxsize=1)
def _read(folder: Path, stamp: Hashable) -> tuple[tuple[str, Step], ...]:  # noqa: ARG001 - its key
    """Read only what has changed: several learners are taught by it, one after the other."""
    return tuple(
        (step.user, step)
        for file in sorted(folder.glob("*.yml"))
        for dialogue in read_dialogues(file)
        for step in dialogue.steps
        if step.user and not step.needs_context
    )
