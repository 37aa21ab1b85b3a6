"""Traits: what can be computed with of a course's text, topics, level, price, cover and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from skills.courses.catalogue.course import LEVELS, Course

Floats = NDArray[np.float32]
NAMES = ("text", "topics", "language", "level", "step", "price", "hours", "cover")
"""How a course meets a history: the inputs beside the views; the last where there are covers."""
COVER = 0.5
"""What the cover counts in likeness, where text counts 1. Not chosen on data: none has covers."""


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
    covers: Floats
    """Embeddings, as those of texts; of no width where no course of the catalogue has a cover."""

    @property
    def names(self) -> tuple[str, ...]:
        """What `met` says of a course."""
        return NAMES if self.covers.shape[1] else NAMES[:-1]

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
        return self.text, self.topics, self.languages, self.scales, self.known, self.covers

    @cached_property
    def few(self) -> csr_matrix:
        """The topics without the many zeros: to be multiplied with while somebody waits."""
        return csr_matrix(self.topics)

    @property
    def described(self) -> Floats:
        """All in one row a course, for likeness."""
        parts = (self.text, self.topics, self.languages, self.scales, self.covers)
        pairs = zip((1.0, 1.0, 0.5, 0.3, COVER), parts, strict=True)
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


def traits_of(courses: Sequence[Course], text: Floats, covers: Floats, words: Vocabulary) -> Traits:
    """Compute the traits of courses from their fields and the embeddings of texts and covers."""
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
    known = np.isfinite(scales).astype(np.float32)
    return Traits(text, topics, languages, np.nan_to_num(scales), known, covers)


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
    looks = [(wanted @ having.covers / sums) @ offered.covers.T] if having.covers.shape[1] else []
    return np.stack([*likeness, -np.abs(level), level, price, hours, *looks]).astype(np.float32)
