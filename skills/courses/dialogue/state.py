"""What the conversation about courses remembers of a person, between slots and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from skills.courses.dialogue.constraints import Constraints, constraints_of, slot_of

PREFIX = "courses_"
"""Begins the name of every slot of this skill."""


@dataclass(frozen=True, slots=True)
class State:
    """What was said, shown and done so far; each field is a slot of its own."""

    wanted: Constraints = field(default_factory=Constraints)
    sense: str = ""
    """What is looked for, in words that no course has: it is found by its meaning."""
    like: str | None = None
    """The course that others should be like."""
    listed: tuple[str, ...] = ()
    """The ids of the latest list, in its order."""
    shown: tuple[str, ...] = ()
    """The ids of all lists since the wishes changed."""
    focus: str | None = None
    """The course that was spoken of last."""
    enrolled: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    clicked: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """Which questions were asked."""
    said: str = ""
    """How the latest reply about courses began."""
    turn: int = 0
    """How many lists were made."""

    @property
    def has_subject(self) -> bool:
        """Whether it is said what courses are to be about."""
        return bool(self.sense or self.like or "topics" in self.wanted.names)


def state_of(slots: Mapping[str, Any]) -> State:
    """Read what is remembered; what is none, an older version's perhaps, is left out."""
    found = {each.name: slots.get(PREFIX + each.name) for each in fields(State)}
    kept = {name: _read(name, value) for name, value in found.items() if value is not None}
    return State(**{name: value for name, value in kept.items() if value is not None})


def slots_of(state: State, before: State) -> dict[str, Any]:
    """Write what has changed into slots; what is empty again is forgotten.

    What is wished for is in the slots `topic`, `level` and `language`, too, for whoever reads them.
    """
    names = [each.name for each in fields(State)]
    changed = [name for name in names if getattr(state, name) != getattr(before, name)]
    plain = _plain(state.wanted) if "wanted" in changed else {}
    return {**{PREFIX + name: _written(getattr(state, name)) for name in changed}, **plain}


def _plain(wanted: Constraints) -> dict[str, str | None]:
    said = {
        "topic": wanted.topics or wanted.words,
        "level": wanted.levels,
        "language": wanted.languages,
    }
    return {slot: ", ".join(values) or None for slot, values in said.items()}


def _read(name: str, value: Any) -> Any:
    if name == "wanted":
        return constraints_of(value)
    if isinstance(getattr(State(), name), tuple):
        listed = value if isinstance(value, list) else []
        return tuple(each for each in listed if isinstance(each, str))
    kind = int if name == "turn" else str
    return value if isinstance(value, kind) and not isinstance(value, bool) else None


def _written(value: Any) -> Any:
    if isinstance(value, Constraints):
        return slot_of(value) or None
    return (list(value) if isinstance(value, tuple) else value) or None
