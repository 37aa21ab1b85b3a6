"""CoursesModel: scores courses for a history; who the learner is, it does not ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from skills.courses.catalogue.course import Course
from skills.courses.ranking import storage
from skills.courses.ranking.cold import extended, landmarks_of, told
from skills.courses.ranking.fusion import INPUTS, PARTS, Fusion, inputs_of, standardise
from skills.courses.ranking.keys import key_of
from skills.courses.ranking.looking import Looking
from skills.courses.ranking.past import Past, row_of
from skills.courses.ranking.reading import Reading
from skills.courses.ranking.traits import Traits, Vocabulary, met, traits_of
from skills.courses.ranking.views import NAMES, Recipe, Views, raw_scores

Floats = NDArray[np.float32]
History = Mapping[str, float]
CELLS = 4_000_000
"""Scores of views at a time, so that memory stays small however many people there are."""
LATEST = 50
"""Courses of a history that are asked what they moved."""


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Courses to rank, the columns of scores."""

    ids: tuple[str, ...]
    columns: Mapping[str, int]
    """Of histories: what the model learnt, then the courses that are new to it."""
    learnt: NDArray[np.intp]
    """For each course the column of the model, 0 where it has none."""
    places: Mapping[int, int]
    """Of columns of histories: where the course stands in `ids`."""
    having: Traits
    offered: Traits
    cold: NDArray[np.intp]
    """Places of the courses that nobody took."""
    waiting: NDArray[np.intp]
    """For each of them its column of histories."""
    landmarks: NDArray[np.intp]
    told: Floats


@dataclass(frozen=True, eq=False)
class Scores:
    """How well each course of an index suits one learner."""

    total: Floats
    """Higher is better; differences are logits."""
    inputs: Floats
    length: float
    fusion: Fusion

    @cached_property
    def parts(self) -> Mapping[str, Floats]:
        """What each view brought: how much lower the score would be without it."""
        return {name: self.total - self._without(names) for name, names in PARTS.items()}

    def _without(self, names: Sequence[str]) -> Floats:
        inputs = self.inputs.copy()
        inputs[[INPUTS.index(name) for name in names if INPUTS.index(name) < len(inputs)]] = 0
        return self.fusion(inputs, self.length)


@dataclass(frozen=True, eq=False)
class CoursesModel:
    """Views of histories, traits of courses, and the net that fuses them."""

    ids: tuple[str, ...]
    keys: tuple[str, ...]
    """Of the texts that were read of the courses."""
    recipe: Recipe
    views: Views
    traits: Traits
    words: Vocabulary
    reading: Reading
    looking: Looking
    fusion: Fusion
    past: Past

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Read the model from its folder."""
        return cls(**storage.load(path, device))

    def save(self, path: Path) -> None:
        """Write the model into the empty folder `path`."""
        storage.save(self, path)

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The place of each course that was learnt."""
        return {id: column for column, id in enumerate(self.ids)}

    def index(self, courses: Sequence[Course]) -> Index:
        """Prepare courses to be scored; only texts that are new or changed are encoded."""
        ids = tuple(course.id for course in courses)
        new = [each for each in courses if not self._knows(each)]
        texts = self.reading.read([each.text for each in new])
        covers = self.looking.look([each.image for each in new])
        added = traits_of(new, texts, covers, self.words)
        having = self.traits.under(added)
        row = dict(self.columns) | {each.id: len(self.ids) + n for n, each in enumerate(new)}
        offered = having.rows(np.array([row[id] for id in ids], np.intp))
        columns = dict(self.columns)
        for id in ids:
            columns.setdefault(id, len(columns))
        having = having.rows(np.array([row[id] for id in columns], np.intp))
        learnt = np.array([self.columns.get(id, -1) for id in ids], np.intp)
        counts = self.views.counts
        cold = np.flatnonzero((learnt < 0) | (counts[learnt] == 0) if len(counts) else learnt < 0)
        marks = landmarks_of(counts, len(cold))
        weights = np.empty((0, len(cold)), np.float32)
        if len(marks):
            weights = told(self.traits.rows(marks), counts[marks], offered.rows(cold))
        places = {columns[id]: place for place, id in enumerate(ids)}
        learnt = np.maximum(learnt, 0)
        waiting = np.array([columns[ids[place]] for place in cold], np.intp)
        return Index(ids, columns, learnt, places, having, offered, cold, waiting, marks, weights)

    def scored(self, index: Index, histories: Sequence[History]) -> list[Scores]:
        """Score every course of the index for each history."""
        return list(self.scores(index, histories))

    def scores(self, index: Index, histories: Sequence[History]) -> Iterator[Scores]:
        """Score one history after the other, so that not all scores are in memory."""
        size = max(1, CELLS // (len(INPUTS) * max(1, len(index.ids), len(self.ids))))
        for start in range(0, len(histories), size):
            x = row_of(histories[start : start + size], index.columns)
            inputs = self.inputs(index, x)
            for row in range(inputs.shape[1]):
                length = float(x.indptr[row + 1] - x.indptr[row])
                each = np.ascontiguousarray(inputs[:, row])
                yield Scores(self.fusion(each, length), each, length, self.fusion)

    def inputs(self, index: Index, x: csr_matrix) -> Floats:
        """Compute what the net sees: (inputs, people, courses)."""
        out = np.zeros((len(inputs_of(index.having)), x.shape[0], len(index.ids)), np.float32)
        if not index.ids:
            return out
        if self.ids:
            raw = raw_scores(self.views, self._as_learnt(index, x), self.recipe)
            out[: len(NAMES)] = raw[:, :, index.learnt]
            if len(index.landmarks):
                marks = raw[:, :, index.landmarks]
                extended(out[: len(NAMES)], marks, index.told, index.cold)
        out[len(NAMES) :] = met(x, index.having, index.offered)
        rows, columns = x.nonzero()
        places = np.array([index.places.get(int(each), -1) for each in columns], np.intp)
        standardise(out, rows[places >= 0], places[places >= 0])
        return out

    def moved(self, index: Index, history: History, course: str) -> list[tuple[str, float]]:
        """Say which courses of a history moved a course's score, by leaving out one at a time."""
        if course not in index.ids:
            return []
        place = index.ids.index(course)
        counting = [id for id in history if id in index.columns and id != course][-LATEST:]
        without = [{k: v for k, v in history.items() if k != id} for id in counting]
        whole, *fewer = [float(one.total[place]) for one in self.scores(index, [history, *without])]
        found = [(id, whole - each) for id, each in zip(counting, fewer, strict=True)]
        return sorted(found, key=lambda each: -each[1])

    def went_on(self, a: str, b: str) -> tuple[int, int] | None:
        """Count who took `a`, and who of them later took `b`; None if they are too few."""
        if a not in self.columns or b not in self.columns:
            return None
        return self.past.went_on(self.columns[a], self.columns[b])

    def _knows(self, course: Course) -> bool:
        column = self.columns.get(course.id)
        return column is not None and self.keys[column] == key_of(course)

    def _as_learnt(self, index: Index, x: csr_matrix) -> csr_matrix:
        """Let what nobody else took count as the courses like it."""
        known = x[:, : len(self.ids)]
        among = x[:, index.waiting].tocsc()
        having = np.flatnonzero(np.diff(among.indptr))
        if not len(having) or not len(index.landmarks):
            return known
        alike = np.maximum(index.told[:, having], 0)
        alike /= np.maximum(alike.sum(axis=0, keepdims=True), 1e-6)
        moved = np.zeros(known.shape, np.float32)
        moved[:, index.landmarks] = among[:, having] @ alike.T
        return (known + csr_matrix(moved)).tocsr()
