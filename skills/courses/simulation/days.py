"""Simulates what learners do with a catalogue, day by day; the same seed gives the same.

What is in it, for a model to find: groups of common interest (`groups`), levels that rise while
somebody learns, sequences along prerequisites, languages, prices, popular courses, courses that
came later or are retired, ratings that follow interest and the quality of a course, and noise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

from skills.courses.catalogue.course import Course
from skills.courses.catalogue.interactions import Interaction
from skills.courses.simulation.learners import Learner, drawn_learner, fit

LATER = 0.15
"""How many courses came into the catalogue only after the first day."""
FRESH = 6
"""The newest courses, which nobody has taken yet."""
NOISE = 0.05
"""How many courses are chosen for no reason that can be known."""
NEXT, TOO_EARLY = 25.0, 0.04
"""How much more a course is wanted just after its prerequisite, or less before it."""
GROWTH = 0.2
"""Levels that a completed course lifts a learner by."""
PAUSE = 40.0
"""Days between one course and the next, on average."""
NO_INTEREST = 0.2
"""Affinity below which a course that is offered is refused."""
RATED, CLICKED, REFUSED, FORSAKEN = 0.5, 0.3, 0.07, 0.12
"""How often a completed course is rated, another is looked at, refused, and a course given up."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are simulated; retired courses could be taken in the first half of them."""

    first: date = date(2024, 1, 1)
    last: date = date(2026, 10, 31)

    def day(self, share: float) -> date:
        """Give the day after a share of the period."""
        return self.first + timedelta(days=int(share * (self.last - self.first).days))


@dataclass(frozen=True, slots=True)
class World:
    """What is true of the courses for all learners."""

    courses: Sequence[Course]
    period: Period
    popularity: Mapping[str, float]
    quality: Mapping[str, float]
    """What is added to ratings, in stars."""
    since: Mapping[str, date]

    def is_open(self, course: Course, day: date) -> bool:
        """Whether a course can be taken on a day."""
        if course.is_retired and day > self.period.day(0.5):
            return False
        return self.since[course.id] <= day


def drawn_world(courses: Sequence[Course], period: Period, draw: Random) -> World:
    """Draw which courses are popular, good and new."""
    ranks = draw.sample(range(1, len(courses) + 1), len(courses))
    offered = [course.id for course in courses if not course.is_retired]
    fresh = set(draw.sample(offered, min(FRESH, len(offered))))
    since = {}
    for course in courses:
        came = period.day(draw.random()) if draw.random() < LATER else period.first
        since[course.id] = period.last + timedelta(days=1) if course.id in fresh else came
    return World(
        courses=courses,
        period=period,
        popularity={course.id: rank**-0.45 for course, rank in zip(courses, ranks, strict=True)},
        quality={course.id: draw.gauss(0.0, 0.4) for course in courses},
        since=since,
    )


@dataclass
class Journey:
    """One learner's way through the catalogue."""

    world: World
    learner: Learner
    draw: Random
    day: date
    level: float = 0.0
    done: list[str] = field(default_factory=list)
    """Courses completed, in order."""
    met: set[str] = field(default_factory=set)
    """Courses taken, looked at or refused."""

    def steps(self) -> Iterator[Interaction]:
        """Yield what the learner does until the period is over or they have had enough."""
        self.level = self.learner.level
        interests = [
            self.learner.interest(course) * self.world.popularity[course.id]
            for course in self.world.courses
        ]
        for _ in range(self.learner.courses):
            course = self.choice(interests)
            if course is None or self.day > self.world.period.last:
                return
            yield from self.taken(course)
            yield from self.beside(interests)
            self.wait(PAUSE)

    def choice(self, interests: Sequence[float]) -> Course | None:
        """Choose the next course, if one is left."""
        is_noise = self.draw.random() < NOISE
        weights = [
            self.chance(course, 1.0 if is_noise else interest)
            for course, interest in zip(self.world.courses, interests, strict=True)
        ]
        return self.draw.choices(self.world.courses, weights)[0] if any(weights) else None

    def chance(self, course: Course, interest: float) -> float:
        """How much the learner wants a course now."""
        if course.id in self.met or not self.world.is_open(course, self.day):
            return 0.0
        wanted = interest * fit(course, self.level)
        if not course.prerequisites:
            return wanted
        if not set(course.prerequisites) <= set(self.done):
            return wanted * TOO_EARLY
        return wanted * (NEXT if set(course.prerequisites) & set(self.done[-2:]) else 1.0)

    def taken(self, course: Course) -> Iterator[Interaction]:
        """Enrol, and complete the course or give it up."""
        yield self.did(course, "enrolled")
        likes = self.learner.affinity(course) * fit(course, self.level)
        stars = 3.2 + 1.6 * likes + self.world.quality[course.id] + self.draw.gauss(0.0, 0.7)
        rating = float(min(5, max(1, round(stars))))
        self.wait((course.hours or 10.0) * 1.5)
        if self.draw.random() < 0.35 + 0.5 * likes:
            self.done.append(course.id)
            self.level = min(2.0, self.level + GROWTH)
            yield self.did(course, "completed", rating if self.draw.random() < RATED else None)
        elif self.draw.random() < FORSAKEN:
            yield self.did(course, "rated", max(1.0, rating - 2))

    def beside(self, interests: Sequence[float]) -> Iterator[Interaction]:
        """Look at another course now and then, and refuse one that has nothing to offer."""
        if self.draw.random() < CLICKED and (course := self.choice(interests)):
            yield self.did(course, "clicked")
        if self.draw.random() < REFUSED and (course := self.choice(self.dislikes())):
            yield self.did(course, "refused")

    def dislikes(self) -> list[float]:
        """Give 1 for each course whose topics are of no interest, else 0."""
        affinities = (self.learner.affinity(course) for course in self.world.courses)
        return [float(affinity < NO_INTEREST) for affinity in affinities]

    def did(self, course: Course, kind: str, rating: float | None = None) -> Interaction:
        """Note something that the learner did today."""
        self.met.add(course.id)
        noon = datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)
        return Interaction(self.learner.id, course.id, kind, rating, noon.timestamp())

    def wait(self, days: float) -> None:
        """Let some days go by, at least one."""
        self.day += timedelta(days=1 + int(self.draw.expovariate(1 / days)))


def simulated(
    courses: Sequence[Course], learners: int, seed: int = 0, period: Period | None = None
) -> list[Interaction]:
    """Simulate so many learners; more of them leave those before as they were."""
    period = period or Period()
    world = drawn_world(courses, period, Random(f"courses {seed}"))
    found: list[Interaction] = []
    for number in range(1, learners + 1):
        draw = Random(f"learner {seed} {number}")
        learner = drawn_learner(f"u{number:04}", draw)
        journey = Journey(world, learner, draw, period.day(draw.random() * 0.9))
        found += [each for each in journey.steps() if _is_in(each, period)]
    return found


def _is_in(interaction: Interaction, period: Period) -> bool:
    day = datetime.fromtimestamp(interaction.timestamp or 0.0, UTC).date()
    return day <= period.last
