"""A data set given out night by night: as it grows, by new intents, with wrong labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import TypeVar

from bot.errors import DataError
from bot.types import OUT_OF_SCOPE, Example
from training.data import deduplicated, hash_split

T = TypeVar("T")
FIXED = 0.1
"""Part of a data set that is held out, to be the gate's fixed examples."""
SLIGHTLY, MOSTLY = 0.1, 0.6
"""Wrong labels in a bad night, and in the worst."""
BAD_NIGHTS = 3
SMALL = 40
"""Lessons of a small night: enough for the encoder to be tuned on them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is there for a night that was not there before."""

    files: tuple[Example, ...] = ()
    """In the learner's own data."""
    lessons: tuple[Example, ...] = ()
    """Given by people."""
    fixed: tuple[Example, ...] = ()
    """Never learnt, and scored by."""
    wrong: float = 0.0
    """Part of the lessons that are labelled wrongly."""

    @property
    def learnable(self) -> tuple[Example, ...]:
        """All that may be learnt."""
        return (*self.files, *self.lessons)


def growth(train: Sequence[Example], nights: int, seed: int) -> list[Arrival]:
    """Give out equal parts: the first as files with something of every intent, then lessons."""
    kept, fixed = _split(train, seed)
    Random(seed).shuffle(kept)
    kept = _every_intent_first(kept)
    begin = max(len(kept) // nights, len(_targets(kept)))
    later = _parts(kept[begin:], nights - 1)
    first = Arrival(tuple(kept[:begin]), fixed=tuple(fixed))
    return [first, *(Arrival(lessons=tuple(part)) for part in later)]


def small_growth(train: Sequence[Example], nights: int, seed: int) -> list[Arrival]:
    """Grow as `growth` does, by few lessons a night."""
    drawn = Random(seed).sample(list(train), len(train))
    wanted = max(SMALL, len(_targets(train))) + SMALL * (nights - 1)
    return growth(_every_intent_first(drawn)[: round(wanted / (1 - FIXED))], nights, seed)


def new_intents(train: Sequence[Example], nights: int, seed: int) -> list[Arrival]:
    """Give out whole intents as files, equally many a night; what is out of scope comes first."""
    kept, fixed = _split(train, seed)
    names = sorted(_targets(train) - {OUT_OF_SCOPE})
    if len(names) < nights:
        raise DataError(
            f"{len(names)} intents cannot arrive in {nights} nights. Take fewer nights."
        )
    Random(seed).shuffle(names)
    groups = [set(group) for group in _parts(names, nights)]
    groups[0].add(OUT_OF_SCOPE)
    return [Arrival(_of(group, kept), fixed=_of(group, fixed)) for group in groups]


def noisy(arrivals: Sequence[Arrival], seed: int) -> list[Arrival]:
    """Label some lessons of a few nights wrongly, and most of one; the first stays clean."""
    random = Random(seed)
    intents = sorted(_targets(each for arrival in arrivals for each in arrival.learnable))
    worst, *bad = random.sample(range(1, len(arrivals)), 1 + BAD_NIGHTS)
    shares = {worst: MOSTLY, **dict.fromkeys(bad, SLIGHTLY)}
    return [
        _mislabelled(arrival, shares.get(place, 0.0), intents, random)
        for place, arrival in enumerate(arrivals)
    ]


def _mislabelled(arrival: Arrival, share: float, intents: Sequence[str], random: Random) -> Arrival:
    lessons = list(arrival.lessons)
    for place in random.sample(range(len(lessons)), round(share * len(lessons))):
        others = [name for name in intents if name != lessons[place].target]
        lessons[place] = replace(lessons[place], target=random.choice(others))
    return replace(arrival, lessons=tuple(lessons), wrong=share)


def _split(train: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    return hash_split(deduplicated(train), FIXED, f"fixed {seed}")


def _every_intent_first(examples: Iterable[Example]) -> list[Example]:
    """Put one example of each intent before the rest; the order is otherwise kept."""
    places: dict[str, int] = defaultdict(int)
    ranked = []
    for each in examples:
        ranked.append((places[each.target] > 0, each))
        places[each.target] += 1
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]


def _parts(items: Sequence[T], count: int) -> list[Sequence[T]]:
    ends = [len(items) * place // count for place in range(count + 1)]
    return [items[start:end] for start, end in pairwise(ends)]


def _targets(examples: Iterable[Example]) -> set[str]:
    return {each.target for each in examples}


def _of(intents: set[str], examples: Iterable[Example]) -> tuple[Example, ...]:
    return tuple(each for each in examples if each.target in intents)
