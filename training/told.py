"""What dialogues to learn from teach of messages that can be understood alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.annotation import parse_annotation
from bot.dialogues.dialogue import Step
from bot.dialogues.reading import read_dialogues
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


def _alone(data: Path) -> Iterator[tuple[str, Step]]:
    for file in sorted((data / FOLDER).glob("*.yml")):
        for dialogue in read_dialogues(file):
            for step in dialogue.steps:
                if step.user and not step.needs_context:
                    yield step.user, step
