"""For the tests of skill authors: turns and contexts in a line, and the contract of a skill."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.nlu_data import read_nlu
from bot.skill import AnySkill
from bot.types import Context, Entity, Intent, Message, Reply, Turn

BEYOND = "a sentence that no skill is for"


def turn(text: str, intent: str, entities: Mapping[str, str] | None = None) -> Turn:
    """Make a turn as if a text had been understood as an intent with entities, beyond doubt."""
    found = tuple(_entity(text, type, value) for type, value in (entities or {}).items())
    return Turn(Message("tester", text), (Intent(intent, 1.0),), found)


def asked(skill: str, requested_slot: str, **slots: object) -> Context:
    """Make the context in which a skill's question is open."""
    return Context(slots, active_skill=skill, requested_slot=requested_slot)


def check_skill(skill: AnySkill, nlu_file: Path) -> None:
    """Hold a skill against the contract; an AssertionError says what it breaks.

    It must answer or decline every utterance of its own `nlu.yml`, the same way each time, without
    keeping anything on itself, and survive texts that nobody foresaw.
    """
    examples = read_nlu(nlu_file).examples if nlu_file.is_file() else ()
    turns = [turn(example.input, example.target) for example in examples]
    turns += [turn(text, "out_of_scope") for text in ("", BEYOND, "🙃", "\u202eabc", "x" * 5_000)]
    for made in turns:
        before = dict(vars(skill))
        reply = skill.run(made, Context())
        again = skill.run(made, Context())
        _require(reply is None or isinstance(reply, Reply), f"run() gave {reply!r}", made)
        _require(reply == again, "run() answers the same turn in two ways", made)
        _require(vars(skill) == before, "run() keeps something on the skill itself", made)
        _require(reply is None or bool(reply.text.strip()), "run() gave a reply without text", made)


def _entity(text: str, type: str, value: str) -> Entity:
    start = max(text.find(value), 0)
    return Entity(type, value, start, start + len(value))


def _require(holds: bool, fault: str, made: Turn) -> None:
    if not holds:
        raise AssertionError(
            f"{fault} (intent {made.intent.name}, text {made.message.text[:60]!r})"
        )
