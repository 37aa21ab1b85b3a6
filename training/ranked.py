"""Ranks items for people, some people at a time, and sums the lists up in figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.types import Example
from training.metrics import hit_at
from training.ranking_metrics import (
    best,
    coverage_at,
    diversity_at,
    ndcg_at,
    novelty_at,
    place_of,
    recall_at,
)
from training.trainer import Judgement

Score = Callable[[Sequence[str]], NDArray[np.float32]]
"""Scores all items, the columns, for each of some people, the rows."""
COUNTS = ("n", "n_not_ranked")
"""Figures that are the same whatever scores."""
LONGEST = 20
CHUNK = 256
"""People at a time, so that never the scores of all are in memory."""


def figures(
    score: Score,
    items: Sequence[str],
    known: Mapping[str, Mapping[str, float]],
    wanted: Mapping[str, frozenset[str]],
    matrix: csr_matrix,
    features: csr_matrix | None,
) -> dict[str, float]:
    """Rank all that a person does not know, and score the lists.

    `matrix` holds who has what, for novelty, and for diversity where there are no `features`.
    What is known and held out at once is ranked. People who want nothing rankable are left out.
    """
    columns = {item: column for column, item in enumerate(items)}
    rankable = {person: _columns(columns, wanted[person]) for person in wanted}
    people = [person for person in wanted if rankable[person]]
    rankings, reciprocals = [], []
    for person, row in _rows(score, people):
        closed = _columns(columns, known[person]) - rankable[person]
        rankings.append(best(row, closed, LONGEST))
        reciprocals.append(1 / min(place_of(row, each, closed) for each in rankable[person]))
    right = [rankable[person] for person in people]
    having = np.asarray((matrix > 0).sum(axis=0)).ravel()
    shares = dict(enumerate(having / max(1, matrix.shape[0])))
    return {
        "recall_at_20": recall_at(20, rankings, right),
        "ndcg_at_20": ndcg_at(20, rankings, right),
        "hit_rate_at_10": hit_at(10, rankings, right),
        "ndcg_at_10": ndcg_at(10, rankings, right),
        "mrr": sum(reciprocals) / max(1, len(reciprocals)),
        "coverage": coverage_at(10, rankings, len(items)),
        "diversity": diversity_at(10, rankings, matrix.T.tocsr() if features is None else features),
        "novelty": novelty_at(10, rankings, shares),
        "n": len(people),
        "n_not_ranked": sum(len(wanted[each]) - len(rankable[each]) for each in wanted),
    }


def judged(
    score: Score,
    items: Sequence[str],
    known: Mapping[str, Mapping[str, float]],
    examples: Sequence[Example],
    answer: Callable[[Mapping[str, float]], NDArray[np.float32]] | None = None,
) -> list[Judgement]:
    """Say of each example what stands first for the person, and how near the top its item is.

    An item that is known is looked for from the rest of the history, where `answer` scores one.
    """
    columns = {item: column for column, item in enumerate(items)}
    places: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        places.setdefault(example.input, []).append(place)
    found: dict[int, Judgement] = {}
    for person, row in _rows(score, list(places)):
        for place in places[person]:
            target = columns.get(examples[place].target)
            rest = {id: w for id, w in known[person].items() if id != examples[place].target}
            is_learnt = answer is not None and len(rest) < len(known[person])
            scores = answer(rest) if answer and is_learnt else row
            wants = examples[place].weight > 0
            found[place] = _judgement(scores, items, _columns(columns, rest), target, wants)
    return [found[place] for place in range(len(examples))]


def _judgement(
    row: NDArray[np.float32],
    items: Sequence[str],
    closed: frozenset[int],
    target: int | None,
    wants: bool,
) -> Judgement:
    first = best(row, closed, 1)
    if not first:
        return Judgement("", 0.0, float(not wants))
    place = place_of(row, target, closed) if target is not None else np.inf
    gain = 1 / np.log2(place + 1) if place <= 10 else 0.0
    confidence = _softmax_of(row, first[0], closed)
    return Judgement(items[first[0]], confidence, float(gain if wants else 1 - gain))


def _softmax_of(row: NDArray[np.float32], column: int, closed: frozenset[int]) -> float:
    """Probability of one item among those that are open, which it is the best of."""
    differences = np.asarray(row, dtype=float) - float(row[column])
    differences[list(closed)] = -np.inf
    return float(1 / np.exp(differences).sum())


def _rows(score: Score, people: Sequence[str]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        yield from zip(chunk, score(chunk), strict=True)


def _columns(
    columns: Mapping[str, int], items: Mapping[str, float] | frozenset[str]
) -> frozenset[int]:
    return frozenset(columns[each] for each in items if each in columns)
