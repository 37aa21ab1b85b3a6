"""The dialogues to learn from: enough of them, with intents, answers and entities that exist."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.annotation import parse_annotation, plain
from bot.config import PROJECT
from bot.dialogues.dialogue import Dialogue
from bot.dialogues.reading import read_all
from bot.examples import read_examples
from bot.nlu_data import merged, read_nlu
from bot.types import OUT_OF_SCOPE
from skills.faq.answers import read_answers

FILES = sorted((PROJECT / "data" / "dialogues").glob("*.yml"))
DIALOGUES, TURNS = 200, 1_700
SHORTEST, LONGEST = 6, 14
"""Turns of a dialogue."""
OF_ANSWER = 4
"""Turns that each answer of the FAQ is right for, at least."""
PROFILE = {"tell_about_me", "ask_profile", "forget_profile"}
"""Intents of a skill that may not be there."""
OF_PROFILE = {"name", "attribute"}
"""Entities of the same."""
FAQ = "faq"

NLU = merged(read_nlu(file) for file in sorted((PROJECT / "skills").glob("*/nlu.yml")))
INTENTS = {*NLU.intents, OUT_OF_SCOPE, *PROFILE}
ANSWERS = {answer.id for answer in read_answers(PROJECT / "data" / "faq")}


def words(text: str) -> str:
    """A text without annotation, case and punctuation."""
    return " ".join(re.findall(r"\w+", plain(text).casefold()))


@pytest.fixture(scope="module")
def dialogues() -> list[Dialogue]:
    return [dialogue for _, dialogue in read_all(FILES)]


def test_there_are_enough_dialogues_of_a_fair_length(dialogues: list[Dialogue]) -> None:
    lengths = [len(dialogue.steps) for dialogue in dialogues]

    assert len(lengths) >= DIALOGUES
    assert sum(lengths) >= TURNS
    assert SHORTEST <= min(lengths) <= max(lengths) <= LONGEST


def test_no_two_dialogues_have_the_same_name(dialogues: list[Dialogue]) -> None:
    names = Counter(dialogue.name for dialogue in dialogues)

    assert [name for name, count in names.items() if count > 1] == []


def test_every_turn_has_an_intent_that_exists(dialogues: list[Dialogue]) -> None:
    intents = {step.intent for dialogue in dialogues for step in dialogue.steps}

    assert intents - INTENTS == set()
    assert {*NLU.intents, OUT_OF_SCOPE} - intents <= {"image", "answer_form"}  # without words


def test_questions_and_no_other_turns_have_answers_that_exist(dialogues: list[Dialogue]) -> None:
    answered = [step for dialogue in dialogues for step in dialogue.steps if step.answer]
    counts = Counter(step.answer for step in answered)

    assert {step.intent for step in answered} == {FAQ}
    assert {*counts} == ANSWERS
    assert min(counts.values()) >= OF_ANSWER


def test_entities_are_of_types_that_skills_read(dialogues: list[Dialogue]) -> None:
    learnt = (entity for each in NLU.examples for entity in parse_annotation(each.input)[1])
    texts = (step.user or "" for dialogue in dialogues for step in dialogue.steps)
    marked = {entity.type for text in texts for entity in parse_annotation(text)[1]}

    assert marked - {entity.type for entity in learnt} - OF_PROFILE == set()


@pytest.mark.parametrize("learner", ["faq", "intent"])
def test_nothing_held_out_is_said(dialogues: list[Dialogue], learner: str) -> None:
    held = {words(each.input) for each in read_examples(PROJECT / "data" / learner / "eval.jsonl")}
    said = {words(step.user or "") for dialogue in dialogues for step in dialogue.steps}

    assert (held & said) - {""} == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_says_what_it_is_for(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# Training dialogues: ")
