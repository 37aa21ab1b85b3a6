"""Plays dialogues to a bot and compares each turn with what was written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.dialogues.dialogue import Dialogue, Step, Wanted
from bot.types import Message, Outcome, Reply

if TYPE_CHECKING:
    from bot.manager import DialogueManager

Handle = Callable[[Message], Outcome]
"""Answers a message."""
Introduce = Callable[[str, Mapping[str, Wanted]], None]
"""Makes a profile known of a sender, by id, before the first turn."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was written down."""

    what: str
    """The key it was written under, or `slots.NAME`."""
    wanted: Any
    got: Any
    """What came instead; None is nothing."""
    text: str
    """The same in words, such as `faq answers, not courses`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn that was played; it is right without differences."""

    step: Step
    outcome: Outcome | None
    """None where nothing was sent, because the button to press is not there."""
    differences: tuple[Difference, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether all is as it was written down."""
        return not self.differences


def introducing(bot: DialogueManager) -> Introduce:
    """Give what makes a profile known to a bot."""
    return bot.tracker.profiles.change


def played(
    handle: Handle, dialogue: Dialogue, sender_id: str, introduce: Introduce
) -> Iterator[Judged]:
    """Play a dialogue as a sender whom the bot does not know, and on after a turn that is wrong."""
    if dialogue.profile:
        introduce(sender_id, dialogue.profile)
    replies: tuple[Reply, ...] = ()
    for step in dialogue.steps:
        text = step.user or "" if step.press is None else _payload(step.press, replies)
        if text is None:
            yield Judged(step, None, (_no_button("press", step.press, replies),))
            continue
        outcome = handle(Message(sender_id, text, step.images))
        replies = outcome.replies
        yield Judged(step, outcome, tuple(_differences(step, outcome)))


def failure(handle: Handle, dialogue: Dialogue, sender_id: str, introduce: Introduce) -> str | None:
    """Play a dialogue until it first goes astray, and say where; None if it never does."""
    for turn in played(handle, dialogue, sender_id, introduce):
        if not turn.is_right:
            return f"at “{turn.step.sent}”: {', '.join(each.text for each in turn.differences)}"
    return None


def _payload(title: str, replies: Sequence[Reply]) -> str | None:
    buttons = (button for reply in replies for button in reply.buttons)
    return next((button.payload for button in buttons if button.title == title), None)


def _titles(replies: Sequence[Reply]) -> list[str]:
    return [button.title for reply in replies for button in reply.buttons]


def _no_button(what: str, title: str | None, replies: Sequence[Reply]) -> Difference:
    offered = ", ".join(_titles(replies)) or None
    return Difference(what, title, offered, f"“{title}” is not among the buttons")


def _differences(step: Step, outcome: Outcome) -> Iterator[Difference]:
    skill, intent = outcome.skill, outcome.turn.intent.name
    if step.intent not in (None, intent):
        text = f"{intent} is understood, not {step.intent}"
        yield Difference("intent", step.intent, intent, text)
    if step.skill not in (None, skill):
        yield Difference("skill", step.skill, skill, f"{skill} answers, not {step.skill}")
    yield from _said_otherwise(step, [reply.text for reply in outcome.replies])
    titles = _titles(outcome.replies)
    missing = (title for title in step.buttons if title not in titles)
    yield from (_no_button("buttons", title, outcome.replies) for title in missing)
    for name, wanted in step.slots.items():
        value = outcome.slots.get(name)
        if not _holds(value, wanted):
            yield Difference(f"slots.{name}", wanted, value, f"slot {name} is {value!r}")


def _said_otherwise(step: Step, replies: Sequence[str]) -> Iterator[Difference]:
    every, last = "\n\n".join(replies), replies[-1] if replies else ""
    for text in step.says:
        if not any(_occurs(text, reply) for reply in replies):
            yield Difference("says", text, every, f"not said: “{text}”")
    for text in step.says_not:
        if any(_occurs(text, reply) for reply in replies):
            yield Difference("says_not", text, every, f"said: “{text}”")
    for text in step.again:
        if not _occurs(text, last):
            yield Difference("again", text, last, f"not asked again: “{text}”")


def _occurs(text: str, reply: str) -> bool:
    return text.casefold() in reply.casefold()


def _holds(value: Any, wanted: Wanted) -> bool:
    """Whether a slot's value is what is wanted; of a mapping, other keys may be anything."""
    match wanted:
        case None:
            return value is None
        case str():
            return wanted in (str(value), json.dumps(value, default=str)) and value is not None
        case tuple():
            listed = isinstance(value, list | tuple) and len(value) == len(wanted)
            return listed and all(map(_holds, value, wanted))
    held = value if isinstance(value, Mapping) else {}
    return all(_holds(held.get(key), each) for key, each in wanted.items())
