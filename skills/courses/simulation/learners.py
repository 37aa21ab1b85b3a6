"""A simulated learner: what they want, and how much they want each course."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.simulation.groups import BUDGETS, GROUPS, LEVELS_AT_FIRST, SPEAKERS, Wishes

T = TypeVar("T")
SECOND_INTEREST = 0.35
"""How many learners have another interest, wanted half as much."""
BESIDE = 0.03
"""How much topics are wanted that are no interest."""
FOREIGN = 0.02
"""How much courses in a language are wanted that is neither English nor one's own."""
OWN_LANGUAGE = 4.0
"""How much more courses in one's own language are wanted than English ones."""
AVERAGE, LONGEST = 11.0, 40
"""Courses that a learner takes: on average, at most."""


@dataclass(frozen=True, slots=True)
class Learner:
    """What does not change while somebody learns."""

    id: str
    wishes: Wishes
    language: str
    budget: float
    """Dollars at which a course is wanted e times less than a free one."""
    level: float
    """At first, as a place in LEVELS."""
    courses: int
    """How many they will take."""

    def affinity(self, course: Course) -> float:
        """How much they want the topics of a course, about 0 to 1."""
        wanted = [self.wishes.get(topic, BESIDE) for topic in course.topics]
        return sum(wanted) / max(1, len(wanted)) / max(self.wishes.values(), default=1.0)

    def interest(self, course: Course) -> float:
        """How much they want a course, whatever their level."""
        cost = math.exp(-(course.price or 0.0) / self.budget)
        return self.affinity(course) ** 2 * cost * self._understands(course)

    def _understands(self, course: Course) -> float:
        if course.language == self.language:
            return 1.0 if self.language == "English" else OWN_LANGUAGE
        return 1.0 if course.language in ("English", None) else FOREIGN


def drawn_learner(id: str, draw: Random) -> Learner:
    """Draw a learner."""
    shares = {name: 1 / (place + 3) for place, name in enumerate(GROUPS, 1)}
    wishes = Counter(GROUPS[drawn(shares, draw)])
    if draw.random() < SECOND_INTEREST:
        second = GROUPS[drawn(shares, draw)]
        wishes.update({topic: wish / 2 for topic, wish in second.items()})
    return Learner(
        id=id,
        wishes=wishes,
        language=drawn(SPEAKERS, draw),
        budget=drawn(BUDGETS, draw),
        level=drawn(LEVELS_AT_FIRST, draw),
        courses=min(LONGEST, 1 + int(draw.expovariate(1 / AVERAGE))),
    )


def drawn(weights: Mapping[T, float], draw: Random) -> T:
    """Draw a key by its weight."""
    return draw.choices(list(weights), list(weights.values()))[0]


def fit(course: Course, level: float) -> float:
    """How well the level of a course fits a learner's, 0 to 1; what is too hard fits worse."""
    if course.level is None:
        return 1.0
    apart = LEVELS.index(course.level) - level
    return math.exp(-1.6 * apart if apart > 0 else 0.9 * apart)
