"""Rules and stories, as what comes after what, and what has to hold then."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from bot.rasa.domain import name_of
from bot.rasa.files import items_in

log = logging.getLogger(__name__)
ANY = "*"
"""No matter which."""
LISTEN = "action_listen"


class UnsupportedError(Exception):
    """A step, such as a checkpoint, that is not understood here."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a story; its value depends on the kind."""

    kind: str
    """intent, action, active_loop or slot."""
    name: str | None
    value: Any = None
    entities: Mapping[str, Any] = field(default_factory=dict)
    """Entities that go with an intent: type to value, or None where any will do."""


@dataclass(frozen=True, slots=True)
class Story:
    """A rule or a story, with nothing left to choose in it."""

    name: str
    steps: tuple[Step, ...]
    is_rule: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """After these intents and actions, where this holds, comes an action."""

    before: tuple[tuple[str, str], ...]
    """(kind, name) of each intent and action, oldest first."""
    action: str
    loop: str | None = ANY
    slots: Mapping[str, Any] = field(default_factory=dict)
    entities: Mapping[str, Any] = field(default_factory=dict)
    """What the latest message has to hold."""
    is_rule: bool = False

    @property
    def weight(self) -> tuple[int, ...]:
        """What says which of several that fit counts: rules first, then whoever asks for most."""
        asked = len(self.slots) + len(self.entities) + (self.loop != ANY)
        return self.is_rule, len(self.before), asked


def read_stories(files: list[Path]) -> list[Story]:
    """Read rules and stories; those with a step that is not supported are left out, and named."""
    rules = (each for file, item in items_in(files, "rules") for each in _read(file, item, "rule"))
    stories = (each for file, it in items_in(files, "stories") for each in _read(file, it, "story"))
    return [*rules, *stories]


def patterns_of(stories: Sequence[Story]) -> list[Pattern]:
    """Take stories apart into patterns, one for each action in them."""
    return [pattern for story in stories for pattern in _patterns(story)]


def _patterns(story: Story) -> Iterator[Pattern]:
    loop = ANY if story.is_rule else None  # a story tells all that was, a rule what it goes by
    now = Pattern((), LISTEN, loop, is_rule=story.is_rule)
    for step in story.steps:
        match step.kind:
            case "active_loop":
                now = replace(now, loop=step.name)
            case "slot":
                now = replace(now, slots={**now.slots, str(step.name): step.value})
            case "intent":
                if now.before and now.before[-1][0] == "action":
                    yield replace(now, action=LISTEN)
                before = (*now.before, ("intent", str(step.name)))
                now = replace(now, before=before, entities=step.entities)
            case "action":
                if now.before:
                    yield replace(now, action=str(step.name))
                before = (*now.before, ("action", str(step.name)))
                now = replace(now, before=before, entities={})


def _read(file: Path, item: Mapping[str, Any], kind: str) -> Iterator[Story]:
    name = str(item.get(kind))
    try:
        told = [*_listed(file, name, item, "condition"), *_listed(file, name, item, "steps")]
        choices = [list(_step(file, name, each)) for each in told]
    except UnsupportedError as error:
        log.warning("%s", error)
        return
    for steps in product(*choices):
        yield Story(name, tuple(step for chosen in steps for step in chosen), kind == "rule")


def _step(file: Path, story: str, item: Any) -> Iterator[tuple[Step, ...]]:
    """Give what a step can be: one thing, or each of an `or`."""
    if item == "...":
        yield ()
        return
    keys = item if isinstance(item, dict) else {}
    if "or" in keys:
        for each in _listed(file, story, keys, "or"):
            yield from _step(file, story, each)
    elif "intent" in keys:
        entities = {name_of(each): _value_of(each) for each in keys.get("entities") or ()}
        intent = str(keys["intent"]).removeprefix("/").partition("/")[0]
        yield (Step("intent", intent, keys.get("user"), entities),)
    elif "action" in keys:
        yield (Step("action", str(keys["action"])),)
    elif "active_loop" in keys:
        yield (Step("active_loop", keys["active_loop"]),)
    elif "slot_was_set" in keys:
        slots = keys["slot_was_set"]
        found = [slots] if isinstance(slots, dict) else slots
        yield tuple(Step("slot", name_of(each), _value_of(each, True)) for each in found)
    else:
        raise UnsupportedError(f"{file}: '{story}' is left out: {item!r} is not supported")


def _listed(file: Path, story: str, keys: Mapping[str, Any], key: str) -> list[Any]:
    found = keys.get(key) or []
    if not isinstance(found, list):
        raise UnsupportedError(f"{file}: '{story}' is left out: its '{key}' is no list")
    return found


def _value_of(item: Any, otherwise: Any = None) -> Any:
    return next(iter(item.values())) if isinstance(item, dict) else otherwise
