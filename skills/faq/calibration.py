"""Makes honest confidences of scores, on questions that the model has not learnt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.types import Example
from skills.faq.answers import Answer
from skills.faq.model import FaqModel
from skills.faq.scoring import Scoring, features

DECLINED = 0.075
"""Part of the held-out questions that may be declined: more would let more chatter pass."""
NEAREST = 3
"""Hits that are looked at: the right one may have to be taken away, and two have to be left."""
SHRINKAGE = 1e-3
NEWTON_STEPS = 30
Doubles = NDArray[np.float64]


def calibrated(model: FaqModel, answers: Sequence[Answer], examples: Sequence[Example]) -> Scoring:
    """Fit confidence and nearness on held-out questions.

    Each also counts with its own answer taken away: as the hardest that the FAQ cannot answer.
    """
    rankings = model.rank(model.index(answers), [each.input for each in examples], NEAREST)
    values, right = [], []
    for hits, example in zip(rankings, examples, strict=True):
        others = [hit for hit in hits if hit.id != example.target]
        values += [features(hits), features(others)]
        right += [hits[0].id == example.target, False]
    bias, score, margin = logistic(np.array(values), np.array(right, dtype=float))
    close = float(np.quantile([hits[0].score for hits in rankings], DECLINED))
    return replace(model.scoring, bias=bias, score_weight=score, margin_weight=margin, close=close)


def logistic(values: Doubles, wanted: Doubles) -> tuple[float, ...]:
    """Fit log-odds as bias + weights · values, by Newton's method: the bias, then the weights."""
    mean, spread = values.mean(0), np.maximum(values.std(0), 1e-6)
    rows = np.column_stack([np.ones(len(values)), (values - mean) / spread])
    line = np.zeros(rows.shape[1])
    ridge = SHRINKAGE * len(rows) * np.eye(len(line))
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ line, -30, 30)))
        slope = rows.T @ (chance - wanted) + ridge @ line
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + ridge
        line -= np.linalg.solve(curve, slope)
    weights = line[1:] / spread
    return float(line[0] - weights @ mean), *map(float, weights)
