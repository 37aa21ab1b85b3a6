"""The last layer: from features of a picture to how likely each set of labels is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from skills.image_check.targets import JOINT

SOFTNESS = 0.1
"""Part of the mean spread that is added to each, so that what hardly ever changes says little."""
NEAREST = 3
"""Pictures in memory whose mean likeness says how familiar a picture is."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Scores sets of labels; each row speaks for one label, and a set's score is their sum."""

    labels: tuple[str, ...]
    sets: tuple[str, ...]
    """What a picture can be: labels, and those that occur together joined by '+'."""
    weight: Tensor
    """(labels, features)"""
    bias: Tensor
    """(sets,)"""
    temperature: float = 1.0

    def logits(self, features: Tensor) -> Tensor:
        """Score features (pictures, features), unit length: (pictures, sets)."""
        return features @ self.weight.T @ membership(self.labels, self.sets).T + self.bias

    def probabilities(self, features: Tensor) -> Tensor:
        """Say how likely each set is, calibrated: (pictures, sets)."""
        return F.softmax(self.logits(features) / self.temperature, dim=-1)

    def of_labels(self, probabilities: Tensor) -> Tensor:
        """Say how likely each label is, whatever else a picture shows: (pictures, labels)."""
        return probabilities @ membership(self.labels, self.sets)


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Puts features on one scale, so that each of their groups counts alike."""

    mean: Tensor
    spread: Tensor
    """Of each feature, over the pictures that were learnt."""
    widths: tuple[int, ...]
    """How many features each group has."""

    @classmethod
    def of(cls, rows: Tensor, widths: tuple[int, ...]) -> Scale:
        """Measure the scale of features (pictures, features)."""
        spread = rows.std(0) if len(rows) > 1 else torch.ones(rows.shape[1])
        return cls(rows.mean(0), spread + SOFTNESS * spread.mean() + 1e-6, widths)

    def __call__(self, rows: Tensor) -> Tensor:
        """Put features on the scale: each group of a row has unit length."""
        if not len(rows):
            return rows
        groups = torch.split((rows - self.mean) / self.spread, list(self.widths), dim=-1)
        return torch.cat([F.normalize(each, dim=-1) for each in groups], dim=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The pictures that were learnt, as the network saw them: nights need no old files."""

    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    features: Tensor
    """(pictures, features), float16."""

    def nearness(self, features: Tensor, own: int = 0) -> Tensor:
        """Say how like its nearest pictures in memory each picture is, -1 to 1.

        `own` is 1 for pictures that are in memory themselves, which say nothing of that.
        """
        similar = F.normalize(features, dim=-1) @ F.normalize(self.features.float(), dim=-1).T
        nearest = similar.topk(min(NEAREST + own, similar.shape[1]), dim=-1).values
        return nearest[:, own:].mean(1)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a picture is refused or strange; chosen on pictures that were held out."""

    nearness: float = -1.0
    """Pictures less like anything learnt are of something else altogether."""
    good: float = 0.5
    """The probability from which a picture counts as good."""


def membership(labels: Sequence[str], sets: Sequence[str]) -> Tensor:
    """Say which labels are in which sets: (sets, labels) of 0 and 1."""
    rows = [[float(label in each.split(JOINT)) for label in labels] for each in sets]
    return torch.tensor(rows).reshape(len(sets), len(labels))
