"""What the conversation needs of a model of courses: scores for a history, and what moved them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from skills.courses.catalogue.course import Course

Values = npt.NDArray[np.float32]
History = Mapping[str, float]
"""How much a learner wants each course that they met, the latest last; 0 is refused."""


class Scores(Protocol):
    """How well each course of an index suits one learner."""

    @property
    def total(self) -> Values:
        """Higher is better; differences are logits."""
        ...

    @property
    def parts(self) -> Mapping[str, Values]:
        """What each view of the model brought, by names that people understand."""
        ...


class Reader(Protocol):
    """Reads texts by the shared sentence encoder."""

    def read(self, texts: Sequence[str]) -> Values:
        """Embed texts: (texts, width), of unit length."""
        ...


class Texts(Protocol):
    """The courses of an index, as a reader reads them."""

    @property
    def text(self) -> Values:
        """Embeddings: (courses, width)."""
        ...


class Index(Protocol):
    """Courses prepared to be scored."""

    @property
    def offered(self) -> Texts:
        """What is known of the courses without their learners."""
        ...


class Recommender(Protocol):
    """Scores courses; what it knows of a learner is the history alone."""

    @property
    def reading(self) -> Reader:
        """What it reads texts by."""
        ...

    def index(self, courses: Sequence[Course]) -> Any:
        """Prepare courses to be scored."""
        ...

    def scored(self, index: Any, histories: Sequence[History]) -> Sequence[Scores]:
        """Score every course of the index for each history."""
        ...

    def moved(self, index: Any, history: History, course: str) -> Sequence[tuple[str, float]]:
        """Name the courses of a history that moved a course's score, the most helpful first."""
        ...

    def went_on(self, a: str, b: str) -> tuple[int, int] | None:
        """Count who took `a`, and who of them later took `b`; None if they are too few to tell."""
        ...
