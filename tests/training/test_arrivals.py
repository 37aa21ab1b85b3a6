"""Data sets given out night by night: nothing is lost, and wrong labels are as many as said."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.errors import DataError
from bot.types import OUT_OF_SCOPE, Example
from training.arrivals import (
    BAD_NIGHTS,
    MOSTLY,
    SLIGHTLY,
    SMALL,
    Arrival,
    growth,
    new_intents,
    noisy,
    small_growth,
)

NIGHTS = 6
INTENTS = [f"intent {number:02}" for number in range(12)]
TRAIN = [Example(f"{name}, number {each}", name) for each in range(30) for name in INTENTS]


def all_of(arrivals: list[Arrival]) -> list[Example]:
    return [each for arrival in arrivals for each in (*arrival.learnable, *arrival.fixed)]


def targets(examples: tuple[Example, ...]) -> set[str]:
    return {each.target for each in examples}


@pytest.mark.parametrize("plan", [growth, new_intents], ids=["growth", "intents"])
def test_everything_arrives_once(plan: type) -> None:
    found = all_of(plan(TRAIN, NIGHTS, 0))
    assert sorted(found, key=str) == sorted(TRAIN, key=str)


@pytest.mark.parametrize("plan", [growth, new_intents, small_growth])
def test_a_seed_always_gives_the_same_and_another_seed_something_else(plan: type) -> None:
    assert plan(TRAIN, NIGHTS, 1) == plan(TRAIN, NIGHTS, 1)
    assert plan(TRAIN, NIGHTS, 1) != plan(TRAIN, NIGHTS, 2)


@pytest.mark.parametrize("nights", [2, 8], ids=["long nights", "short nights"])
def test_all_intents_are_there_from_the_first_night_and_lessons_follow(nights: int) -> None:
    first, *later = growth(TRAIN[: 6 * len(INTENTS)], nights, 0)
    assert targets(first.files) == set(INTENTS)
    assert not first.lessons
    assert not any(arrival.files or arrival.fixed for arrival in later)


def test_nights_of_growth_are_equally_long() -> None:
    sizes = [len(arrival.learnable) for arrival in growth(TRAIN, NIGHTS, 0)]
    assert max(sizes) - min(sizes) <= 1


def test_small_nights_bring_few_lessons() -> None:
    sizes = [len(arrival.learnable) for arrival in small_growth(TRAIN, NIGHTS, 0)]
    assert all(SMALL * 0.8 < size < SMALL * 1.2 for size in sizes)


def test_each_night_brings_its_own_intents_and_what_they_are_scored_by() -> None:
    odd = Example("what is the meaning of life", OUT_OF_SCOPE)
    arrivals = new_intents([*TRAIN, odd], NIGHTS, 0)
    found = [targets(arrival.learnable) | targets(arrival.fixed) for arrival in arrivals]
    assert OUT_OF_SCOPE in found[0]
    assert [len(names - {OUT_OF_SCOPE}) for names in found] == [2] * NIGHTS
    assert len(set().union(*found)) == len(INTENTS) + 1


def test_more_nights_than_intents_are_an_error() -> None:
    with pytest.raises(DataError, match="12 intents cannot arrive in 13 nights"):
        new_intents(TRAIN, 13, 0)


def test_wrong_labels_are_as_many_as_said_and_never_in_the_first_night() -> None:
    clean = growth(TRAIN, NIGHTS, 0)
    found = noisy(clean, 0)
    shares = Counter(arrival.wrong for arrival in found)
    assert shares == {0.0: NIGHTS - 1 - BAD_NIGHTS, SLIGHTLY: BAD_NIGHTS, MOSTLY: 1}
    assert found[0] == clean[0]
    for before, after in zip(clean, found, strict=True):
        pairs = list(zip(before.lessons, after.lessons, strict=True))
        assert all(old.input == new.input for old, new in pairs)
        wrong = sum(old.target != new.target for old, new in pairs)
        assert wrong == round(after.wrong * len(pairs))
