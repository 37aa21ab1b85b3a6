"""Entity spans as a tag for each word: from entities to tags to learn, from scores to entities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from bot.entities import UNSPACED
from bot.types import Entity

Span: TypeAlias = tuple[int, int]
Kind: TypeAlias = tuple[str, str | None, str | None]
"""What tells entities apart: type, role, group."""
Scores: TypeAlias = npt.NDArray[np.float32]
PRIOR = 10.0
"""Steps that a tag is thought to be followed by as any tag is, before any was seen."""
TRUST = 0.5
"""Chosen on validation data."""


@dataclass(frozen=True, slots=True)
class Word:
    """Neighbouring tokens that share a tag: a word, a sign, a letter of an unspaced script."""

    start: int
    end: int
    first: int
    """Its first token, and the one after its last."""
    last: int


def words_of(text: str, offsets: Sequence[Span]) -> list[Word]:
    """Put tokens together that make one word, by the characters at which they touch."""
    words: list[Word] = []
    for position, (before, end) in enumerate(offsets):
        # byte-level tokenizers count the space before a word as part of it
        start = end - len(text[before:end].lstrip())
        if start >= end:
            continue
        if words and words[-1].last == position and _joins(text, words[-1].end, start):
            words[-1] = Word(words[-1].start, end, words[-1].first, position + 1)
        else:
            words.append(Word(start, end, position, position + 1))
    return words


def _joins(text: str, end: int, start: int) -> bool:
    around = text[end - 1] + text[start]
    return end >= start and around.isalnum() and not UNSPACED.search(around)


def tags_of(words: Sequence[Word], entities: Sequence[Entity], kinds: Sequence[Kind]) -> list[int]:
    """Give each word its tag: 0 outside, 2k+1 where an entity of kind k begins, 2k+2 inside it."""
    tags = [0] * len(words)
    for entity in entities:
        kind = kind_of(entity)
        if kind not in kinds:
            continue
        inside = [
            i for i, word in enumerate(words) if word.start < entity.end and word.end > entity.start
        ]
        for place, index in enumerate(inside):
            tags[index] = 2 * kinds.index(kind) + (2 if place else 1)
    return tags


def kind_of(entity: Entity) -> Kind:
    """Tell the kind of an entity."""
    return entity.type, entity.role, entity.group


def possible_steps(size: int) -> Scores:
    """Tell which of `size` tags can follow which: 0, or -inf where a step is impossible.

    The first row is for the beginning of a text, the others for each tag. Inside a kind comes only
    after its beginning, or more of it.
    """
    steps = np.zeros((1 + size, size), dtype=np.float32)
    inside = np.arange(2, size, 2)
    steps[:, inside] = -np.inf
    steps[1 + inside, inside] = steps[inside, inside] = 0.0
    return steps


def learnt_steps(rows: Iterable[Sequence[int]], before: Scores) -> Scores:
    """Learn from tagged texts how much likelier a tag is after another than at all, in logs.

    It counts half beside the words' own scores, which know part of it. Steps from or to tags that
    the texts do not hold stay as they were before.
    """
    size = before.shape[1]
    counts = np.zeros((1 + size, size))
    for row in rows:
        for last, tag in pairwise((-1, *row)):
            counts[1 + last, tag] += 1
    overall = counts.sum(0) / max(1, counts.sum())
    seen = overall > 0
    after = (counts + PRIOR * overall) / (counts.sum(1, keepdims=True) + PRIOR)
    gains = TRUST * np.log(
        after / np.where(seen, overall, 1.0), where=after > 0, out=np.zeros_like(after)
    )
    is_known = np.outer(np.array([True, *seen]), seen)
    return np.where(is_known, gains + possible_steps(size), before).astype(np.float32)


def best_tags(scores: Scores, steps: Scores) -> list[int]:
    """Find the likeliest tags in a row, by Viterbi's algorithm, for (words, tags) scores."""
    best = steps[0] + scores[0]
    came_from = []
    for row in scores[1:]:
        paths = best[:, None] + steps[1:]
        came_from.append(paths.argmax(0))
        best = paths.max(0) + row
    tags = [int(best.argmax())]
    for origins in reversed(came_from):
        tags.append(int(origins[tags[-1]]))
    return tags[::-1]


def entities_of(
    text: str, words: Sequence[Word], scores: Scores, steps: Scores, kinds: Sequence[Kind]
) -> tuple[Entity, ...]:
    """Read entities off the log-probabilities of each word's tags, (words, 1 + 2 * kinds)."""
    if not words or not kinds:
        return ()
    tags = best_tags(scores, steps)
    found: list[Entity] = []
    for index, tag in enumerate(tags):
        if tag % 2 == 0:
            continue
        last = index
        while last + 1 < len(tags) and tags[last + 1] == tag + 1:
            last += 1
        chosen = [scores[place, tags[place]] for place in range(index, last + 1)]
        type, role, group = kinds[tag // 2]
        start, end = words[index].start, words[last].end
        confidence = float(np.exp(np.mean(chosen)))
        found.append(Entity(type, text[start:end], start, end, confidence, role, group))
    return tuple(found)
