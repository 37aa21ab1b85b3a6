"""What dialogues teach of messages that can be understood alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import PROJECT, Settings
from bot.types import Example
from skills.faq.train import FaqTrainer
from training.corpus import corpus
from training.told import answers_told, intents_told

DIALOGUES = """\
- dialogue: a refund
  turns:
    - user: hello
      intent: greet
    - user: can i get [my money](thing) back?
      intent: faq
      answer: refund
    - user: how long does that take
      intent: faq
      answer: refund
      context: true
    - user: which moon is it
      intent: out_of_scope
    - user: play chess
      intent: chess
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data" / "dialogues").mkdir(parents=True)
    (tmp_path / "data" / "dialogues" / "some.yml").write_text(DIALOGUES)
    return tmp_path / "data"


def test_what_needs_no_context_is_an_example_of_its_intent(data: Path) -> None:
    assert intents_told(data) == [
        Example("hello", "greet"),
        Example("can i get [my money](thing) back?", "faq"),
        Example("which moon is it", "out_of_scope"),
        Example("play chess", "chess"),
    ]


def test_a_question_is_an_example_of_its_answer_without_marks(data: Path) -> None:
    assert answers_told(data) == [Example("can i get my money back?", "refund")]


def test_intents_that_no_skill_has_are_passed_over(data: Path) -> None:
    settings = replace(Settings(), data=data)
    told = {each.target for each in corpus(settings, data / "intent")} - {
        each.target for each in corpus(settings, data.parent / "elsewhere" / "intent")
    }
    assert told == {"out_of_scope"}  # the skills have utterances of the others, and none of chess


def test_answers_that_are_not_there_are_passed_over(data: Path, settings: Settings) -> None:
    folder = data / "faq"
    folder.mkdir()
    answer = "- id: hours\n  question: When are you there?\n  answer: Always.\n"
    (folder / "all.yml").write_text(answer)
    found = FaqTrainer(replace(settings, data=data), folder).examples()
    assert found == [Example("When are you there?", "hours")]


def test_no_dialogues_are_nothing_to_learn(tmp_path: Path) -> None:
    assert intents_told(tmp_path) == answers_told(tmp_path) == []


def test_the_bundled_dialogues_are_learnt_from() -> None:
    data = PROJECT / "data"
    learnt = corpus(replace(Settings(), data=data), data / "intent")
    assert {*intents_told(data)} <= {*learnt}
