"""A model of courses that scores by shared topics with the history, as tests can foresee."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.recommender import History, Values


@dataclass(frozen=True)
class ToyScores:
    total: Values
    parts: Mapping[str, Values]


class ToyRecommender:
    """Likes what is about the same as what was taken, then what comes early in the catalogue."""

    def index(self, courses: Sequence[Course]) -> tuple[Course, ...]:
        return tuple(courses)

    def scored(
        self, index: tuple[Course, ...], histories: Sequence[History]
    ) -> Sequence[ToyScores]:
        return [self._scores(index, history) for history in histories]

    def moved(
        self, index: tuple[Course, ...], history: History, course: str
    ) -> Sequence[tuple[str, float]]:
        courses = {each.id: each for each in index}
        shared = {
            id: weight * len(_topics(courses, id) & _topics(courses, course))
            for id, weight in history.items()
        }
        return sorted(shared.items(), key=lambda pair: -pair[1])

    def went_on(self, a: str, b: str) -> tuple[int, int] | None:
        return (40, 12) if (a, b) == ("python_1", "python_2") else None

    def _scores(self, index: tuple[Course, ...], history: History) -> ToyScores:
        text = [sum(change for _, change in self.moved(index, history, c.id)) for c in index]
        early = [-0.01 * place for place in range(len(index))]
        parts = {
            "text": np.asarray(text, dtype=np.float32),
            "popularity": np.asarray(early, dtype=np.float32),
        }
        return ToyScores(parts["text"] + parts["popularity"], parts)


def _topics(courses: Mapping[str, Course], id: str) -> set[str]:
    return set(courses[id].topics) if id in courses else set()
