"""Finds courses by the meaning of what somebody said, where no course names it."""

from __future__ import annotations

from collections.abc import Sequence

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.recommender import Index, Recommender

NEAR = 0.35
"""Likeness from which a course may be what is meant: most wishes that no course can meet, and
those that name no subject, stay below it with all courses of the bundled catalogue."""
SHARE = 0.6
"""Of the nearest course's likeness, what the others must have at least."""


def near(
    text: str, model: Recommender, index: Index, courses: Sequence[Course]
) -> dict[str, float]:
    """Give the ids of the courses that a text is near to in meaning, with their likeness."""
    if not text or not courses:
        return {}
    likeness = index.offered.text @ model.reading.read([text])[0]
    least = max(NEAR, SHARE * float(likeness.max()))
    found = zip(courses, likeness, strict=True)
    return {course.id: float(value) for course, value in found if value >= least}
