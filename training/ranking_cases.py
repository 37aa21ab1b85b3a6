"""What the benchmark of the courses makes of a data set, and how it scores and compares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.metrics import hit_at
from training.published_rankings import RankingData
from training.ranked import CHUNK
from training.ranking_baselines import (
    Fitted,
    LightFMSettings,
    baselines,
    ease,
    hybrid,
    lightfm,
)
from training.ranking_metrics import among_negatives, best, ndcg_at, recall_at

Figures = Mapping[str, float]
Score = Callable[[Sequence[int]], NDArray[np.float32]]
"""Scores all items, by their numbers, for each of some people."""
EVERY = 10
"""Every tenth item is hidden."""
NEGATIVES = 99
DAY = 0.01
RIDGES = {"ncf-ml-1m": 1000.0, "mooccubex-courses": 500.0}
"""Of EASE, as the published references have it."""
COLD = LightFMSettings(components=32, loss="warp", epochs=15)
"""The best of about ten tried with another tenth hidden: losses, features, components."""


def scored(data: RankingData, score: Score) -> Figures:
    """Score the wanted items among their negatives, or in the whole catalogue without the known."""
    people = [person for person, wanted in enumerate(data.wanted) if wanted]
    wanted = [data.wanted[person] for person in people]
    rankings = [
        among_negatives(row, next(iter(data.wanted[person])), data.negatives[person])
        if data.negatives
        else best(row, data.histories[person], 20)
        for person, row in _rows(people, score)
    ]
    if data.negatives:
        return {
            "hit_rate_at_10": hit_at(10, rankings, wanted),
            "ndcg_at_10": ndcg_at(10, rankings, wanted),
        }
    return {
        "recall_at_20": recall_at(20, rankings, wanted),
        "ndcg_at_20": ndcg_at(20, rankings, wanted),
    }


def compared(data: RankingData) -> Iterator[tuple[str, Figures]]:
    """Score the baselines, one after the other."""
    matrix = matrix_of(data)
    for name, fitted in baselines(matrix, None):
        yield name, scored(data, of_rows(fitted))
    yield "EASE", scored(data, of_rows(ease(matrix, RIDGES.get(data.name, 500.0))))


def hidden(data: RankingData, place: int = 0, seed: int = 0) -> RankingData:
    """Hide the items whose number is `place` modulo 10, each person to find one of them.

    It stands among 99 other hidden ones that the person has not: among others, whoever merely
    ranked unseen items first would be right.
    """
    draw = np.random.default_rng(seed)
    kept, wanted, negatives = [], [], []
    for history in data.histories:
        cold = sorted(item for item in history if item % EVERY == place)
        kept.append([item for item in history if item % EVERY != place])
        others = np.setdiff1d(np.arange(place, len(data.items), EVERY), history)
        found = bool(cold and kept[-1])
        wanted.append(frozenset({int(draw.choice(cold))} if found else ()))
        chosen = draw.choice(others, min(NEGATIVES, len(others)), replace=False) if found else ()
        negatives.append([int(each) for each in chosen])
    return replace(data, histories=kept, wanted=wanted, negatives=negatives)


def day(data: RankingData, seed: int) -> tuple[RankingData, RankingData]:
    """Part what people did into what was before and a hundredth, at random, that is new."""
    draw = np.random.default_rng(seed)
    old: list[list[int]] = []
    new: list[list[int]] = []
    for history in data.histories:
        is_new = draw.random(len(history)) < DAY
        old.append([each for each, fresh in zip(history, is_new, strict=True) if not fresh])
        new.append([each for each, fresh in zip(history, is_new, strict=True) if fresh])
    return replace(data, histories=old), replace(data, histories=new)


def synthetic(items: int, seed: int, people: int = 10_000, each: int = 30) -> RankingData:
    """Make up many items in groups, and people who mostly keep to a group.

    In a group, as among all, the first items are the popular ones.
    """
    draw = np.random.default_rng(seed)
    groups = max(1, items // 500)
    size = items // groups
    histories = []
    for person in range(people):
        near = (person % groups) * size + (size * draw.random(each) ** 2).astype(int)
        far = (items * draw.random(each) ** 3).astype(int)
        mixed = np.where(draw.random(each) < 0.8, near, far)
        histories.append([int(item) for item in dict.fromkeys(mixed.tolist())])
    named = [
        {"title": f"Course {n % size} of {n // size}", "topics": [f"topic {n // size}"]}
        for n in range(items)
    ]
    return RankingData("made up", histories, [frozenset()] * people, named)


def lightfm_hybrid(data: RankingData, seed: int = 0) -> Score:
    """Fit LightFM on who took what and on the topics and the words of the titles."""
    matrix = matrix_of(data)
    learnt = np.asarray(matrix.sum(axis=0)).ravel() > 0
    return of_rows(lightfm(matrix, hybrid(words(data), learnt), COLD, seed))


def words(data: RankingData) -> csr_matrix:
    """Say which topics and words of its title each item has, but for those of one item alone."""
    having = [
        {*(f"topic {each}" for each in item.get("topics", ())), *_words(item["title"])}
        for item in data.items
    ]
    counts = Counter(word for each in having for word in each)
    columns = {word: n for n, word in enumerate(sorted(w for w, n in counts.items() if n > 1))}
    pairs = [(n, columns[w]) for n, each in enumerate(having) for w in each if w in columns]
    return _ones(pairs, (len(having), len(columns)))


def matrix_of(data: RankingData) -> csr_matrix:
    """Write who has what as ones, people in rows."""
    pairs = [(person, item) for person, history in enumerate(data.histories) for item in history]
    return _ones(pairs, (len(data.histories), len(data.items)))


def of_rows(fitted: Fitted) -> Score:
    """Let a baseline be asked by numbers of people."""
    return lambda people: fitted(np.array(people, dtype=np.intp))


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", title.casefold())


def _ones(pairs: Sequence[tuple[int, int]], shape: tuple[int, int]) -> csr_matrix:
    rows, columns = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return csr_matrix((np.ones(len(pairs), np.float32), (rows, columns)), shape=shape)


def _rows(people: Sequence[int], score: Score) -> Iterator[tuple[int, NDArray[np.float32]]]:
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        yield from zip(chunk, score(chunk), strict=True)
