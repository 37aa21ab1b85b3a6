"""The labels of photographs, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

GOOD, NOT_A_PAGE = "good", "not_a_page"
FAULTS = (
    "blurred",
    "covered",
    "creased",
    "cropped",
    "dark",
    "glare",
    "low_resolution",
    "shadow",
    "turned",
)
"""What can be wrong with the photograph of a page, by the alphabet."""
PAIRS = (
    ("blurred", "cropped"),
    ("blurred", "dark"),
    ("blurred", "turned"),
    ("covered", "cropped"),
    ("covered", "dark"),
    ("covered", "turned"),
    ("creased", "shadow"),
    ("creased", "turned"),
    ("cropped", "dark"),
    ("cropped", "shadow"),
    ("cropped", "turned"),
    ("dark", "turned"),
    ("glare", "turned"),
    ("shadow", "turned"),
)
"""Faults that are seen beside each other; in the dark, say, nobody can tell a shadow."""
SHARES: Mapping[str, float] = {GOOD: 0.35, "one": 0.40, "two": 0.15, NOT_A_PAGE: 0.10}


def drawn_labels(random: np.random.Generator) -> tuple[str, ...]:
    """Draw what a photograph is to be: good, no page, or with one fault or two."""
    kind = str(random.choice(list(SHARES), p=list(SHARES.values())))
    if kind == "one":
        return (FAULTS[int(random.integers(len(FAULTS)))],)
    if kind == "two":
        return PAIRS[int(random.integers(len(PAIRS)))]
    return (kind,)
