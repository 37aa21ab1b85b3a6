"""The vocabulary: what passes through one turn of a conversation. Read this first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

OUT_OF_SCOPE = "out_of_scope"
"""The intent of what no skill is for. Reserved: no skill may declare it."""

INTENT = "intent"
"""The learner that understands utterances; the others are skills, by their names."""

RESUME = "/resume"
"""What people say to have the bot back after a person went on in its place."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a user sent, as a channel delivers it."""

    sender_id: str
    text: str = ""
    images: tuple[Path, ...] = ()
    channel: str = "terminal"
    message_id: str = ""
    unreadable: tuple[str, ...] = ()
    """Why pictures that were sent are not among `images`, a sentence each, fit for a person."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a user may have meant, with the calibrated probability (0 to 1) that they did."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the message's text, `text[start:end]` in characters, and what it stands for.

    `value` is the span itself unless a synonym replaces it; `role` and `group` are Rasa's.
    """

    type: str
    value: str
    start: int
    end: int
    confidence: float = 1.0
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Parse:
    """What was understood of a text alone."""

    ranking: tuple[Intent, ...]
    """Likely intents, best first; never empty. `out_of_scope` is among them, first if none fits."""
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A message and what was understood of it."""

    message: Message
    ranking: tuple[Intent, ...]
    """Likely intents, best first; never empty."""
    entities: tuple[Entity, ...] = ()
    parts: tuple[Turn, ...] = ()
    """What was understood of its clauses, where it has several, and is to be answered by each."""
    is_part: bool = False
    """Whether others answer the rest of the message."""

    @property
    def intent(self) -> Intent:
        """The likeliest intent; `out_of_scope` where no intent fits."""
        return self.ranking[0]

    def confidence(self, intent: str) -> float:
        """How likely it is that the message has this intent."""
        return next((each.confidence for each in self.ranking if each.name == intent), 0.0)

    def entity(self, type: str) -> str | None:
        """The value of the first entity of a type, or None."""
        return next((entity.value for entity in self.entities if entity.type == type), None)


@dataclass(frozen=True, slots=True)
class Context:
    """What the bot remembers from before this turn; read-only."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    active_skill: str | None = None
    """The skill whose question is open."""
    requested_slot: str | None = None
    """What that question asks for."""
    history: tuple[tuple[str, str], ...] = ()
    """The latest exchanges, oldest first: (user said, bot said)."""
    abilities: Mapping[str, str] = field(default_factory=dict)
    """What the bot can be asked for: intent name to its title, of every skill in service."""
    profile: Mapping[str, Any] = field(default_factory=dict)
    """What is known of the person, over all their conversations."""
    choice: tuple[str, ...] = ()
    """For the fallback: the intents between which the user is to choose."""
    is_stale: bool = False
    """Whether the open question is so old that the message may well be about something else."""
    person: str = ""
    """Who talks, under a pseudonym that is always the same: what a skill learns of a person has it
    as `Example.input`."""
    intents: frozenset[str] = frozenset()
    """Those that the skill itself declares."""

    def is_latest(self, slot: str) -> bool:
        """Whether a slot holds the words of the user's message before this one."""
        return bool(self.history) and self.slots.get(slot) == self.history[-1][0]


@dataclass(frozen=True, slots=True)
class Example:
    """Something to learn: this input should give this target."""

    input: str
    target: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a reply. Pressing it sends `payload`: `/intent{"entity": "value"}`."""

    title: str
    payload: str
    example: Example | None = None
    """What pressing it teaches."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a skill answers, and what should follow from it. The text is Markdown."""

    text: str
    buttons: tuple[Button, ...] = ()
    images: tuple[Path | bytes, ...] = ()
    """Files, or pictures that the skill has made, which the manager keeps in files."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """To remember; None forgets."""
    profile: Mapping[str, Any] = field(default_factory=dict)
    """To know of the person in later conversations, too; None forgets."""
    requested_slot: str | None = None
    """The next message answers this; until then the skill stays active."""
    example: Example | None = None
    """What a good rating of this reply teaches."""
    observed: tuple[Example, ...] = ()
    """What the user has just done, which teaches whatever they think of the reply."""
    handed_over: bool = False
    """A person of the team is to go on from here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended: what a channel shows, and what `/why` explains."""

    turn: Turn
    skill: str
    replies: tuple[Reply, ...]
    slots: Mapping[str, Any] = field(default_factory=dict)
    """What is remembered after the turn."""
