"""Chooses a list of courses: good for the learner, unlike each other, at times something new."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from skills.courses.catalogue.course import Course

SIZE = 4
"""Courses in a list, if there are so many."""
RELEVANCE = 0.75
"""How much it counts that a course suits, beside that it is unlike those above it."""
EXPLORED = 0.25
"""Part of the lists whose last place goes to a fresh course."""
LOOKED_AT = 60
"""Best candidates among which the list is made."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """The course that was shown for its chance to be seen, and how likely that was."""

    course: str
    probability: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A list, best first."""

    courses: tuple[Course, ...]
    explored: Exploration | None = None


def choose(
    candidates: Sequence[Course], scores: Mapping[str, float], fresh: Collection[str], seed: str
) -> Choice:
    """Choose a list; the same for the same seed, which says who is asked and for which time."""
    ranked = sorted(candidates, key=lambda course: -scores[course.id])
    chosen = diversified(ranked[:LOOKED_AT], scores)
    new = [course for course in ranked if course.id in fresh and course not in chosen]
    if len(chosen) < SIZE or not new or _draw(seed, "explore") >= EXPLORED:
        return Choice(tuple(chosen))
    place, chance = _drawn([scores[course.id] for course in new], _draw(seed, "which"))
    explored = Exploration(new[place].id, round(EXPLORED * chance, 4))
    return Choice((*chosen[:-1], new[place]), explored)


def diversified(ranked: Sequence[Course], scores: Mapping[str, float]) -> list[Course]:
    """Choose by maximal marginal relevance (Carbonell and Goldstein, 1998)."""
    left = list(ranked)
    chosen: list[Course] = []
    if not left:
        return chosen
    best, worst = scores[left[0].id], scores[left[-1].id]
    spread = (best - worst) or 1.0
    while left and len(chosen) < SIZE:
        taken = max(
            left,
            key=lambda course: (
                RELEVANCE * (scores[course.id] - worst) / spread
                - (1 - RELEVANCE) * max((likeness(course, each) for each in chosen), default=0.0)
            ),
        )
        chosen.append(taken)
        left.remove(taken)
    return chosen


def likeness(one: Course, other: Course) -> float:
    """How much two courses are about the same, 0 to 1: Jaccard's index of topics and level."""
    first, second = {*one.topics, one.level}, {*other.topics, other.level}
    return len(first & second) / max(1, len(first | second))


def _drawn(scores: Sequence[float], draw: float) -> tuple[int, float]:
    """Draw a place in proportion to the exponentials of scores, with its probability."""
    best = max(scores)
    weights = [math.exp(score - best) for score in scores]
    total, reached = sum(weights), 0.0
    for place, weight in enumerate(weights):
        reached += weight / total
        if draw < reached:
            return place, weight / total
    return len(weights) - 1, weights[-1] / total


def _draw(seed: str, what: str) -> float:
    """Draw a number from 0 to 1 that is always the same for the same words."""
    digest = hashlib.blake2b(f"{seed}|{what}".encode(errors="surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest()) / 2**64
