"""The bundled data: enough of it, and nothing that is held out is learnt."""

import json
import re
from collections import Counter

import pytest

from bot.annotation import parse_annotation
from bot.config import PROJECT, Settings
from bot.examples import read_examples
from skills.faq.answers import read_answers
from training.corpus import corpus

DATA = PROJECT / "data"
LEARNT = corpus(Settings(), DATA / "intent")
ANSWERS = read_answers(DATA / "faq")


def plain(text: str) -> str:
    """A text without annotation, case and punctuation."""
    return " ".join(re.findall(r"\w+", parse_annotation(text)[0].casefold()))


@pytest.mark.parametrize("learner", ["faq", "intent"])
def test_nothing_held_out_is_learnt(learner: str) -> None:
    held = {plain(example.input) for example in read_examples(DATA / learner / "eval.jsonl")}
    learnt = {plain(example.input) for example in LEARNT}

    assert (held & learnt) - {""} == set()


def test_there_are_enough_answers_each_asked_for_in_many_ways() -> None:
    assert len(ANSWERS) >= 60
    assert min(len(answer.questions) for answer in ANSWERS) >= 6


def test_every_answer_is_scored_by_held_out_questions() -> None:
    held = Counter(example.target for example in read_examples(DATA / "faq" / "eval.jsonl"))

    assert set(held) == {answer.id for answer in ANSWERS}


def test_out_of_scope_is_learnt_and_scored_on_enough_utterances() -> None:
    held = read_examples(DATA / "intent" / "eval.jsonl")

    assert sum(example.target == "out_of_scope" for example in LEARNT) >= 100
    assert sum(example.target == "out_of_scope" for example in held) >= 150


def test_no_utterance_has_two_intents() -> None:
    intents: dict[str, set[str]] = {}
    for example in LEARNT:
        intents.setdefault(json.dumps(plain(example.input) or example.input), set()).add(
            example.target
        )

    assert {text for text, found in intents.items() if len(found) > 1} == set()
