"""Makes honest probabilities of an intent model's scores, on utterances it has not learnt."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from bot.heads import Calibration, Heads
from training.logistic import minimize

ENOUGH = 20
"""Utterances held out, or out of scope, below which nothing can be told from them."""
TEMPER = 0.6
"""Power of the ratio in which utterances out of scope are counted, if there are some: 0 minds them
as much as those in scope, 1 as their number says. Chosen on validation data."""
CAUTION = 5.0
"""Where there are none, standard deviations below the mean nearness at which rejection begins; it
is then steep, as nothing is known of the outside. Chosen on validation data."""
STEEPNESS = 3.0


def calibrated(heads: Heads, within: Tensor, targets: Tensor, learnt: int) -> Calibration:
    """Fit temperature and rejection on views in scope, with their intents, and those out of it.

    The former are held out; the latter are those that the heads remember, each held against the
    others. `learnt` is how many utterances in scope there are in all.
    """
    found = Calibration()
    if len(within) < ENOUGH or len(heads.weight) < 3:
        return found
    found = replace(found, temperature=temperature_of(heads.logits(within), targets))
    inside = heads.nearness(within)
    if len(heads.outside) >= ENOUGH:
        mass = (len(heads.outside) / max(learnt, len(within))) ** TEMPER
        return _separated(found, inside, heads.nearness(heads.outside.float(), own=1), mass)
    return _guarded(found, inside[:, :2])


def temperature_of(logits: Tensor, targets: Tensor) -> float:
    """Find what logits are to be divided by so that their softmax is calibrated."""
    log = torch.zeros((), requires_grad=True)
    minimize(lambda: F.cross_entropy(logits / log.exp(), targets) + 0.01 * log**2, [log])
    return float(log.detach().exp().clamp(0.1, 20))


def _separated(found: Calibration, inside: Tensor, beyond: Tensor, mass: float) -> Calibration:
    """Fit the log-odds of out of scope as a line over nearness, which can only speak against it.

    `mass` is what all that is out of scope weighs together, where all in scope weighs 1.
    """
    features = torch.cat([inside, beyond])
    wanted = torch.cat([torch.zeros(len(inside)), torch.ones(len(beyond))])
    weights = torch.where(wanted > 0, mass / len(beyond), 1 / len(inside))
    weights = weights / weights.mean()
    mean, spread = features.mean(0), features.std(0).clamp(min=1e-3)
    line = torch.zeros(features.shape[1] + 1, requires_grad=True)

    def slopes() -> Tensor:
        return -F.softplus(line[:-1]) / spread

    def loss() -> Tensor:
        scores = (features - mean) @ slopes() + line[-1]
        fit: Tensor = F.binary_cross_entropy_with_logits(scores, wanted, weights)
        return fit + 1e-3 * (line**2).sum()

    minimize(loss, [line])
    found_slopes = slopes().detach()
    tuned, base, lead = found_slopes.tolist()
    bias = float(line.detach()[-1] - found_slopes @ mean)
    return replace(found, bias=bias, tuned=tuned, base=base, lead=lead)


def _guarded(found: Calibration, inside: Tensor) -> Calibration:
    """Reject what is much farther from every intent than anything in scope, in both views."""
    slopes = -STEEPNESS / inside.std(0).clamp(min=1e-3)
    distance = inside @ slopes
    limit = float(distance.mean() + CAUTION * distance.std())
    return replace(found, bias=-limit, tuned=float(slopes[0]), base=float(slopes[1]))
