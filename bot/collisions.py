"""Collisions: utterances of two skills that are the same, or nearly, so that either may answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from bot.annotation import parse_annotation
from bot.types import Example
from bot.wording import normal

ALIKE = 0.9
"""Cosine of two utterances, as the encoder sees them, from which they are nearly the same."""
CHUNK = 512
"""Utterances that are compared with all others at a time, to bound memory."""

Embed = Callable[[Sequence[str]], Any]
"""Embeds texts: (texts, dim), unit length."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Two utterances of different skills, and how alike they are: 1 but for case and marks."""

    first: Example
    second: Example
    likeness: float


def same(examples: Sequence[Example], owners: Mapping[str, str]) -> list[Collision]:
    """Find the utterances that two skills share but for case, punctuation and spacing."""
    found = sorted(_owned(examples, owners), key=_wording)
    groups = (list(group) for _, group in groupby(found, _wording))
    return [
        Collision(one, other, 1.0)
        for group in groups
        for place, one in enumerate(group)
        for other in group[place + 1 :]
        if owners[one.target] != owners[other.target]
    ]


def near(
    examples: Sequence[Example], owners: Mapping[str, str], embed: Embed, alike: float = ALIKE
) -> list[Collision]:
    """Find the utterances of two skills that mean nearly the same, likest first."""
    found = _owned(examples, owners)
    if not found:
        return []
    rows = np.asarray(embed([each.input for each in found]), np.float32)
    skills = np.array([owners[each.target] for each in found])
    pairs = [
        Collision(found[one], found[other], min(1.0, float(likeness)))
        for start in range(0, len(found), CHUNK)
        for one, other, likeness in _pairs(rows, skills, start, alike)
    ]
    return sorted(pairs, key=lambda pair: -pair.likeness)


def report(collisions: Sequence[Collision]) -> Iterator[str]:
    """Say in lines which intents collide, most often first, and by which utterances."""
    by_intents: dict[tuple[str, str], list[Collision]] = {}
    for each in collisions:
        by_intents.setdefault((each.first.target, each.second.target), []).append(each)
    for (first, second), pairs in sorted(by_intents.items(), key=lambda item: -len(item[1])):
        yield f"{first} and {second}: {len(pairs)}"
        for each in pairs:
            yield f"  {each.likeness:.2f}  {each.first.input}  |  {each.second.input}"


def notices(
    examples: Sequence[Example], owners: Mapping[str, str], known: Collection[str]
) -> Iterator[str]:
    """Say, a line each, which skills without any of the known intents share utterances."""
    new = set(owners.values()) - {owners[name] for name in known if name in owners}
    found = same(examples, owners)
    for skill in sorted(new):
        count = sum(skill in _skills(each, owners) for each in found)
        if count:
            yield (
                f"{skill} is new, and {count} of its utterances are another skill's, too. "
                "`nocturne skills --collisions` lists them."
            )


def _skills(collision: Collision, owners: Mapping[str, str]) -> Collection[str]:
    return owners[collision.first.target], owners[collision.second.target]


def _owned(examples: Sequence[Example], owners: Mapping[str, str]) -> list[Example]:
    """Give each utterance of an intent once, as it is typed, in the order of intents."""
    texts = {(e.target, parse_annotation(e.input)[0]) for e in examples if e.target in owners}
    return [Example(text, target) for target, text in sorted(texts)]


def _wording(example: Example) -> str:
    return normal(example.input)


def _pairs(rows: Any, skills: Any, start: int, alike: float) -> Iterator[tuple[int, int, float]]:
    """Compare some of the utterances with those after them."""
    part = rows[start : start + CHUNK]
    likeness = part @ rows.T
    others = skills[start : start + CHUNK, None] != skills[None, :]
    for one, other in np.argwhere((likeness >= alike) & others):
        if start + one < other:
            yield int(start + one), int(other), likeness[one, other]
