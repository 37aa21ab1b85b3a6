"""Makes honest probabilities of an intent model's scores, on utterances it has not learnt."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from bot.heads import Calibration, Heads, cosines, nearness
from training.logistic import minimize

ENOUGH = 20
"""Utterances held out, or out of scope, below which nothing can be told from them."""
REJECTED = 0.01
"""Part of the utterances in scope that may be taken for out of scope, if others truly are."""
CAUTION = 4.0
"""Where none truly are, standard deviations of what is in scope that stay in scope."""


def calibrated(heads: Heads, within: Tensor, targets: Tensor, outside: Tensor) -> Calibration:
    """Fit temperature and rejection on views in scope (with their intents) and out of it.

    Where too few are out of scope, utterances whose own intent is taken away stand in for them.
    """
    if len(within) < ENOUGH or len(heads.weight) < 3:
        return Calibration()
    temperature = _temperature(heads.logits(within), targets)
    inside = nearness(within, heads.prototypes)
    sure = (heads.logits(within) / temperature).log_softmax(-1).amax(1)
    if len(outside) >= ENOUGH:
        found = _separation(inside, nearness(outside, heads.prototypes))
        excess = _log_odds(found, inside) - sure
        limit = float(excess.quantile(1 - REJECTED))
    else:
        own = F.one_hot(targets, len(heads.weight)).bool()
        others = cosines(within, heads.prototypes).masked_fill(own, -1.0).amax(2).T
        found = _separation(inside, others)
        excess = _log_odds(found, inside) - sure
        limit = float(excess.mean() + CAUTION * excess.std())
    # rejected is where out of scope is likelier than the likeliest intent: an excess above 0
    return replace(found, bias=found.bias - max(0.0, limit), temperature=temperature)


def _temperature(logits: Tensor, targets: Tensor) -> float:
    log = torch.zeros((), requires_grad=True)
    minimize(lambda: F.cross_entropy(logits / log.exp(), targets) + 0.01 * log**2, [log])
    return float(log.detach().exp().clamp(0.1, 20))


def _separation(inside: Tensor, beyond: Tensor) -> Calibration:
    """Fit the log-odds of out of scope as a line over nearness, which can only speak against it."""
    features = torch.cat([inside, beyond])
    wanted = torch.cat([torch.zeros(len(inside)), torch.ones(len(beyond))])
    balance = torch.where(wanted > 0, len(wanted) / len(beyond), len(wanted) / len(inside)) / 2
    mean, spread = features.mean(0), features.std(0).clamp(min=1e-3)
    line = torch.zeros(3, requires_grad=True)

    def slopes() -> Tensor:
        return -F.softplus(line[:2]) / spread

    def loss() -> Tensor:
        scores = (features - mean) @ slopes() + line[2]
        fit: Tensor = F.binary_cross_entropy_with_logits(scores, wanted, balance)
        return fit + 1e-3 * (line**2).sum()

    minimize(loss, [line])
    tuned, base = slopes().tolist()
    bias = float(line.detach()[2]) - tuned * float(mean[0]) - base * float(mean[1])
    return Calibration(bias=bias, tuned=tuned, base=base)


def _log_odds(found: Calibration, nearest: Tensor) -> Tensor:
    return found.bias + found.tuned * nearest[:, 0] + found.base * nearest[:, 1]
