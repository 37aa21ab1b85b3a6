"""Figures that say how good predictions are: pure functions."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np


def accuracy(predicted: Sequence[Hashable], wanted: Sequence[Hashable]) -> float:
    """Part of the predictions that are right; 0 where there are none."""
    right = [given == expected for given, expected in zip(predicted, wanted, strict=True)]
    return sum(right) / len(right) if right else 0.0


def macro_f1(predicted: Sequence[Hashable], wanted: Sequence[Hashable]) -> float:
    """Mean over the classes that are wanted of F1, so that a rare class counts like any other."""
    classes = list(dict.fromkeys(wanted))  # a set's order differs between processes, and so the sum
    return sum(_class_f1(predicted, wanted, each) for each in classes) / max(1, len(classes))


def _class_f1(predicted: Sequence[Hashable], wanted: Sequence[Hashable], each: Hashable) -> float:
    pairs = list(zip(predicted, wanted, strict=True))
    hits = sum(given == expected == each for given, expected in pairs)
    return f1(hits, sum(given == each for given, _ in pairs), sum(e == each for _, e in pairs))


def f1(hits: int, predicted: int, wanted: int) -> float:
    """Harmonic mean of precision and recall, from counts."""
    return 2 * hits / (predicted + wanted) if predicted + wanted else 0.0


def span_f1(predicted: Iterable[Iterable[Hashable]], wanted: Iterable[Iterable[Hashable]]) -> float:
    """CoNLL's micro F1: a span counts where its type and both its ends are right.

    Each element holds the spans of one text, a span being any value that compares.
    """
    pairs = [(set(given), set(expected)) for given, expected in zip(predicted, wanted, strict=True)]
    hits = sum(len(given & expected) for given, expected in pairs)
    return f1(hits, sum(len(given) for given, _ in pairs), sum(len(e) for _, e in pairs))


def auroc(scores: Sequence[float], is_positive: Sequence[bool]) -> float:
    """Chance that a positive scores above a negative, a tie counting half; 0.5 if one is missing.

    Mann and Whitney's U over the number of pairs.
    """
    values, positive = np.asarray(scores, dtype=float), np.asarray(is_positive, dtype=bool)
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return 0.5
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    wins = ranks[positive].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * negatives))


def expected_calibration_error(
    confidences: Sequence[float], is_right: Sequence[bool], bins: int = 15
) -> float:
    """Mean gap between confidence and accuracy, over bins of equal width (Guo et al. 2017)."""
    values, right = np.asarray(confidences, dtype=float), np.asarray(is_right, dtype=float)
    if not len(values):
        return 0.0
    places = np.minimum((values * bins).astype(int), bins - 1)
    gaps = (
        abs(values[places == each].mean() - right[places == each].mean()) * (places == each).mean()
        for each in np.unique(places)
    )
    return float(sum(gaps))


def hit_at(
    k: int, rankings: Sequence[Sequence[Hashable]], wanted: Sequence[frozenset[Hashable]]
) -> float:
    """Part of the queries with a wanted id among the first k; with k = 1, precision at 1."""
    hits = [not right.isdisjoint(found[:k]) for found, right in zip(rankings, wanted, strict=True)]
    return sum(hits) / len(hits) if hits else 0.0


def mean_reciprocal_rank(
    rankings: Sequence[Sequence[Hashable]], wanted: Sequence[frozenset[Hashable]]
) -> float:
    """Mean of 1 / place of the first wanted id, 0 where none is ranked."""
    found = [_reciprocal(ranking, right) for ranking, right in zip(rankings, wanted, strict=True)]
    return sum(found) / len(found) if found else 0.0


def _reciprocal(ranking: Sequence[Hashable], right: frozenset[Hashable]) -> float:
    places = (place for place, each in enumerate(ranking, 1) if each in right)
    return next((1 / place for place in places), 0.0)
