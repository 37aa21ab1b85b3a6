"""What a label of a text teaches, and whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.annotation import annotated
from bot.review.ranking import Item
from bot.types import INTENT, OUT_OF_SCOPE, Entity, Example


@dataclass(frozen=True, slots=True)
class Label:
    """What an example of a learner should give."""

    learner: str
    target: str
    title: str = ""
    """What people call it."""
    intent: str | None = None
    """The intent that a text with this label has, where the learner is another one."""

    @property
    def name(self) -> str:
        """How it is written in files: as an intent, or as Rasa's retrieval intents `faq/refund`."""
        if self.learner == INTENT:
            return self.target
        return f"{self.intent or self.learner}/{self.target}"


def lessons_of(item: Item, label: Label) -> dict[str, Example]:
    """Say what a label teaches whom: its learner, and of a text the intents' learner with it."""
    intent = label.target if label.learner == INTENT else label.intent
    if item.turn and item.turn.picture:
        intent = None
    own = {} if label.learner == INTENT else {label.learner: Example(item.text, label.target)}
    return {**own, **({INTENT: Example(annotated_text(item), intent)} if intent else {})}


def out_of_scope(item: Item) -> dict[str, Example]:
    """Say what it teaches that no skill is for a text, or that a picture is of something else."""
    if item.turn and item.turn.picture:
        return {item.turn.skill: Example(item.text, OUT_OF_SCOPE)}
    return {INTENT: Example(annotated(item.text), OUT_OF_SCOPE)}


def annotated_text(item: Item) -> str:
    """Write the text with the entities that were found in it."""
    return annotated(item.text, _apart(item.turn.entities if item.turn else (), item.text))


def _apart(entities: Iterable[Entity], text: str) -> Iterator[Entity]:
    """Those that lie in the text, and not over an earlier one."""
    end = 0
    for entity in sorted(entities, key=lambda entity: entity.start):
        if end <= entity.start < entity.end <= len(text):
            end = entity.end
            yield entity
