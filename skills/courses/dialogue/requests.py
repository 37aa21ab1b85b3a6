"""What a turn asks for: constraints, changes of them, and the courses that it points at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import regex
from rapidfuzz.distance import Prefix

from bot import Turn
from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.constraints import NAMES, Constraints, Range, constraints_of
from skills.courses.dialogue.quantities import hours_in, price_in, starts_in

LAST = "last"
ALL = "all"
"""The value of `constraint` that withdraws everything."""
SHORTEST_TITLE = 4
"""Letters from which a title, or a part of a word, is recognised."""
ENDING = 3
"""Letters by which the endings of two forms of a word may differ."""
WORD = regex.compile(r"[\p{L}\p{N}+#]+")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts that put no spaces between words."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a turn says of the courses wanted; the empty wish says nothing."""

    constraints: Constraints = field(default_factory=Constraints)
    about: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    """Such as "shorter", beside what was shown."""
    withdrawn: tuple[str, ...] = ()
    replaced: Constraints | None = None
    """All constraints at once: a button has them."""


def wish_of(turn: Turn, catalogue: Catalogue, today: date) -> Wish:
    """Read a wish from a turn's entities."""
    topics, about = _topics(_values(turn, "topic"), catalogue)
    withdrawn = tuple(each for each in _values(turn, "constraint") if each in (*NAMES, ALL))
    constraints = Constraints(
        topics=topics,
        levels=tuple(each for each in _values(turn, "level") if each in LEVELS),
        languages=_values(turn, "language"),
        hours=_all(hours_in(each) for each in _values(turn, "hours")),
        price=_all(price_in(each) for each in _values(turn, "price")),
        starts=_all(starts_in(each, today) for each in _values(turn, "start")),
    )
    given = constraints.without(*(withdrawn if ALL not in withdrawn else ()))
    return Wish(given, about, _values(turn, "change"), withdrawn, _replaced(turn))


def courses_in(turn: Turn, listed: Sequence[str], catalogue: Catalogue) -> tuple[Course, ...]:
    """Name the courses that a turn points at: by a button, by places in the list, or by titles."""
    pressed = [id for id in _values(turn, "course") if id in catalogue.courses]
    placed = [listed[place] for place in _places(_values(turn, "place"), len(listed))]
    ids = pressed or placed or _titled(turn.message.text, catalogue)
    return tuple(catalogue.courses[id] for id in dict.fromkeys(ids) if id in catalogue.courses)


def _values(turn: Turn, type: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.value for each in turn.entities if each.type == type))


def _all(ranges: Iterable[Range]) -> Range:  # type: ignore[type-arg] # hours, prices or days
    """Join the bounds of one message, which may contradict each other."""
    joined: Range = Range()  # type: ignore[type-arg]
    for each in ranges:
        at_least = joined.at_least if each.at_least is None else each.at_least
        at_most = joined.at_most if each.at_most is None else each.at_most
        joined = replace(joined, at_least=at_least, at_most=at_most)
    return joined


def _topics(said: Iterable[str], catalogue: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split words into topics of the catalogue and finer words, with the topics of those."""
    titles = {title.casefold(): id for id, title in catalogue.topics.items()}
    topics: list[str] = []
    finer: list[str] = []
    for word in said:
        topic = word if word in catalogue.topics else titles.get(word.casefold())
        if topic is None:
            finer.append(word)
        topics += [topic] if topic else _topics_of(matching(word, catalogue.offered))
    return tuple(dict.fromkeys(topics)), tuple(finer)


def _topics_of(courses: Sequence[Course]) -> list[str]:
    """What courses are mostly about: their first topics, as files name the main one first."""
    return [course.topics[0] for course in courses if course.topics]


def matching(word: str, courses: Iterable[Course]) -> list[Course]:
    """Find the courses with a word in their titles, or else in their descriptions."""
    offered = list(courses)
    titled = [course for course in offered if names(course.title, word)]
    return titled or [course for course in offered if names(course.description, word)]


def names(text: str, sought: str) -> bool:
    """Whether a text has all the words sought, also in another form: guitars, for guitar."""
    said = text.casefold()
    if UNSPACED.search(sought):
        return sought.casefold() in said
    words = WORD.findall(said)
    return all(
        any(_is_form(word, each) for word in words) for each in WORD.findall(sought.casefold())
    )


def _is_form(one: str, other: str) -> bool:
    """Whether two words begin alike, and differ in their endings at most."""
    same = Prefix.similarity(one, other)
    endings = max(len(one), len(other)) - same
    return one == other or (same >= SHORTEST_TITLE and endings <= ENDING)


def _places(said: Iterable[str], count: int) -> list[int]:
    """Read places: `2`, `last`, or several as `1-2`."""
    numbers = [count if each == LAST else int(each) for word in said for each in _parts(word)]
    return [number - 1 for number in numbers if 1 <= number <= count]


def _parts(word: str) -> list[str]:
    return [word] if word == LAST else re.findall("[0-9]{1,2}", word)


def _titled(text: str, catalogue: Catalogue) -> list[str]:
    """Courses whose titles stand in a text, the longest of overlapping ones."""
    said = text.casefold()
    found = [
        course
        for course in catalogue.offered
        if len(course.title) >= SHORTEST_TITLE and course.title.casefold() in said
    ]
    longest = max((len(course.title) for course in found), default=0)
    return [course.id for course in found if len(course.title) == longest]


def _replaced(turn: Turn) -> Constraints | None:
    said = turn.entity("wanted")
    if said is None:
        return None
    try:
        return constraints_of(json.loads(said))
    except ValueError:
        return None
