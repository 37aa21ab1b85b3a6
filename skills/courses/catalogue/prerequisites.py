"""What must hold between courses: prerequisites that exist and do not go in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from skills.courses.catalogue.course import Course


def unknown_in(courses: Mapping[str, Course]) -> Iterator[tuple[Course, str]]:
    """Yield each prerequisite that is no course, with the course that names it."""
    for course in courses.values():
        for needed in course.prerequisites:
            if needed not in courses:
                yield course, needed


def circle_in(courses: Mapping[str, Course]) -> tuple[str, ...]:
    """Find courses each of which comes before the next, the last being the first; () if none do."""
    before = {course.id: course.prerequisites for course in courses.values()}
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()
