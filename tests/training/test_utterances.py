"""Examples taken apart into utterances; what is held out of them."""

from __future__ import annotations

import pytest

from bot.types import OUT_OF_SCOPE, Example
from training.utterances import (
    Utterance,
    distinct,
    hold_out,
    intents_of,
    kinds_of,
    spoken_names,
    utterances_of,
)


def test_annotation_becomes_plain_text_and_entities() -> None:
    (found,) = utterances_of([Example('to [Rome]{"entity": "city", "role": "to"}', "fly", 2.0)])
    assert (found.text, found.intent, found.weight) == ("to Rome", "fly", 2.0)
    assert kinds_of([found]) == (("city", "to", None),)


def test_of_equal_utterances_the_last_stays_and_those_without_weight_go() -> None:
    given = [Utterance("hi", "greet"), Utterance("hi", "greet", weight=3.0)]
    assert distinct(given) == [given[1]]
    assert distinct([*given, Utterance("hi", "greet", weight=0.0)]) == []


def test_out_of_scope_is_no_intent() -> None:
    given = [Utterance("zzz", OUT_OF_SCOPE), Utterance("hi", "greet"), Utterance("bye", "bye")]
    assert intents_of(given) == ("bye", "greet")


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("card_arrival", "card arrival"),
        ("AddToPlaylist", "add to playlist"),
        ("faq/refund-late", "faq refund late"),
    ],
)
def test_names_are_spoken_as_words(name: str, spoken: str) -> None:
    (found,) = spoken_names([name])
    assert (found.text, found.intent, found.is_annotated) == (spoken, name, False)


def test_a_share_of_each_intent_is_held_out_whatever_the_order() -> None:
    given = [Utterance(f"{number} {name}", name) for name in "ab" for number in range(20)]
    kept, held = hold_out(given, 0.1, fewest=5)
    assert len(held) == 4
    assert intents_of(held) == ("a", "b")
    assert sorted(map(repr, kept + held)) == sorted(map(repr, given))
    assert set(map(repr, hold_out(given[::-1], 0.1, fewest=5)[1])) == set(map(repr, held))


def test_nothing_is_held_out_of_an_intent_with_few_utterances() -> None:
    given = [Utterance(str(number), "rare") for number in range(4)]
    assert hold_out(given, 0.5, fewest=5) == (given, [])
