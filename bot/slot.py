"""Slot: one thing that a form asks for, and how it is heard in what people say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

from bot.entities import EntityPatterns
from bot.nlu import has_words
from bot.nlu_data import NluData
from bot.types import Button, Entity, Turn

ANSWER = "answer_form"
"""The intent of a button that answers a form's question."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing to know. Without `entity` and `choices`, the whole answer to its question is it."""

    name: str
    """Its name among the conversation's slots and in the person's profile."""
    question: str
    """May name slots before it, as in `"When on {day}?"`."""
    _: KW_ONLY
    title: str = ""
    """What people call it; its name unless set."""
    entity: str | tuple[str, ...] = ()
    """Types of entities that fill it, the preferred one first, whenever they are said."""
    choices: Sequence[str] | Mapping[str, str] = ()
    """The values there are, offered as buttons and heard whenever said; or value to title."""
    check: Callable[[str], Any] | None = None
    """Gives the value to keep (JSON), or raises ValueError with what to say. Takes what it gave."""
    intents: Mapping[str, Any] = field(default_factory=dict)
    """Values that an intent stands for as an answer, such as `{"affirm": True, "deny": False}`."""
    when: Callable[[Mapping[str, Any]], bool] | None = None
    """Whether it is wanted at all, by the slots before it; unknown ones are None."""
    required: bool = True
    """Whether the form needs it; what isn't required is asked for, and may be refused."""
    prefilled: bool = True
    """Whether it is taken from what is remembered; else each form asks anew."""
    why: str = ""
    """Why it is asked for."""
    example: str = ""
    """An answer, for who was not understood twice."""

    @property
    def label(self) -> str:
        """What people call it."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def is_free(self) -> bool:
        """Whether any text may be the answer."""
        return not (self.entity or self.choices or self.intents)

    def valued(self, text: str) -> Any:
        """Give the value that a text stands for; what is none raises ValueError, fit for people."""
        chosen = self._choice(text) if self.choices else text
        if chosen is None:
            offered = ", ".join(self._titles().values())
            raise ValueError(f"{self.label}: please choose one of {offered}.")
        return self.check(chosen) if self.check else chosen

    def remembered(self, value: Any) -> Any:
        """Give a value from before, or None where it is no longer one."""
        if value is None or not (self.choices or self.check):
            return value
        try:
            return self.valued(str(value))
        except ValueError:
            return None

    def shown(self, value: Any) -> str:
        """How a value is said to people."""
        return self._titles().get(value, str(value)) if isinstance(value, str) else str(value)

    def buttons(self) -> tuple[Button, ...]:
        """A button for each choice."""
        return tuple(button(title, self.name, value) for value, title in self._titles().items())

    def heard(self, turn: Turn) -> list[Entity]:
        """What of a message may fill it, the likeliest first."""
        types = (self.name, *((self.entity,) if isinstance(self.entity, str) else self.entity))
        said = [each for type in types for each in turn.entities if each.type == type]
        words = [text for choice in self._titles().items() for text in choice]
        return said or named_in(turn, {self.name: words})

    def _titles(self) -> Mapping[str, str]:
        choices = self.choices
        return choices if isinstance(choices, Mapping) else {each: each for each in choices}

    def _choice(self, text: str) -> str | None:
        said = text.casefold()
        pairs = self._titles().items()
        return next((v for v, title in pairs if said in (v.casefold(), title.casefold())), None)


def button(title: str, entity: str, value: str) -> Button:
    """A button that answers a form."""
    return Button(title, f"/{ANSWER}{json.dumps({entity: value}, ensure_ascii=False)}")


def named_in(turn: Turn, names: Mapping[str, Iterable[str]]) -> list[Entity]:
    """Find texts in what was written, as entities of the types that they are names of."""
    if not is_written(turn.message.text):
        return []
    lookups = {type: tuple(dict.fromkeys(texts)) for type, texts in names.items()}
    return list(EntityPatterns(NluData(lookups=lookups)).find(turn.message.text))


def is_written(text: str) -> bool:
    """Whether it has words, and is not what a button sends."""
    return has_words(text) and not text.lstrip().startswith("/")
