"""Recipes: settings of the views, chosen on histories of people who were left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from skills.courses.ranking.views import NAMES, Floats, Recipe, fit_views, raw_scores
from skills.courses.tuning import divided

PEOPLE = 500
FEWEST = 50
"""People without whom nothing can be chosen."""
LINEAR = ((1000.0, 0.25, 0.2), (2000.0, 0.5, 0.2), (300.0, 0.25, 0.2), (50.0, 0.25, 0.2))
FACTORS = ((0.3, 0.003), (0.1, 0.02), (0.5, 0.01))
SPECTRA = ((80, 0.3), (100, 0.5), (30, 0.4), (12, 0.4))
CANDIDATES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "linear": [dict(zip(("ridge", "growth", "correction"), each, strict=True)) for each in LINEAR],
    "factors": [dict(zip(("unobserved", "decay"), each, strict=True)) for each in FACTORS],
    "spectrum": [dict(zip(("spectrum", "power"), each, strict=True)) for each in SPECTRA],
}
"""For each view what is tried: what was best on films, on many courses, and on few people."""


def chosen(x: csr_matrix, seed: int = 0) -> Recipe:
    """Choose for each view the setting that ranks held-out courses of left-out people best."""
    recipe = Recipe()
    random = np.random.default_rng(seed)
    order = random.permutation(np.flatnonzero(np.diff(x.indptr) > 1))
    if len(order) < 4 * FEWEST:
        return recipe
    left_out = order[: min(PEOPLE, len(order) // 4)]
    given, held = divided(x[left_out], 0.2, random)
    others = x[np.setdiff1d(np.arange(x.shape[0]), left_out)]
    best: dict[str, tuple[float, Mapping[str, Any]]] = {}
    for step in range(max(map(len, CANDIDATES.values()))):
        tried = {view: each[step] for view, each in CANDIDATES.items() if step < len(each)}
        how = replace(recipe, **{k: v for each in tried.values() for k, v in each.items()})
        scores = raw_scores(fit_views(others, how, seed), given, how)
        for view, setting in tried.items():
            figure = ndcg(scores[NAMES.index(view)], given, held)
            best[view] = max(best.get(view, (-1.0, {})), (figure, setting), key=lambda one: one[0])
    return replace(recipe, **{k: v for _, each in best.values() for k, v in each.items()})


def ndcg(scores: Floats, given: csr_matrix, held: csr_matrix, k: int = 20) -> float:
    """Score lists of what a person does not have: mean NDCG of the first k."""
    scores = scores.copy()
    scores[given.nonzero()] = -np.inf
    k = min(k, scores.shape[1])
    top = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(np.asarray(held.todense() != 0), top, axis=1)
    gains = 1 / np.log2(np.arange(k) + 2)
    ideal = np.cumsum(gains)[np.clip(np.diff(held.indptr), 1, k) - 1]
    return float((found @ gains / ideal).mean())
