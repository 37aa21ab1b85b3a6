"""Fusion: a small net that makes one score of what views and traits say of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skills.courses.ranking import traits, views

Floats = NDArray[np.float32]
INPUTS = (*views.NAMES, *traits.NAMES)
"""A net made where no course had a cover lacks the last."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "learners like you": ("linear", "light", "factors", "neighbours", "spectrum"),
    "what others took next": ("next",),
    "popularity": ("popularity",),
    "text": ("text",),
    "topics": ("topics",),
    "level": ("level", "step"),
    "language": ("language",),
    "price": ("price",),
    "hours": ("hours",),
    "cover": ("cover",),
}
"""What people call the inputs."""
LOWEST, HIGHEST = -4.0, 8.0
USUAL = 3.0
"""Logarithm of the length of a history that is neither long nor short."""
CANDIDATES = 5_000
"""Items of a large catalogue that go through the hidden layers, the best by the linear part."""


@dataclass(frozen=True, slots=True, eq=False)
class Fusion:
    """The weights of the net: a linear part, and two hidden layers that correct it.

    More of what a view says never lowers a score: those weights, and all that follow, are not
    negative. One half of the units bends upwards, the other downwards (Sill 1997).
    """

    linear: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    last: Floats

    def __call__(self, inputs: Floats, length: float) -> Floats:
        """Score the items of one person: inputs (inputs, items) to logits (items,).

        Inputs that came later than the net are not looked at.
        """
        clipped = np.clip(inputs[: len(self.linear)], LOWEST, HIGHEST)
        total = self.linear @ clipped
        if len(total) <= CANDIDATES:
            return np.asarray(total + self._correction(clipped, length), np.float32)
        best = np.argpartition(-total, CANDIDATES)[:CANDIDATES]
        correction = self._correction(clipped[:, best], length)
        rest = total + correction.min()
        rest[best] = total[best] + correction
        return np.asarray(rest, np.float32)

    def widened(self, size: int) -> Fusion:
        """Make room for inputs that are new: at first they count nothing."""
        more = size - len(self.linear)
        linear = np.pad(self.linear, (0, more))
        about = self.first[:, -1:]
        first = np.concatenate([np.pad(self.first[:, :-1], ((0, 0), (0, more))), about], axis=1)
        return replace(self, linear=linear, first=first)

    def _correction(self, inputs: Floats, length: float) -> Floats:
        about = self.first_bias + self.first[:, -1] * np.float32(np.log1p(length) - USUAL)
        hidden = _bent(self.first[:, :-1] @ inputs + about[:, None])
        hidden = _bent(self.second @ hidden + self.second_bias[:, None])
        return np.asarray(self.last @ hidden, np.float32)


def inputs_of(described: traits.Traits) -> tuple[str, ...]:
    """Name what there is for a net to see of courses so described."""
    return (*views.NAMES, *described.names)


def _bent(values: Floats) -> Floats:
    half = len(values) // 2
    return np.concatenate([np.maximum(values[:half], 0), np.minimum(values[half:], 0)])


def plain(size: int) -> Fusion:
    """Make the net of so many inputs before anything was learnt: the mean of the views."""
    every = [0.4] * len(views.NAMES) + [0.1] * 3 + [0.0] * 4 + [0.1]
    weights = np.array(every[:size], np.float32)
    nothing = np.zeros((1, size + 1), np.float32)
    one = np.zeros(1, np.float32)
    return Fusion(weights, nothing, one, np.zeros((1, 1), np.float32), one, one)


def standardise(scores: Floats, people: NDArray[np.intp], items: NDArray[np.intp]) -> None:
    """Bring each view's `scores`, (views, people, items), to mean 0 and deviation 1, in place.

    The pairs of `people` and `items`, what each of them has, are scaled but do not count.
    """
    having = scores[:, people, items]
    scores[:, people, items] = 0
    count = scores.shape[2] - np.bincount(people, minlength=scores.shape[1])
    count = np.maximum(count, 1).astype(np.float32)
    mean = scores.sum(axis=2) / count
    scores -= mean[:, :, None]
    scores[:, people, items] = 0
    spread = np.sqrt(np.einsum("vui,vui->vu", scores, scores) / count)
    scores[:, people, items] = having - mean[:, people]
    scores *= (1 / np.where(spread > 1e-6, spread, np.inf))[:, :, None].astype(np.float32)
