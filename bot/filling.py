"""Filling: what a form knows at one moment. Pure functions of the slots and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slot import Slot
from bot.types import Context, Entity, Turn

LEFT_OUT = ""
"""The value of a slot that was refused, while the form is open."""

FAILED = "form_failed"
"""The slot that counts answers in a row that were none: `{requested slot: number}`."""


@dataclass(frozen=True, slots=True)
class Filling:
    """The slots of a form, and the values that are known."""

    slots: tuple[Slot, ...]
    values: Mapping[str, Any]

    @property
    def wanted(self) -> tuple[Slot, ...]:
        """The slots that are wanted, by what is known of those before each."""
        found: list[Slot] = []
        seen: dict[str, Any] = {slot.name: None for slot in self.slots}
        for slot in self.slots:
            if slot.when is None or slot.when(dict(seen)):
                found.append(slot)
                seen[slot.name] = self.value(slot)
        return tuple(found)

    @property
    def missing(self) -> Slot | None:
        """The first slot that is wanted, not known and not left out."""
        return next((slot for slot in self.wanted if slot.name not in self.values), None)

    @property
    def known(self) -> dict[str, Any]:
        """Every slot's value; None where it is not wanted, not known or left out."""
        wanted = {slot.name: self.value(slot) for slot in self.wanted}
        return {slot.name: wanted.get(slot.name) for slot in self.slots}

    def value(self, slot: Slot) -> Any:
        """The value of a slot, or None."""
        value = self.values.get(slot.name)
        return None if value == LEFT_OUT else value

    def updated(self, values: Mapping[str, Any]) -> Filling:
        """Give what is known with these values."""
        return Filling(self.slots, {**self.values, **values})

    def worded(self, text: str) -> str:
        """Put the values that are known into a text that names them, as in `{day}`."""
        named = [(slot, self.value(slot)) for slot in self.slots]
        return text.format_map({s.name: "" if v is None else s.shown(v) for s, v in named})

    def summary(self) -> str:
        """List what is known, a line each, as Markdown."""
        shown = [(slot, self.value(slot)) for slot in self.wanted]
        return "\n".join(f"- {s.label}: {s.shown(v)}" for s, v in shown if v is not None)

    def corrections(self, old: Filling) -> str:
        """Say which values are others than before, a line each."""
        pairs = [(slot, self.value(slot), old.value(slot)) for slot in self.slots]
        return "\n".join(
            f"{slot.label}: {slot.shown(new)} instead of {slot.shown(was)}."
            for slot, new, was in pairs
            if None not in (new, was) and new != was
        )

    def changes(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Give what must be remembered and, as None, forgotten, to know this next time."""
        pairs = {slot.name: self.values.get(slot.name) for slot in self.slots}
        return {name: value for name, value in pairs.items() if value != before.get(name)}


def begun(slots: tuple[Slot, ...], remembered: Mapping[str, Any]) -> Filling:
    """Give what is known of a form's slots before anything was asked."""
    kept = {slot.name: slot.remembered(remembered.get(slot.name)) for slot in slots}
    fresh = {slot.name for slot in slots if not slot.prefilled}
    values = {name: value for name, value in kept.items() if name not in fresh}
    return Filling(slots, {n: v for n, v in values.items() if v not in (None, LEFT_OUT)})


def going_on(slots: tuple[Slot, ...], context: Context) -> Filling:
    """Give what an open form knows."""
    names = {slot.name for slot in slots}
    return Filling(slots, {n: v for n, v in context.slots.items() if n in names})


def heard_in(
    turn: Turn, known: Filling, asked: str, meant: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the values that a message has for slots, and for others what is wrong with its words.

    `asked` is the slot that was asked for, and `meant` the intent of the message.
    """
    heard: dict[str, Any] = {}
    faults: dict[str, str] = {}
    texts = answers(known.slots, turn, known.values, asked)
    for slot in known.slots:
        if slot.name in texts:
            try:
                heard[slot.name] = slot.valued(texts[slot.name])
            except ValueError as error:
                faults[slot.name] = str(error)
        elif slot.name == asked and meant in slot.intents:
            heard[slot.name] = slot.intents[meant]
    return heard, faults


def answers(
    slots: Sequence[Slot], turn: Turn, values: Mapping[str, Any], asked: str | None
) -> dict[str, str]:
    """Give what the message says for each slot; nothing that is said fills two of them.

    The slot that was asked for comes first, then what is not known yet; what is known is corrected.
    """
    names = {slot.name for slot in slots}
    taken: list[Entity] = []
    found: dict[str, str] = {}
    for slot in sorted(slots, key=lambda slot: (slot.name != asked, slot.name in values)):
        heard = [
            each
            for each in slot.heard(turn)
            if each.role in (None, slot.name) or each.role not in names
            if not any(_overlap(each, other) for other in taken)
        ]
        known = values.get(slot.name)
        news = (each for each in heard if slot.remembered(each.value) != known)
        best = next(news, heard[0] if heard else None)
        if best is not None:
            taken.append(best)
            found[slot.name] = best.value
    return found


def _overlap(one: Entity, other: Entity) -> bool:
    return one == other or (one.start < other.end and other.start < one.end)
