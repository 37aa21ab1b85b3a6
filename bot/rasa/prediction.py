"""Which action comes next: a loop's own, else what the rules say, else what the stories say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.rasa.conversation import Conversation
from bot.rasa.domain import Domain
from bot.rasa.stories import ANY, LISTEN, Pattern


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predicts actions from patterns."""

    domain: Domain
    patterns: Sequence[Pattern]

    def next_action(self, state: Conversation) -> str | None:
        """Name the next action; None where nothing is foreseen for a message."""
        if state.followup:
            return state.followup
        if not state.steps:
            return LISTEN
        kind, name = state.steps[-1]
        if kind == "intent" and state.loop and state.rejected != state.loop:
            return state.loop
        if kind == "action" and name == state.loop:
            return LISTEN
        refused = state.rejected if kind == "intent" else None
        patterns = (each for each in self.patterns if each.action != refused)
        found = [each for each in patterns if self._fits(each, state)]
        if found:
            return max(found, key=lambda each: each.weight).action
        if kind == "intent":
            return None
        return state.loop or LISTEN  # what interrupted a loop is over

    def _fits(self, pattern: Pattern, state: Conversation) -> bool:
        count = len(pattern.before)
        return (
            state.steps[-count:] == pattern.before
            and pattern.loop in (ANY, state.loop)
            and all(self._holds(slot, value, state) for slot, value in pattern.slots.items())
            and _has(state.message, pattern.entities)
        )

    def _holds(self, slot: str, value: Any, state: Conversation) -> bool:
        if not self.domain.counts(slot):
            return True
        feature = self.domain.feature
        return bool(feature(slot, state.slots.get(slot)) == feature(slot, value))


def _has(message: Mapping[str, Any], entities: Mapping[str, Any]) -> bool:
    found = {each["entity"]: each.get("value") for each in message.get("entities") or ()}
    return all(name in found and value in (None, found[name]) for name, value in entities.items())
