"""Dialogues written down as YAML: read, played to a bot, and compared with what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml.nodes import Node, ScalarNode

from bot import marked_yaml
from bot.marked_yaml import Mistake
from bot.types import Message, Outcome

KEYS = ("user", "press", "skill", "says", "again", "buttons", "slots")
NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Step:
    """What is sent, and what must come of it; what is left out may be anything."""

    user: str | None = None
    """What the user writes; else a button is pressed."""
    press: str | None = None
    """The title of a button of the replies before."""
    skill: str | None = None
    """Who answers."""
    says: tuple[str, ...] = ()
    """What stands in the first reply."""
    again: tuple[str, ...] = ()
    """What stands in the last one, which may be a question that is asked again."""
    buttons: tuple[str, ...] = ()
    """Titles of buttons that are offered, among others."""
    slots: Mapping[str, str | None] = field(default_factory=dict)
    """What is remembered after it; None is forgotten."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation from its beginning."""

    name: str
    steps: tuple[Step, ...]


def read_dialogues(file: Path) -> list[Dialogue]:
    """Read a file of dialogues; a mistake in it raises DataError with line and remedy."""
    with marked_yaml.naming(file):
        root = marked_yaml.document(marked_yaml.text_of(file))
        items = marked_yaml.items(root, "the file", "- dialogue: name") if root else []
        return list(_dialogues(items))


def failure(handle: Callable[[Message], Outcome], dialogue: Dialogue, sender_id: str) -> str | None:
    """Play a dialogue to a bot, as a sender it does not know; say where it first goes astray."""
    outcome: Outcome | None = None
    for step in dialogue.steps:
        text = step.user if step.user is not None else _payload(step, outcome)
        if text is None:
            return f"“{step.press}” is not among the buttons"
        outcome = handle(Message(sender_id, text))
        found = list(_differences(step, outcome))
        if found:
            return f"at “{step.user or step.press}”: {', '.join(found)}"
    return None


def _payload(step: Step, outcome: Outcome | None) -> str | None:
    replies = outcome.replies if outcome else ()
    buttons = (button for reply in replies for button in reply.buttons)
    return next((button.payload for button in buttons if button.title == step.press), None)


def _differences(step: Step, outcome: Outcome) -> Iterator[str]:
    first, last = outcome.replies[0], outcome.replies[-1]
    titles = [button.title for reply in outcome.replies for button in reply.buttons]
    if step.skill not in (None, outcome.skill):
        yield f"{outcome.skill} answers, not {step.skill}"
    yield from (f"not said: “{text}”" for text in step.says if text not in first.text)
    yield from (f"not asked again: “{text}”" for text in step.again if text not in last.text)
    yield from (f"no button “{title}”" for title in step.buttons if title not in titles)
    for name, wanted in step.slots.items():
        value = outcome.slots.get(name)
        if (None if value is None else str(value)) != wanted:
            yield f"slot {name} is {value!r}"


def _dialogues(items: Sequence[Node]) -> Iterator[Dialogue]:
    names: set[str] = set()
    for item in items:
        dialogue = _dialogue(item)
        if dialogue.name in names:
            line = marked_yaml.line(item)
            raise Mistake(line, f"'{dialogue.name}' is the name of two dialogues. Change one.")
        names.add(dialogue.name)
        yield dialogue


def _dialogue(item: Node) -> Dialogue:
    keys = marked_yaml.fields(item, ("dialogue", "turns"), "a dialogue")
    for key in ("dialogue", "turns"):
        if key not in keys:
            raise Mistake(marked_yaml.line(item), f"A dialogue has no '{key}'. Add '{key}:'.")
    name = marked_yaml.scalar(keys["dialogue"], "The name of a dialogue")
    turns = marked_yaml.items(keys["turns"], "'turns'", "- user: text")
    if not turns:
        raise Mistake(marked_yaml.line(keys["turns"]), f"'{name}' has no turns. Add '- user: …'.")
    return Dialogue(name, tuple(_step(turn) for turn in turns))


def _step(item: Node) -> Step:
    keys = marked_yaml.fields(item, KEYS, "a turn")
    if ("user" in keys) == ("press" in keys):
        raise Mistake(
            marked_yaml.line(item),
            "A turn needs either 'user', what is written, or 'press', a button. Keep one of them.",
        )
    return Step(
        user=_text(keys, "user"),
        press=_text(keys, "press"),
        skill=_text(keys, "skill"),
        says=_texts(keys, "says"),
        again=_texts(keys, "again"),
        buttons=_texts(keys, "buttons"),
        slots=_slots(keys["slots"]) if "slots" in keys else {},
    )


def _text(keys: Mapping[str, Node], key: str) -> str | None:
    return marked_yaml.scalar(keys[key], f"'{key}'") if key in keys else None


def _texts(keys: Mapping[str, Node], key: str) -> tuple[str, ...]:
    if key not in keys:
        return ()
    name = f"'{key}'"
    items = marked_yaml.items(keys[key], name, "- text")
    return tuple(marked_yaml.scalar(item, name) for item in items)


def _slots(node: Node) -> dict[str, str | None]:
    pairs = marked_yaml.fields(node, None, "'slots'")
    return {name: _value(value, f"Slot '{name}'") for name, value in pairs.items()}


def _value(node: Node, name: str) -> str | None:
    is_null = isinstance(node, ScalarNode) and node.tag == NULL
    return None if is_null else marked_yaml.scalar(node, name)
