"""Wishes beside what was shown: shorter, cheaper, easier and the like, as constraints."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.constraints import Constraints, Range

LEAST = 1.0
"""By how much a course has to be shorter or cheaper, in hours or dollars."""


def changed(change: str, courses: Sequence[Course]) -> Constraints:
    """Give the constraint that a change beside these courses means; empty if it can mean none."""
    hours = [course.hours for course in courses if course.hours is not None]
    prices = [course.price for course in courses if course.price is not None]
    match change:
        case "shorter" if hours:
            return Constraints(hours=Range(at_most=max(LEAST, median(hours) - LEAST)))
        case "longer" if hours:
            return Constraints(hours=Range(at_least=median(hours) + LEAST))
        case "cheaper" if prices:
            return Constraints(price=Range(at_most=max(0.0, median(prices) - LEAST)))
        case "easier":
            return Constraints(levels=_beside(courses, -1))
        case "harder":
            return Constraints(levels=_beside(courses, 1))
        case "sooner":
            return Constraints(starts=_sooner(courses))
    return Constraints()


def _beside(courses: Sequence[Course], step: int) -> tuple[str, ...]:
    places = [LEVELS.index(course.level) for course in courses if course.level in LEVELS]
    if not places:
        return ()
    place = round(median(places)) + step
    return (LEVELS[min(max(place, 0), len(LEVELS) - 1)],)


def _sooner(courses: Sequence[Course]) -> Range:  # type: ignore[type-arg] # of days
    days = sorted(day for course in courses for day in course.starts[:1])
    return Range(at_most=days[(len(days) - 1) // 2]) if days else Range()
