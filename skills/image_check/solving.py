"""Solves the head to the end, and makes honest confidences; only training imports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from bot.types import Example
from bot.vision import Vision
from skills.image_check.head import Head, Limits, Memory, Scale, membership
from skills.image_check.model import GOOD, ImageModel
from skills.image_check.recipe import FEWEST, FOLDS, HELD_OUT, REFUSED, STRANGE, STRENGTH
from skills.image_check.targets import labels_of
from training.balance import class_weights
from training.calibration import temperature_of
from training.data import hash_split
from training.embeddings import key_of
from training.logistic import fit_logistic

UNKNOWN = -30.0
"""The score of a set that was not learnt."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """How pictures that were not learnt are seen."""

    logits: Tensor
    """(pictures, sets)"""
    targets: Tensor
    nearness: Tensor


def solved(
    examples: Sequence[Example], rows: Tensor, balance: float, strength: float = STRENGTH
) -> Head:
    """Solve the head for examples by their features."""
    sets = tuple(sorted({each.target for each in examples}))
    labels = labels_of(sets)
    weigh = class_weights((each.target for each in examples), balance)
    weights = torch.tensor([each.weight * weigh[each.target] for each in examples])
    targets = torch.tensor([sets.index(each.target) for each in examples])
    members = membership(labels, sets)
    weight, bias = fit_logistic(rows, targets, weights, len(sets), strength, members)
    return Head(labels, sets, weight, bias)


def fresh(
    balance: float,
    vision: Vision,
    examples: Sequence[Example],
    rows: Tensor,
    scale: Scale | None = None,
) -> ImageModel:
    """Make a model of examples by their features, as the network gives them."""
    scale = scale or Scale.of(rows, vision.widths)
    none = Head((), (), torch.empty(0, 0), torch.empty(0))
    bare = ImageModel(vision, scale, none, Memory((), (), rows[:0]), Limits())
    return remade(bare, examples, scale(rows), balance)


def remade(
    model: ImageModel, examples: Sequence[Example], rows: Tensor, balance: float
) -> ImageModel:
    """Make a model that has learnt just these examples; `rows` are on the model's scale."""
    inputs, targets = (
        tuple(each.input for each in examples),
        tuple(each.target for each in examples),
    )
    memory = Memory(inputs, targets, rows.half())
    return replace(model, head=solved(examples, rows, balance), memory=memory)


def crossed(model: ImageModel, balance: float) -> Held:
    """See pictures as if they had not been learnt: each fold by what all the others teach."""
    memory = model.memory
    pairs = zip(memory.inputs, memory.targets, strict=True)
    known = [Example(*pair) for pair in pairs]
    places = {each: place for place, each in enumerate(known)}
    features = memory.features.float()
    parts = []
    for fold in range(FOLDS):
        kept, held = _fold(known, fold)
        found = {each.target for each in kept}
        held = [each for each in held if each.target in found]
        if held:
            parts.append(
                _folded(
                    model, kept, held, features[[places[each] for each in (*kept, *held)]], balance
                )
            )
    return _joined(parts)


def parted(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Hold out a part of the pictures, of what the others show, too."""
    kept, held = hash_split(examples, HELD_OUT, "tuned")
    known = {each.target for each in kept}
    return kept, [each for each in held if each.target in known]


def tried(
    balance: float,
    vision: Vision,
    kept: Sequence[Example],
    held: Sequence[Example],
    rows: Tensor,
) -> tuple[ImageModel, Held]:
    """Learn some pictures and see others; `rows` are the features of those, then of these."""
    model = fresh(balance, vision, kept, rows[: len(kept)])
    return model, seen(model, held, model.scale(rows[len(kept) :]))


def seen(model: ImageModel, examples: Sequence[Example], rows: Tensor) -> Held:
    """See pictures that a model has not learnt; their labels it has."""
    targets = torch.tensor([model.head.sets.index(each.target) for each in examples])
    return Held(model.head.logits(rows), targets, model.memory.nearness(rows))


def calibrated(model: ImageModel, balance: float, held: Held | None = None) -> ImageModel:
    """Choose temperature and limits by pictures that were held out, or by cross-validation."""
    held = held or crossed(model, balance)
    if len(held.targets) < FEWEST:
        return model
    head = replace(model.head, temperature=temperature_of(held.logits, held.targets))
    nearness = float(torch.quantile(held.nearness, STRANGE))
    return replace(model, head=head, limits=Limits(nearness, _good(head, held)))


def score_of(held: Held) -> float:
    """Score by the mean log-likelihood of what is right: the higher, the better."""
    if not len(held.targets):
        return 0.0
    return -float(torch.nn.functional.cross_entropy(held.logits, held.targets))


def _good(head: Head, held: Held) -> float:
    """Choose the probability from which a picture counts as good, so that few good ones do not.

    Never more than a half: what is likely good is taken for good.
    """
    if GOOD not in head.sets:
        return 0.5
    chances = torch.softmax(held.logits / head.temperature, dim=-1)
    place = head.sets.index(GOOD)
    good = chances[held.targets == place, place]
    return min(0.5, float(torch.quantile(good, REFUSED))) if len(good) else 0.5


def _folded(
    model: ImageModel,
    kept: Sequence[Example],
    held: Sequence[Example],
    rows: Tensor,
    balance: float,
) -> Held:
    """See some pictures by what others teach; `rows` are the features of these, then of those."""
    part = remade(model, kept, rows[: len(kept)], balance)
    found = seen(part, held, rows[len(kept) :])
    columns = [model.head.sets.index(each) for each in part.head.sets]
    logits = torch.full((len(held), len(model.head.sets)), UNKNOWN)
    logits[:, columns] = found.logits
    return Held(logits, torch.tensor(columns)[found.targets], found.nearness)


def _fold(examples: Sequence[Example], fold: int) -> tuple[list[Example], list[Example]]:
    """Split by hash: what is in one fold is in no other."""
    places = [int.from_bytes(key_of(each.input.encode())[:8]) % FOLDS for each in examples]
    pairs = list(zip(examples, places, strict=True))
    return [each for each, n in pairs if n != fold], [each for each, n in pairs if n == fold]


def _joined(parts: Sequence[Held]) -> Held:
    if not parts:
        return Held(torch.empty(0, 0), torch.empty(0).long(), torch.empty(0))
    logits, targets, nearness = (
        torch.cat([getattr(part, name) for part in parts])
        for name in ("logits", "targets", "nearness")
    )
    return Held(logits, targets, nearness)
