"""Wishes beside what was shown: shorter, cheaper, easier and the like, as constraints."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from statistics import median

from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.constraints import Constraints, Range

CHANGES = ("shorter", "longer", "cheaper", "easier", "harder", "sooner", "cheapest", "shortest")
SUPERLATIVES = ("cheapest", "shortest")
"""Changes that are beside all courses that fit, not beside those shown."""
HALF, FEW = 0.5, 0.25
"""Which part of courses is shorter or cheaper: than those of a list, and than all there are."""
LEAST = 1.0
"""The shortest course, and by how much another has to be longer, in hours."""
DOLLARS = 5
"""Prices are rounded to it, since nobody says "at most 103 dollars"."""


def changed(change: str, courses: Sequence[Course], part: float = HALF) -> Constraints:
    """Give the constraint that a change beside these courses means; empty if it can mean none.

    `part` of the courses are what is meant by shorter or cheaper ones.
    """
    hours = [course.hours for course in courses if course.hours is not None]
    prices = [course.price for course in courses if course.price is not None]
    match change:
        case "shorter" if hours:
            return Constraints(hours=Range(at_most=max(LEAST, _below(_value(hours, part), 1))))
        case "shortest" if hours:
            return Constraints(hours=Range(at_most=min(hours)))
        case "cheapest" if prices:
            return Constraints(price=Range(at_most=min(prices)))
        case "longer" if hours:
            return Constraints(hours=Range(at_least=floor(_value(hours, 1 - part)) + LEAST))
        case "cheaper" if prices:
            return Constraints(price=Range(at_most=max(0.0, _below(_value(prices, part), DOLLARS))))
        case "easier":
            return Constraints(levels=_beside(courses, -1))
        case "harder":
            return Constraints(levels=_beside(courses, 1))
        case "sooner":
            return Constraints(starts=_sooner(courses))
    return Constraints()


def _value(values: Sequence[float], part: float) -> float:
    """The value that such a part of them stays below; at a half, the median."""
    if part == HALF:
        return median(values)
    ranked = sorted(values)
    return ranked[min(int(part * len(ranked)), len(ranked) - 1)]


def _below(value: float, step: int) -> float:
    """The next round number below a value."""
    return float(step * (ceil(value / step) - 1))


def _beside(courses: Sequence[Course], step: int) -> tuple[str, ...]:
    places = [LEVELS.index(course.level) for course in courses if course.level in LEVELS]
    if not places:
        return ()
    place = round(median(places)) + step
    return (LEVELS[min(max(place, 0), len(LEVELS) - 1)],)


def _sooner(courses: Sequence[Course]) -> Range:  # type: ignore[type-arg] # of days
    days = sorted(day for course in courses for day in course.starts[:1])
    return Range(at_most=days[(len(days) - 1) // 2]) if days else Range()
