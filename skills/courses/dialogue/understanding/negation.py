"""Tells what somebody does not want from what they do: "music, but no guitar"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot import Entity
from skills.courses.dialogue.understanding.words import (
    BETWEEN_NEGATED,
    NEGATED,
    NEGATIONS,
    NO_NEGATIONS,
)

MOST_BETWEEN = 5
"""Words that may stand between a negation and what is negated."""


def _any(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


BEFORE = re.compile(
    rf"(?<!\w)(?:{_any(NEGATIONS)})(?:\s+(?:{_any(NEGATED)})){{0,{MOST_BETWEEN}}}\s+$",
    re.IGNORECASE,
)
SPARED = re.compile(rf"(?<!\w)(?:{_any(NO_NEGATIONS)})\s+$", re.IGNORECASE)
JOINING = re.compile(rf"\s*(?:{_any(BETWEEN_NEGATED)})\s*", re.IGNORECASE)


def negated(text: str, entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Name the entities that a negation stands before, or that are joined to such a one."""
    found = [each for each in entities if is_negation(text[: each.start])]
    for one, other in pairwise(entities):
        if one in found and JOINING.fullmatch(text[one.end : other.start]):
            found.append(other)
    return tuple(found)


def is_negation(before: str) -> bool:
    """Whether what comes after such words is not wanted."""
    return bool(BEFORE.search(before)) and not SPARED.search(before)
