"""Examples of intents, taken apart for training: texts, intents, entities; what is held out."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.annotation import parse_annotation
from bot.spans import Kind, kind_of
from bot.types import OUT_OF_SCOPE, Entity, Example

FEWEST = 5
"""Utterances of an intent from which on some are held out."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What someone said, what they meant, and the entities in it."""

    text: str
    intent: str
    entities: tuple[Entity, ...] = ()
    weight: float = 1.0
    is_annotated: bool = True
    """Whether what is no entity in it was seen to be none."""


def utterances_of(examples: Iterable[Example]) -> list[Utterance]:
    """Read the annotation of examples."""
    found = []
    for example in examples:
        text, entities = parse_annotation(example.input)
        found.append(Utterance(text, example.target, entities, example.weight))
    return found


def distinct(utterances: Iterable[Utterance]) -> list[Utterance]:
    """Keep one of each text and intent, the last; those without weight go."""
    kept = {(each.text, each.intent): each for each in utterances}
    return [each for each in kept.values() if each.weight > 0]


def intents_of(utterances: Iterable[Utterance]) -> tuple[str, ...]:
    """Name the intents, in order; `out_of_scope` is none."""
    return tuple(sorted({each.intent for each in utterances} - {OUT_OF_SCOPE}))


def spoken_names(intents: Iterable[str]) -> list[Utterance]:
    """Make an utterance of each intent's name, for names say what is meant: `orderStatus/late`."""
    return [Utterance(_spoken(name), name, is_annotated=False) for name in intents]


def _spoken(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[\W_]+", " ", name).strip().lower()


def kinds_of(utterances: Iterable[Utterance]) -> tuple[Kind, ...]:
    """Name the kinds of entities, in order."""
    kinds = {kind_of(entity) for each in utterances for entity in each.entities}
    return tuple(sorted(kinds, key=lambda kind: tuple(part or "" for part in kind)))


def hold_out(
    utterances: Sequence[Utterance], share: float, fewest: int
) -> tuple[list[Utterance], list[Utterance]]:
    """Split into (kept, held out): a share of each intent that has at least `fewest` utterances.

    Hashes decide, so that the same utterances are held out whatever their order.
    """
    groups: dict[str, list[Utterance]] = defaultdict(list)
    for each in utterances:
        groups[each.intent].append(each)
    held: set[tuple[str, str]] = set()
    for intent, members in groups.items():
        count = round(len(members) * share) if len(members) >= fewest else 0
        chosen = sorted(members, key=lambda each: _place(each.text))[:count]
        held |= {(each.text, intent) for each in chosen}
    is_held = [(each.text, each.intent) in held for each in utterances]
    kept = [each for each, out in zip(utterances, is_held, strict=True) if not out]
    return kept, [each for each, out in zip(utterances, is_held, strict=True) if out]


def _place(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
