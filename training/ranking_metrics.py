"""Figures for ranked lists of items: how much of what was wanted is near the top, and what else."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

Rankings = Sequence[Sequence[Hashable]]
Wanted = Sequence[frozenset[Hashable]]
ItemT = TypeVar("ItemT", bound=Hashable)


def best(scores: NDArray[np.floating], known: Collection[int], k: int) -> list[int]:
    """Positions of the k highest scores, best first, without what is already known."""
    open_ = np.array(scores, dtype=float)
    open_[list(known)] = -np.inf
    k = min(k, int(np.isfinite(open_).sum()))
    found = np.argpartition(-open_, k - 1)[:k] if k else np.array([], dtype=int)
    return [int(each) for each in found[np.argsort(-open_[found], kind="stable")]]


def place_of(scores: NDArray[np.floating], item: int, known: Collection[int]) -> int:
    """Place of an item, from 1, among all that is not known; a tie counts against it."""
    ahead = np.asarray(scores) >= scores[item]
    ahead[list(known)] = False
    return int(ahead.sum()) + (item in known)


def among_negatives(
    scores: NDArray[np.floating], wanted: int, negatives: Sequence[int]
) -> list[int]:
    """Order one wanted item and its negatives, best first; a tie counts against the wanted one.

    Published negatives may hold the wanted item, too: it counts once.
    """
    others = [each for each in negatives if each != wanted]
    candidates = np.array([*others, wanted], dtype=int)  # last, and the sort is stable
    return [int(each) for each in candidates[np.argsort(-scores[candidates], kind="stable")]]


def recall_at(k: int, rankings: Rankings, wanted: Wanted) -> float:
    """Mean part of the wanted ids among the first k; users who want nothing are left out."""
    pairs = [pair for pair in zip(rankings, wanted, strict=True) if pair[1]]
    return _mean([len(right.intersection(found[:k])) / len(right) for found, right in pairs])


def ndcg_at(k: int, rankings: Rankings, wanted: Wanted) -> float:
    """Mean normalised discounted cumulative gain of the first k, a wanted id being worth 1."""
    pairs = [pair for pair in zip(rankings, wanted, strict=True) if pair[1]]
    gains = 1 / np.log2(np.arange(k) + 2)
    ideal = np.cumsum(gains)
    return _mean(
        [
            sum(float(gain) for each, gain in zip(found[:k], gains, strict=False) if each in right)
            / float(ideal[min(k, len(right)) - 1])
            for found, right in pairs
        ]
    )


def coverage_at(k: int, rankings: Rankings, items: int) -> float:
    """Part of the catalogue that is among the first k of somebody's list."""
    return len({each for found in rankings for each in found[:k]}) / items if items else 0.0


def novelty_at(k: int, rankings: Sequence[Sequence[ItemT]], shares: Mapping[ItemT, float]) -> float:
    """Mean surprise, -log2 of the share of users who have an item; one nobody has is left out."""
    known = [shares.get(each, 0.0) for found in rankings for each in found[:k]]
    return _mean([-float(np.log2(share)) for share in known if share > 0])


def diversity_at(k: int, rankings: Sequence[Sequence[int]], features: csr_matrix) -> float:
    """Mean distance, 1 - cosine of the rows of features, of two items of the same list.

    Lists of one item are left out. One of whom nothing is known is unlike all others.
    """
    norms = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    units = (diags(1 / np.maximum(norms, 1e-12)) @ features).tocsr()
    return _mean([_spread(units[found[:k]]) for found in rankings if len(found[:k]) > 1])


def _spread(units: csr_matrix) -> float:
    total = np.asarray(units.sum(axis=0)).ravel()
    alike = float(total @ total) - float(
        units.multiply(units).sum()
    )  # a pair of items counts twice
    n = int(units.shape[0])
    return 1 - alike / (n * (n - 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
