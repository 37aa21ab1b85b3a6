"""A project's own test stories: how many of their actions are predicted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.annotation import parse_annotation
from bot.rasa.conversation import Conversation, after, begun
from bot.rasa.prediction import Prediction
from bot.rasa.stories import Step, Story


@dataclass(frozen=True, slots=True)
class Played:
    """One action of a test story, and what was predicted in its place."""

    story: str
    wanted: str
    predicted: str | None

    @property
    def is_right(self) -> bool:
        """Whether they are the same."""
        return self.wanted == self.predicted


Understand = Callable[[str], Mapping[str, Any]]
"""Gives what is understood of a text, in Rasa's shape."""


def played(
    stories: Sequence[Story], prediction: Prediction, understand: Understand | None = None
) -> list[Played]:
    """Play stories as `rasa test core` does: events are the story's own.

    Intents are so, too, unless the texts of those that have one are to be understood.
    """
    return [each for story in stories for each in _played(story, prediction, understand)]


def _played(
    story: Story, prediction: Prediction, understand: Understand | None
) -> Iterator[Played]:
    state = begun(prediction.domain)
    for step in story.steps:
        if step.kind == "action":
            state, predicted = _predicted(state, str(step.name), prediction)
            yield Played(story.name, str(step.name), predicted)
        event = _event(step)
        if understand and step.kind == "intent" and step.value:
            event["parse_data"] = understand(event["text"])
        state = after(state, event, prediction.domain)


def _predicted(
    state: Conversation, wanted: str, prediction: Prediction
) -> tuple[Conversation, str | None]:
    """Predict; a loop that the story does not go on with must have rejected the message."""
    predicted = prediction.next_action(state)
    if predicted != wanted and predicted == state.loop:
        rejected = {"event": "action_execution_rejected", "name": predicted}
        state = after(state, rejected, prediction.domain)
        predicted = prediction.next_action(state)
    return state, predicted


def _event(step: Step) -> dict[str, Any]:
    match step.kind:
        case "intent":
            text = str(step.value or f"/{step.name}")
            plain, entities = parse_annotation(text)
            found = [{"entity": each.type, "value": each.value} for each in entities]
            parsed = {"intent": {"name": step.name}, "text": plain, "entities": found}
            return {"event": "user", "text": plain, "parse_data": parsed}
        case "slot":
            return {"event": "slot", "name": step.name, "value": step.value}
        case kind:
            return {"event": kind, "name": step.name}


def summary(found: Sequence[Played]) -> list[str]:
    """Say for people how the stories went; first what was predicted otherwise."""
    wrong = [each for each in found if not each.is_right]
    failed = {each.story for each in wrong}
    stories = {each.story for each in found}
    return [
        *(f"{each.story}: {each.wanted} was wanted, {each.predicted} comes" for each in wrong),
        f"{len(found) - len(wrong)} of {len(found)} actions are predicted, "
        f"{len(stories) - len(failed)} of {len(stories)} stories as a whole.",
    ]
