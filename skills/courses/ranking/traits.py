"""Traits: what can be computed with of a course's text, topics, level, language, price, hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from skills.courses.catalogue.course import LEVELS, Course

Floats = NDArray[np.float32]
NAMES = ("text", "topics", "language", "level", "step", "price", "hours")
"""How a course meets a history: the inputs beside the views."""


@dataclass(frozen=True, eq=False)
class Traits:
    """Of some courses, one a row. What is not known of a course is 0, and `known` says so."""

    text: Floats
    """Embeddings, of unit length after the mean was taken off."""
    topics: Floats
    languages: Floats
    scales: Floats
    """Level, logarithm of the price, logarithm of the hours."""
    known: Floats
    """1 where `scales` is known."""

    def rows(self, rows: NDArray[np.intp]) -> Traits:
        """Take some courses."""
        return Traits(*(each[rows] for each in self.parts))

    def under(self, other: Traits) -> Traits:
        """Put other courses below these."""
        pairs = zip(self.parts, other.parts, strict=True)
        return Traits(*(np.concatenate(pair) for pair in pairs))

    @property
    def parts(self) -> tuple[Floats, ...]:
        """All matrices, in order."""
        return self.text, self.topics, self.languages, self.scales, self.known

    @cached_property
    def few(self) -> csr_matrix:
        """The topics without the many zeros: to be multiplied with while somebody waits."""
        return csr_matrix(self.topics)

    @property
    def described(self) -> Floats:
        """All in one row a course, for likeness."""
        weights = (1.0, 1.0, 0.5, 0.3)
        pairs = zip(weights, self.parts, strict=False)
        return np.concatenate([np.float32(weight) * each for weight, each in pairs], axis=1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What topics and languages there are, by their columns."""

    topics: Mapping[str, int]
    languages: Mapping[str, int]

    @classmethod
    def of(cls, courses: Sequence[Course]) -> Vocabulary:
        """Gather the words of some courses."""
        topics = sorted({topic for course in courses for topic in course.topics})
        languages = sorted({course.language for course in courses if course.language})
        return cls(
            {each: place for place, each in enumerate(topics)},
            {each: place for place, each in enumerate(languages)},
        )


def traits_of(courses: Sequence[Course], text: Floats, words: Vocabulary) -> Traits:
    """Compute the traits of courses from their fields and the embeddings of their texts."""
    size = len(courses)
    topics = np.zeros((size, len(words.topics)), np.float32)
    languages = np.zeros((size, len(words.languages)), np.float32)
    scales = np.full((size, 3), np.nan, np.float32)
    for row, course in enumerate(courses):
        topics[row, [words.topics[each] for each in course.topics if each in words.topics]] = 1
        if (language := course.language or "") in words.languages:
            languages[row, words.languages[language]] = 1
        scales[row] = _scales(course)
    topics /= np.maximum(np.linalg.norm(topics, axis=1, keepdims=True), 1)
    known = np.isfinite(scales)
    return Traits(text, topics, languages, np.nan_to_num(scales), known.astype(np.float32))


def _scales(course: Course) -> tuple[float, float, float]:
    level = LEVELS.index(course.level) if course.level in LEVELS else np.nan
    price = np.nan if course.price is None else np.log1p(course.price)
    hours = np.nan if course.hours is None else np.log1p(course.hours)
    return level, price, hours


def met(x: csr_matrix, having: Traits, offered: Traits) -> Floats:
    """Say how offered courses meet histories over the courses `having`: (traits, people, offered).

    Only what is wanted counts.
    """
    wanted = x.maximum(0).tocsr()
    sums = np.maximum(np.asarray(wanted.sum(axis=1), dtype=np.float32).reshape(-1, 1), 1e-6)
    text, topics, language = (wanted @ ours / sums for ours in having.parts[:3])
    likeness = (text @ offered.text.T, (offered.few @ topics.T).T, language @ offered.languages.T)
    sure = np.asarray(wanted @ having.known)
    mean = np.asarray(wanted @ (having.scales * having.known)) / np.maximum(sure, 1e-6)
    both = (sure > 0).astype(np.float32)[:, None] * offered.known[None]
    gaps = (offered.scales[None] - mean[:, None]) * both
    level, price, hours = gaps.transpose(2, 0, 1)
    return np.stack([*likeness, -np.abs(level), level, price, hours]).astype(np.float32)
