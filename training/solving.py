"""Solves the head of an intent model to the end, on what its encoders make of utterances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from bot.heads import prototypes_of
from bot.intent import IntentModel
from training.embeddings import EmbeddingCache
from training.logistic import fit_logistic
from training.utterances import Utterance

STRENGTH = 10.0
"""C of the logistic regression."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Utterances as the intents' head sees them."""

    views: Tensor
    targets: Tensor
    weights: Tensor

    @classmethod
    def by(cls, model: IntentModel, utterances: Sequence[Utterance], cache: EmbeddingCache) -> Seen:
        """See utterances through a model's encoders."""
        places = {name: place for place, name in enumerate(model.intents)}
        targets = [places[each.intent] for each in utterances]
        return cls(
            views(model, [each.text for each in utterances], cache),
            torch.tensor(targets, dtype=torch.long),
            torch.tensor([each.weight for each in utterances]),
        )

    def __add__(self, other: Seen) -> Seen:
        return Seen(
            torch.cat([self.views, other.views]),
            torch.cat([self.targets, other.targets]),
            torch.cat([self.weights, other.weights]),
        )


def views(model: IntentModel, texts: Sequence[str], cache: EmbeddingCache) -> Tensor:
    """Embed texts as `model.views` does, those known to the cache without the encoders."""
    tuned = cache.encode(model.encoder, texts)
    base = tuned if model.base is model.encoder else cache.encode(model.base, texts)
    return torch.cat([tuned, base], dim=1)


def solved(model: IntentModel, seen: Seen, outside: Tensor) -> IntentModel:
    """Solve the rows of all intents; of those not seen, the prototype is learnt instead."""
    heads, count = model.heads, len(model.intents)
    absent = sorted(set(range(count)) - set(seen.targets.tolist()))
    typical = seen.weights.sum() / (count - len(absent))
    ghosts = torch.tensor(absent, dtype=torch.long)
    seen += Seen(heads.prototypes[absent], ghosts, typical.expand(len(absent)))
    weight, bias = fit_logistic(seen.views, seen.targets, seen.weights, count, STRENGTH)
    heads = replace(
        heads,
        weight=weight,
        bias=bias,
        prototypes=prototypes_of(seen.views, seen.targets, count),
        memory=seen.views.half(),
        memory_intents=seen.targets,
        outside=outside.half(),
    )
    return replace(model, heads=heads)
