"""What a turn asks for: constraints, changes of them, and the courses that it points at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot import Entity, Turn
from skills.courses.catalogue.catalogue import Catalogue
from skills.courses.catalogue.course import LEVELS, Course
from skills.courses.dialogue.constraints import NAMES, Constraints, Range, constraints_of
from skills.courses.dialogue.understanding.changes import CHANGES
from skills.courses.dialogue.understanding.naming import matching, respelt, titles_in, words
from skills.courses.dialogue.understanding.negation import negated
from skills.courses.dialogue.understanding.quantities import hours_in, price_in, starts_in

LAST = "last"
ALL = "all"
"""The value of `constraint` that withdraws everything."""
AVOIDABLE = ("topic", "level", "language")
"""Entities whose negation leaves something out; "not too long" wishes for something."""
MISSPELT = 2
"""Letters by which a level or a change may be misspelt."""
SHORTEST_WORD = 3
"""Letters of what may be meant by a topic that nobody listed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a turn says of the courses wanted; the empty wish says nothing."""

    constraints: Constraints = field(default_factory=Constraints)
    changes: tuple[str, ...] = ()
    """Such as "shorter", beside what was shown."""
    withdrawn: tuple[str, ...] = ()
    replaced: Constraints | None = None
    """All constraints at once: a button has them."""


def wish_of(turn: Turn, catalogue: Catalogue, today: date) -> Wish:
    """Read a wish from a turn's entities."""
    found = negated(turn.message.text, turn.entities)
    unwanted = [each for each in found if each.type in AVOIDABLE]
    said = [each for each in turn.entities if each not in unwanted]
    topics, words = _subject(_values(said, "topic"), catalogue)
    withdrawn = tuple(each for each in _values(said, "constraint") if each in (*NAMES, ALL))
    constraints = Constraints(
        topics=topics,
        words=words,
        levels=_known(_values(said, "level"), LEVELS),
        languages=_languages(said),
        hours=_all(hours_in(each) for each in _values(said, "hours")),
        price=_all(price_in(each) for each in _values(said, "price")),
        starts=_all(starts_in(each, today) for each in _values(said, "start")),
        avoided=_avoided(unwanted, catalogue),
    )
    given = constraints.without(*(withdrawn if ALL not in withdrawn else ()))
    changes = _known(_values(turn.entities, "change"), CHANGES)
    return Wish(given, changes, withdrawn, _replaced(turn))


def courses_in(turn: Turn, listed: Sequence[str], catalogue: Catalogue) -> tuple[Course, ...]:
    """Name the courses that a turn points at: by a button, by places in the list, or by titles."""
    pressed = [id for id in _values(turn.entities, "course") if id in catalogue.courses]
    placed = [listed[place] for place in _places(_values(turn.entities, "place"), len(listed))]
    titled = [course.id for course in titles_in(turn.message.text, catalogue.offered)]
    ids = pressed or titled or placed
    return tuple(catalogue.courses[id] for id in dict.fromkeys(ids) if id in catalogue.courses)


def _values(entities: Iterable[Entity], type: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.value for each in entities if each.type == type))


def _known(said: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Read words of a few that there are, also where a letter or two went wrong."""
    found = (each if each in known else respelt(each, known, MISSPELT) for each in said)
    return tuple(dict.fromkeys(filter(None, found)))


def _all(ranges: Iterable[Range]) -> Range:  # type: ignore[type-arg] # hours, prices or days
    """Join the bounds of one message, which may contradict each other."""
    joined: Range = Range()  # type: ignore[type-arg]
    for each in ranges:
        at_least = joined.at_least if each.at_least is None else each.at_least
        at_most = joined.at_most if each.at_most is None else each.at_most
        joined = replace(joined, at_least=at_least, at_most=at_most)
    return joined


def _subject(said: Iterable[str], catalogue: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split words into topics of the catalogue and finer words."""
    titles = {title.casefold(): id for id, title in catalogue.topics.items()}
    ids = {id: id for id in catalogue.topics}
    found = {word: ids.get(word) or titles.get(word.casefold()) for word in said}
    finer = [word for word, topic in found.items() if topic is None and _may_be_topic(word)]
    topics = dict.fromkeys(topic for topic in found.values() if topic)
    return tuple(topics), tuple(_as_titled(word, catalogue) for word in finer)


def _as_titled(word: str, catalogue: Catalogue) -> str:
    """A word that no course has, as titles spell it, if a letter is missing or out of place."""
    offered = catalogue.offered
    if matching(word, offered):
        return word
    return (
        respelt(word, sorted({each for course in offered for each in words(course.title)})) or word
    )


def _may_be_topic(word: str) -> bool:
    is_long = len(word) >= SHORTEST_WORD or word.isupper() or not word.isascii()
    return is_long and any(letter.isalpha() for letter in word)


def _avoided(entities: Sequence[Entity], catalogue: Catalogue) -> tuple[str, ...]:
    """Say what is not wanted, as constraints do."""
    topics, words = _subject(_values(entities, "topic"), catalogue)
    languages = [f"in {each}" for each in _languages(entities)]
    levels = [f"{each} level" for each in _known(_values(entities, "level"), LEVELS)]
    return (*topics, *words, *languages, *levels)


def _languages(entities: Iterable[Entity]) -> tuple[str, ...]:
    said = _values(entities, "language")
    return tuple(each[:1].upper() + each[1:] for each in said if len(each) >= SHORTEST_WORD)


def _places(said: Iterable[str], count: int) -> list[int]:
    """Read places: `2`, `last`, or several as `1-2`."""
    numbers = [count if each == LAST else int(each) for word in said for each in _parts(word)]
    return [number - 1 for number in numbers if 1 <= number <= count]


def _parts(word: str) -> list[str]:
    return [word] if word == LAST else re.findall("[0-9]{1,2}", word)


def _replaced(turn: Turn) -> Constraints | None:
    said = turn.entity("wanted")
    if said is None:
        return None
    try:
        return constraints_of(json.loads(said))
    except ValueError:
        return None
