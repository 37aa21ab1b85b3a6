"""Targets of pictures: a label, or several that are joined."""

from __future__ import annotations

from collections.abc import Sequence

JOINT = "+"
"""Between the labels of one picture."""


def labels_of(sets: Sequence[str]) -> tuple[str, ...]:
    """Name the labels of which sets are made, in alphabetical order."""
    return tuple(sorted({label for each in sets for label in each.split(JOINT)}))


def canonical(target: str) -> str:
    """Write labels that are joined by '+' in alphabetical order, each once."""
    return JOINT.join(sorted({label.strip() for label in target.split(JOINT)} - {""}))
