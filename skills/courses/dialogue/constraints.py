"""What a learner wants of a course: its topic, level, language, hours, price and start."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Generic, TypeVar

from skills.courses.catalogue.course import Course
from skills.courses.dialogue.understanding.naming import named, names

T = TypeVar("T", float, date)


@dataclass(frozen=True, slots=True)
class Range(Generic[T]):
    """Values from one bound to another, both included; None is no bound."""

    at_least: T | None = None
    at_most: T | None = None

    @property
    def is_set(self) -> bool:
        """Whether it has a bound."""
        return self.at_least is not None or self.at_most is not None

    @property
    def is_contradiction(self) -> bool:
        """Whether no value can be in it."""
        both = self.at_least is not None and self.at_most is not None
        return both and self.at_least > self.at_most  # type: ignore[operator] # mypy: not narrowed

    def holds(self, value: T) -> bool:
        """Whether a value is in it."""
        enough = self.at_least is None or value >= self.at_least
        return enough and (self.at_most is None or value <= self.at_most)

    def narrowed(self, newer: Range[T]) -> Range[T]:
        """Take over the newer bounds; an older one that contradicts them is dropped."""
        at_least = self.at_least if newer.at_least is None else newer.at_least
        at_most = self.at_most if newer.at_most is None else newer.at_most
        both = Range(at_least, at_most)
        return newer if both.is_contradiction else both


@dataclass(frozen=True, slots=True)
class Constraints:
    """What a course is to meet; what is empty is not asked for. Of several choices, one will do."""

    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Finer than topics, which titles or descriptions name; one of either will do."""
    levels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hours: Range[float] = Range()
    price: Range[float] = Range()
    """In US dollars; at most 0 is free."""
    starts: Range[date] = Range()
    """A course that starts at any time meets it."""
    avoided: tuple[str, ...] = ()
    """Topics, words of titles, `in German`, `beginner level`: a course may be none of them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Which of them are asked for."""
        return tuple(name for name in NAMES if self._asks_for(name))

    def _asks_for(self, name: str) -> bool:
        fields = ("topics", "words") if name == "topics" else (name,)
        return any(getattr(self, field) not in ((), Range()) for field in fields)

    @property
    def contradictions(self) -> tuple[str, ...]:
        """Those that no course can meet, such as ten hours at least and five at most."""
        return tuple(
            name for name in ("hours", "price", "starts") if getattr(self, name).is_contradiction
        )

    def narrowed(self, newer: Constraints) -> Constraints:
        """Add what was said later: it replaces choices, and moves the bounds of ranges."""
        subject = newer if newer.topics or newer.words else self
        wanted = (*newer.topics, *newer.words)
        avoided = [each for each in self.avoided if each not in wanted]
        return Constraints(
            topics=tuple(each for each in subject.topics if each not in newer.avoided),
            words=tuple(each for each in subject.words if each not in newer.avoided),
            levels=newer.levels or self.levels,
            languages=newer.languages or self.languages,
            hours=self.hours.narrowed(newer.hours),
            price=self.price.narrowed(newer.price),
            starts=self.starts.narrowed(newer.starts),
            avoided=tuple(dict.fromkeys((*avoided, *newer.avoided))),
        )

    def without(self, *names: str) -> Constraints:
        """Withdraw some of them."""
        nothing = Constraints()
        gone = (*names, "words") if "topics" in names else names
        return replace(self, **{name: getattr(nothing, name) for name in gone})


FIELDS = tuple(field.name for field in fields(Constraints))
NAMES = tuple(name for name in FIELDS if name != "words")
"""By which constraints are withdrawn and loosened; words go with the topics."""


def unmet(course: Course, constraints: Constraints) -> tuple[str, ...]:
    """Name the constraints that a course does not meet; what is not known of it meets none."""
    return tuple(name for name in constraints.names if not CHECKS[name](course, constraints))


def meets(course: Course, constraints: Constraints) -> bool:
    """Whether a course meets them all."""
    return not unmet(course, constraints)


def _starts_in(course: Course, constraints: Constraints) -> bool:
    if not course.starts:
        return not constraints.starts.is_contradiction
    return any(constraints.starts.holds(day) for day in course.starts)


def _is_about(course: Course, wanted: Constraints) -> bool:
    where = named(course, wanted.words)
    is_named = where == "title" or (where is not None and not wanted.topics)
    return is_named or bool({*course.topics} & {*wanted.topics})


def _has_none(course: Course, avoided: tuple[str, ...]) -> bool:
    has = {*course.topics, f"in {course.language}", f"{course.level} level"}
    return not any(each in has or names(course.title, each) for each in avoided)


CHECKS: Mapping[str, Callable[[Course, Constraints], bool]] = {
    "topics": _is_about,
    "levels": lambda course, wanted: course.level in wanted.levels,
    "languages": lambda course, wanted: course.language in wanted.languages,
    "hours": lambda course, wanted: course.hours is not None and wanted.hours.holds(course.hours),
    "price": lambda course, wanted: course.price is not None and wanted.price.holds(course.price),
    "starts": _starts_in,
    "avoided": lambda course, wanted: _has_none(course, wanted.avoided),
}


def slot_of(constraints: Constraints) -> dict[str, Any]:
    """Write constraints as JSON, to be remembered in a slot."""
    found = {name: _json(getattr(constraints, name)) for name in FIELDS}
    return {name: value for name, value in found.items() if value}


def _json(value: tuple[str, ...] | Range[Any]) -> Any:
    if isinstance(value, tuple):
        return list(value)
    bounds = {"at_least": value.at_least, "at_most": value.at_most}
    return {
        name: bound.isoformat() if isinstance(bound, date) else bound
        for name, bound in bounds.items()
        if bound is not None
    }


def constraints_of(slot: Any) -> Constraints:
    """Read constraints from a slot; what is none, an older version's perhaps, is left out."""
    said = slot if isinstance(slot, dict) else {}
    return Constraints(
        topics=_choices(said.get("topics")),
        words=_choices(said.get("words")),
        levels=_choices(said.get("levels")),
        languages=_choices(said.get("languages")),
        hours=_range(said.get("hours"), _number),
        price=_range(said.get("price"), _number),
        starts=_range(said.get("starts"), _day),
        avoided=_choices(said.get("avoided")),
    )


def _choices(said: Any) -> tuple[str, ...]:
    return tuple(each for each in said if isinstance(each, str)) if isinstance(said, list) else ()


def _range(said: Any, bound: Callable[[Any], T | None]) -> Range[T]:
    if not isinstance(said, dict):
        return Range()
    return Range(bound(said.get("at_least")), bound(said.get("at_most")))


def _number(said: Any) -> float | None:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    return float(said) if is_number and math.isfinite(said) else None


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(said)
    except (TypeError, ValueError):
        return None
