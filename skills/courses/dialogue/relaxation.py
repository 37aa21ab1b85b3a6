"""What to give up where no course meets all constraints, and what that would give."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.constraints import Constraints, Range, meets, unmet

T = TypeVar("T", float, date)
WANTED = 3
"""Courses that a loosened constraint should let in, if there are so many."""
HOURS, DOLLARS, DAYS = 10.0, 50.0, 60.0
"""How far off is as bad as another level."""
FARTHER = 1.0
"""How much farther off than the nearest the others may be, to be let in on its account."""
ANOTHER = 2.0
"""How bad another language or topic is, beside another level."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Constraints loosened no further than need be."""

    names: tuple[str, ...]
    """Those that are loosened: one, or as few as will do."""
    offer: Constraints
    """What could be asked for instead."""
    courses: tuple[Course, ...]
    """What meets that, the nearest to what was asked for first."""


def relaxations(courses: Iterable[Course], constraints: Constraints) -> list[Relaxation]:
    """Say what to loosen so that some of the courses meet the constraints, the least first.

    There are none where a course meets them as they are, or none comes near.
    """
    near: dict[tuple[str, ...], list[Course]] = defaultdict(list)
    for course in courses:
        near[unmet(course, constraints)].append(course)
    if () in near:
        return []
    found = {names: _reachable(names, group, constraints) for names, group in near.items()}
    fewest = min((len(names) for names, group in found.items() if group), default=0)
    offers = [
        _relaxation(names, group, constraints)
        for names, group in found.items()
        if group and len(names) == fewest
    ]
    return sorted(offers, key=lambda each: distance(each.courses[0], constraints, each.names))


def _reachable(
    names: Sequence[str], courses: Iterable[Course], constraints: Constraints
) -> list[Course]:
    """Order courses by how far they are from the constraints, without those whose value is none."""
    far = {course: distance(course, constraints, names) for course in courses}
    return sorted((course for course in far if math.isfinite(far[course])), key=far.__getitem__)


def _relaxation(
    names: tuple[str, ...], courses: Sequence[Course], constraints: Constraints
) -> Relaxation:
    enough = distance(courses[0], constraints, names) + FARTHER
    let_in = [each for each in courses[:WANTED] if distance(each, constraints, names) <= enough]
    changes = {name: _loosened(name, constraints, let_in) for name in names}
    offer = replace(constraints.without(*names), **changes)
    return Relaxation(names, offer, tuple(each for each in courses if meets(each, offer)))


def distance(course: Course, constraints: Constraints, names: Iterable[str]) -> float:
    """How far a course is from meeting some constraints: 1 for another level, 0 if it does."""
    return sum(_distance(course, constraints, name) for name in names)


def _distance(course: Course, wanted: Constraints, name: str) -> float:
    match name:
        case "levels":
            return _levels_apart(course, wanted)
        case "hours":
            return _outside(course.hours, wanted.hours) / HOURS
        case "price":
            return _outside(course.price, wanted.price) / DOLLARS
        case "starts":
            days = (_days_outside(day, wanted.starts) for day in course.starts)
            return min(days, default=math.inf) / DAYS
        case _:
            return ANOTHER


def _levels_apart(course: Course, wanted: Constraints) -> float:
    places = [LEVELS.index(level) for level in wanted.levels if level in LEVELS]
    if course.level is None or not places:
        return math.inf
    return float(min(abs(LEVELS.index(course.level) - place) for place in places))


def _outside(value: float | None, bounds: Range[float]) -> float:
    if value is None:
        return math.inf
    below = 0.0 if bounds.at_least is None else bounds.at_least - value
    above = 0.0 if bounds.at_most is None else value - bounds.at_most
    return max(below, above, 0.0)


def _days_outside(day: date, bounds: Range[date]) -> float:
    below = 0 if bounds.at_least is None else (bounds.at_least - day).days
    above = 0 if bounds.at_most is None else (day - bounds.at_most).days
    return float(max(below, above, 0))


def _loosened(name: str, wanted: Constraints, courses: Sequence[Course]) -> Any:
    """Give the value of a constraint that lets in these courses, the nearest at least."""
    match name:
        case "levels":
            return _with_levels(wanted, courses)
        case "hours":
            return _around(wanted.hours, [each.hours or 0.0 for each in courses])
        case "price":
            return _around(wanted.price, [each.price or 0.0 for each in courses])
        case "starts":
            return _around(wanted.starts, [_nearest_start(each, wanted.starts) for each in courses])
        case _:
            return ()


def _with_levels(wanted: Constraints, courses: Sequence[Course]) -> tuple[str, ...]:
    nearest = _levels_apart(courses[0], wanted)
    added = {each.level for each in courses if _levels_apart(each, wanted) == nearest}
    return tuple(level for level in LEVELS if level in added or level in wanted.levels)


def _around(bounds: Range[T], values: Sequence[T]) -> Range[T]:
    at_least = None if bounds.at_least is None else min(bounds.at_least, *values)
    return Range(at_least, None if bounds.at_most is None else max(bounds.at_most, *values))


def _nearest_start(course: Course, bounds: Range[date]) -> date:
    return min(course.starts, key=lambda day: _days_outside(day, bounds))
