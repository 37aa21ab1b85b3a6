"""Class balance: rare classes count for more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.types import Example


def class_weights(targets: Iterable[str], balance: float) -> dict[str, float]:
    """Weigh classes by a power of their inverse frequency; the mean over the examples is 1.

    0 leaves all examples alike, at 1 all classes count the same.
    """
    counts = Counter(targets)
    raw = {target: count**-balance for target, count in counts.items()}
    mean = sum(raw[target] * count for target, count in counts.items()) / max(1, counts.total())
    return {target: value / mean for target, value in raw.items()}


def weighted(examples: Sequence[Example], weights: Mapping[str, float]) -> list[Example]:
    """Let each example count as much more as its class does."""
    return [replace(each, weight=each.weight * weights.get(each.target, 1.0)) for each in examples]
