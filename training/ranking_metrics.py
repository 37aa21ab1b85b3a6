"""Figures for ranked lists of items: how much of what was wanted is near the top, and what else."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

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


def among_negatives(
    scores: NDArray[np.floating], wanted: int, negatives: Sequence[int]
) -> list[int]:
    """Order one wanted item and its negatives, best first; a tie counts against the wanted one."""
    candidates = np.array([*negatives, wanted], dtype=int)  # last, and the sort is stable
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


def diversity_at(
    k: int, rankings: Sequence[Sequence[ItemT]], embeddings: Mapping[ItemT, NDArray[np.floating]]
) -> float:
    """Mean distance, 1 - cosine, of two items of the same list; lists of one item are left out."""
    return _mean(
        [
            _spread([embeddings[each] for each in found[:k]])
            for found in rankings
            if len(found[:k]) > 1
        ]
    )


def _spread(vectors: Sequence[NDArray[np.floating]]) -> float:
    units = np.stack([vector / max(float(np.linalg.norm(vector)), 1e-12) for vector in vectors])
    cosines = units @ units.T
    return float(1 - cosines[np.triu_indices(len(units), 1)].mean())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
