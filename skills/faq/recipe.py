"""How the encoder is tuned for a FAQ."""

from __future__ import annotations

from dataclasses import dataclass

HELD_OUT = 0.15
ENOUGH = 30
"""Held-out questions from which figures on them are trusted."""
STRENGTHS = (0.5, 1.0)
"""How much of the tuning is tried, beside none: a part of it often carries over better."""
FEWEST_TUNED = 32
"""New questions below which the encoder stays as it was, and so does all that it finds."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the encoder is tuned; chosen on validation data."""

    steps: int
    batch: int = 32
    rank: int = 32
    rate: float = 1e-3
    anchor_rate: float = 5e-3
    scale: float = 20.0
    """What cosines are multiplied by before the softmax."""
    sentences: float = 0.3
    """Part of the views that are sentences of the answer instead of ways to ask."""
    drop: float = 0.2
    """Part of the words that are left out of a question that stands alone; else half as much."""


def recipe_for(questions: int) -> Recipe:
    """Derive the recipe from the size of the data: few questions are gone over more often."""
    return Recipe(steps=min(160, max(80, questions // 8)))
