"""Finds courses by the meaning of what somebody said, where no course names it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.recommender import Index, Recommender, Values
from skills.courses.dialogue.understanding.words import SAYING_NOTHING

NEAR = 0.35
"""Likeness from which a course may be what is meant: most wishes that no course can meet stay
below it with all courses of the bundled catalogue."""
SHARE = 0.7
"""Of the nearest course's likeness, what the others must have at least."""


def near(
    text: str, model: Recommender, index: Index, courses: Sequence[Course]
) -> dict[str, float]:
    """Give the ids of the courses that a text is near to in meaning, with their likeness.

    There are none if it is nearer to a wish that says nothing of what is wanted.
    """
    if not text or not courses:
        return {}
    (said,), nothing = model.reading.read([text]), _saying_nothing(model.reading.read)
    likeness = index.offered.text @ said
    nearest = float(likeness.max())
    if nearest < max(NEAR, *(float(each @ said) for each in nothing)):
        return {}
    found = zip(courses, likeness, strict=True)
    return {course.id: float(value) for course, value in found if value >= SHARE * nearest}


@lru_cache(maxsize=2)
def _saying_nothing(read: Callable[[Sequence[str]], Values]) -> Values:
    return read(SAYING_NOTHING)
