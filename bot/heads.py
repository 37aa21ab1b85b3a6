"""What sits on the encoder: rows that score intents and tags, and the making of probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional as F

SCALE = 20.0
"""Mean cosine to logit where there are prototypes only."""
NEAREST = 3
"""Known utterances whose mean cosine says how near a text is to what is known."""
NEIGHBOURS = 10
SHARPNESS = 0.05
"""Lead in mean cosine that makes a neighbour count e times as much. Chosen on validation data."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Makes probabilities of scores. The defaults suit prototypes on the encoder as it comes.

    The log-odds of out of scope are bias + tuned * nearness in the tuned view + base * nearness in
    the base view + lead * how much nearer the known utterances are than those out of scope.
    """

    temperature: float = 1.0
    recall: float = 0.4
    """How much of an intent's probability its share of the nearest known utterances makes."""
    bias: float = 4.75
    tuned: float = -7.5
    base: float = -7.5
    lead: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Cosines of texts to each known utterance, (texts, utterances), in either view."""

    tuned: Tensor
    base: Tensor

    @property
    def mean(self) -> Tensor:
        """Both views together."""
        return (self.tuned + self.base) / 2


@dataclass(frozen=True, eq=False)
class Heads:
    """The tensors on top of the encoder; rows in the order of intents, then of tags.

    A text's views are its embedding by the tuned encoder and that by its base: (texts, 2 * dim).
    """

    weight: Tensor
    """(intents, 2 * dim): logits are `weight @ views + bias`."""
    bias: Tensor
    prototypes: Tensor
    """(intents, 2 * dim): the mean of the views of each intent, each half of unit length."""
    memory: Tensor
    """(utterances, 2 * dim), float16: the views of what was learnt, without its wording."""
    memory_intents: Tensor
    """(utterances,): the place of each one's intent."""
    outside: Tensor
    """(utterances, 2 * dim), float16: the views of what is known to be out of scope."""
    tag_weight: Tensor
    """(tags, dim): log-odds of each tag of a token, 1 + 2 * kinds."""
    tag_bias: Tensor
    tag_steps: Tensor
    """(1 + tags, tags): how a tag goes with the one before it, as `possible_steps` lays it out."""

    @classmethod
    def empty(cls, dim: int) -> Heads:
        """Make heads for no intents and no tags."""
        rows, none = torch.empty(0, 2 * dim), torch.empty(0)
        tags = torch.empty(0, dim), none, torch.empty(1, 0)
        return cls(rows, none, rows, rows.half(), none.long(), rows.half(), *tags)

    def logits(self, views: Tensor) -> Tensor:
        """Score the intents: (texts, intents)."""
        return views @ self.weight.T + self.bias

    def probabilities(self, views: Tensor, calibration: Calibration) -> Tensor:
        """Give the probability of each intent, and last of out of scope: (texts, intents + 1)."""
        if not len(self.weight):
            return torch.ones(len(views), 1)
        likeness = self.likeness(views)
        slopes = torch.tensor([calibration.tuned, calibration.base, calibration.lead])
        outside = (self.nearness(views, likeness) @ slopes + calibration.bias)[:, None]
        within = self.within(views, calibration, likeness) * (-outside).sigmoid()
        return torch.cat([within, outside.sigmoid()], dim=1)

    def likeness(self, views: Tensor) -> Likeness:
        """Compare texts with each known utterance."""
        tuned, base = views.chunk(2, dim=1)
        return Likeness(tuned @ self._known[0], base @ self._known[1])

    def within(
        self, views: Tensor, calibration: Calibration, likeness: Likeness | None = None
    ) -> Tensor:
        """Give the probability of each intent, if it is one of them: (texts, intents)."""
        learnt = (self.logits(views) / calibration.temperature).softmax(-1)
        near = (likeness or self.likeness(views)).mean.topk(min(NEIGHBOURS, len(self.memory)))
        votes = (near.values / SHARPNESS).softmax(1)
        shares = torch.zeros_like(learnt)
        shares.scatter_add_(1, self.memory_intents[near.indices], votes)
        return torch.lerp(learnt, shares, calibration.recall)

    def nearness(self, views: Tensor, likeness: Likeness | None = None, own: int = 0) -> Tensor:
        """Give the nearness in either view, and its lead over what is out of scope: (texts, 3).

        `own` is 1 where the texts themselves are remembered as out of scope: they don't count.
        """
        likeness = likeness or self.likeness(views)
        near = [nearest(each, NEAREST).mean(1) for each in (likeness.tuned, likeness.base)]
        lead = near[0] * 0
        if len(self.outside) > own:
            beyond = nearest(views @ self._strange / 2, NEIGHBOURS + own)[:, own:]
            lead = soft_maximum(nearest(likeness.mean, NEIGHBOURS)) - soft_maximum(beyond)
        return torch.stack([*near, lead], dim=1)

    @cached_property
    def _known(self) -> tuple[Tensor, Tensor]:
        """The memory to multiply with, float32, of either view: (dim, utterances)."""
        tuned, base = self.memory.float().chunk(2, dim=1)
        return tuned.contiguous().T, base.contiguous().T

    @cached_property
    def _strange(self) -> Tensor:
        return self.outside.float().T

    def tag_scores(self, hidden: Tensor) -> Tensor:
        """Score each token's tags by the encoder's last layer: log-probabilities."""
        return (hidden.float().cpu() @ self.tag_weight.T + self.tag_bias).log_softmax(-1)

    def with_intents(self, views: Tensor, targets: Tensor, count: int) -> Heads:
        """Add intents by views of their utterances; `targets` counts from the first new one."""
        scale, bias = self._line()
        prototypes = prototypes_of(views, targets, count)
        return replace(
            self,
            weight=torch.cat([self.weight, scale * prototypes]),
            bias=torch.cat([self.bias, torch.full((count,), bias)]),
            prototypes=torch.cat([self.prototypes, prototypes]),
            memory=torch.cat([self.memory, views.half()]),
            memory_intents=torch.cat([self.memory_intents, targets + len(self.weight)]),
        )

    def only(self, places: Sequence[int]) -> Heads:
        """Keep some intents, in the order of their places here."""
        kept = torch.tensor(places, dtype=torch.long)
        new = torch.full((len(self.weight),), -1)
        new[kept] = torch.arange(len(kept))
        intents = new[self.memory_intents]
        return replace(
            self,
            weight=self.weight[kept],
            bias=self.bias[kept],
            prototypes=self.prototypes[kept],
            memory=self.memory[intents >= 0],
            memory_intents=intents[intents >= 0],
        )

    def _line(self) -> tuple[float, float]:
        """Find how the learnt rows turn likeness to a prototype into a logit: slope and bias."""
        if len(self.weight) < 3:
            return SCALE / 2, 0.0
        likeness = (self.prototypes @ self.prototypes.T).flatten()
        logits = self.logits(self.prototypes).flatten()
        centred = likeness - likeness.mean()
        slope = float((centred * logits).sum() / (centred**2).sum().clamp(min=1e-6))
        return slope, float(logits.mean() - slope * likeness.mean())


def prototypes_of(views: Tensor, targets: Tensor, classes: int) -> Tensor:
    """Average the views of each class, each half scaled to unit length: (classes, 2 * dim)."""
    means = torch.stack([views[targets == each].mean(0) for each in range(classes)])
    return F.normalize(means.view(classes, 2, -1), dim=-1).flatten(1)


def nearest(likeness: Tensor, count: int) -> Tensor:
    """Keep the highest of each row, in order: (texts, count), or as many as there are."""
    return likeness.topk(min(count, likeness.shape[1]), dim=1).values


def soft_maximum(likeness: Tensor) -> Tensor:
    """Give a smooth maximum of each row, which many that are about as high raise: (texts,)."""
    return SHARPNESS * (likeness / SHARPNESS).logsumexp(1)
