"""For the tests of skill authors: turns and contexts in a line, and the contract of a skill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.nlu_data import NluData, read_nlu
from bot.skill import AnySkill
from bot.types import OUT_OF_SCOPE, Context, Entity, Example, Intent, Message, Reply, Turn

UNFORESEEN = ("", "a sentence that no skill is for", "🙃", "\u202eabc", "x" * 5_000)
ENOUGH = 20
"""Utterances from a skill's data that are tried beside those of its `nlu.yml`."""
EACH = 10
"""About how many utterances of an intent are tried, from all over its examples."""


def turn(text: str, intent: str, entities: Mapping[str, str] | None = None) -> Turn:
    """Make a turn as if a text had been understood as an intent with entities, beyond doubt."""
    found = tuple(_entity(text, type, value) for type, value in (entities or {}).items())
    return Turn(Message("tester", text), (Intent(intent, 1.0),), found)


def asked(skill: str, requested_slot: str, **slots: object) -> Context:
    """Make the context in which a skill's question is open."""
    return Context(slots, active_skill=skill, requested_slot=requested_slot)


def check_skill(skill: AnySkill, nlu_file: Path) -> None:
    """Hold a skill against the contract; an AssertionError says what it breaks.

    It answers or declines some of its own utterances and texts that nobody foresaw, the same way
    each time, and keeps nothing on itself. It answers the buttons that the titles in its `nlu.yml`
    make. If it bids, that is a probability, and nothing for silence. What it says it observed are
    examples.
    If it learns, its model is whole in its folder: wherever that lies and however often it is
    loaded, the replies stay as they were.
    """
    nlu = read_nlu(nlu_file) if nlu_file.is_file() else NluData()
    with TemporaryDirectory() as folder:
        again = _reloaded(skill, Path(folder))
        for made in _turns(skill, nlu):
            reply = _reply(skill, made)
            for loaded in again:
                fault = "run() answers otherwise once the model is saved and loaded"
                _require(loaded.run(made, Context()) == reply, fault, made)
    for intent in nlu.titles:
        made = turn(f"/{intent}", intent)
        _require(_reply(skill, made) is not None, "run() declines its own button", made)
    silence = turn("", OUT_OF_SCOPE)
    _require(not skill.bid(silence, Context()), "bid() bids where nothing was said", silence)


def _turns(skill: AnySkill, nlu: NluData) -> Iterator[Turn]:
    for example in (*_some(nlu.examples), *islice(skill.utterances(skill.data), ENOUGH)):
        yield turn(example.input, example.target)
    for text in UNFORESEEN:
        yield turn(text, OUT_OF_SCOPE)


def _some(examples: Sequence[Example]) -> Iterator[Example]:
    by_intent: dict[str, list[Example]] = {}
    for example in examples:
        by_intent.setdefault(example.target, []).append(example)
    for found in by_intent.values():
        yield from found[:: -(-len(found) // EACH)]


def _reply(skill: AnySkill, made: Turn) -> Reply | None:
    """Run the skill twice, and hold what it does against what any skill must do."""
    before, context = _held(vars(skill)), Context(slots={})
    bid = skill.bid(made, context)
    _require(bid is None or 0 <= bid <= 1, f"bid() gave {bid!r}, no probability", made)
    reply = skill.run(made, context)
    _require(reply is None or isinstance(reply, Reply), f"run() gave {reply!r}", made)
    _require(reply is None or bool(reply.text.strip()), "run() gave a reply without text", made)
    observed = reply.observed if reply else ()
    are_examples = isinstance(observed, tuple) and all(isinstance(e, Example) for e in observed)
    _require(are_examples, f"run() observed {observed!r}, which is no tuple of Examples", made)
    _require(skill.run(made, context) == reply, "run() answers the same turn in two ways", made)
    _require(_held(vars(skill)) == before, "run() keeps something on the skill itself", made)
    _require(context == Context(), "run() changes the context", made)
    return reply


def _reloaded(skill: AnySkill, folder: Path) -> list[AnySkill]:
    """The skill with its model saved, moved and loaded, twice over; none without a model."""
    kind, model = skill.model_type, skill.model
    if not (model is None if kind is None else isinstance(model, kind)):
        raise AssertionError(f"`model_type` is {kind}, and the model is a {type(model).__name__}")
    if kind is None:
        return []
    draft = folder / "draft"
    draft.mkdir()
    model.save(draft)
    saved = draft.rename(folder / "saved")  # as a version gets its name when it is whole
    return [type(skill)(kind.load(saved), skill.data) for _ in range(2)]


def _held(value: object) -> object:
    """What plain containers hold, in a copy that stays as it is when they change."""
    match value:
        case Mapping():
            return {key: _held(each) for key, each in value.items()}
        case list() | tuple():
            return [_held(each) for each in value]
        case set():
            return frozenset(value)
    return value


def _entity(text: str, type: str, value: str) -> Entity:
    start = max(text.find(value), 0)
    return Entity(type, value, start, start + len(value))


def _require(holds: bool, fault: str, made: Turn) -> None:
    if not holds:
        raise AssertionError(
            f"{fault} (intent {made.intent.name}, text {made.message.text[:60]!r})"
        )
