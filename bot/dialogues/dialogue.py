"""A dialogue that is written down: what is sent, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.types import OUT_OF_SCOPE

FALLBACK = "fallback"
"""The skill that answers what is for no other."""

Wanted = str | None | tuple["Wanted", ...] | Mapping[str, "Wanted"]
"""What a slot should hold: a text, nothing, all items of a list, or some keys of a mapping."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is sent, and what must come of it; what is left out may be anything."""

    user: str | None = None
    """What the user writes."""
    press: str | None = None
    """The title of a button of the replies before, which is pressed instead."""
    skill: str | None = None
    """Who answers."""
    says: tuple[str, ...] = ()
    """What stands in one of the replies, each of it, whatever the case."""
    again: tuple[str, ...] = ()
    """What stands in the last one, which may be a question that is asked again."""
    buttons: tuple[str, ...] = ()
    """Titles of buttons that are offered, among others."""
    slots: Mapping[str, Wanted] = field(default_factory=dict)
    """What is remembered after it; None is forgotten."""
    intent: str | None = None
    """What is understood."""
    says_not: tuple[str, ...] = ()
    """What stands in none of the replies, whatever the case."""
    images: tuple[Path, ...] = ()
    """Pictures that the user sends, beside what is written or without words."""
    needs_context: bool = False
    """Whether it cannot be understood without what was said before."""
    answer: str | None = None
    """The id of the answer of the FAQ that is right, to learn from; checked nowhere."""

    @property
    def sent(self) -> str:
        """What is sent, for people: the text, the button, the names of pictures."""
        names = (image.name for image in self.images)
        return " ".join(filter(None, (self.user, self.press, *names)))

    @property
    def is_out_of_scope(self) -> bool:
        """Whether nobody should answer it but the fallback."""
        return self.skill == FALLBACK or self.intent == OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation from its beginning."""

    name: str
    steps: tuple[Step, ...]
    profile: Mapping[str, Wanted] = field(default_factory=dict)
    """What is known of the person before it."""
