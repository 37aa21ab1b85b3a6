"""A skill that learns is made for its tests by the same doors, wherever it lies."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import SkillError
from bot.testing import check_skill
from training.learners import learners
from training.testing import FEW, fitted_skill

Make = Callable[..., Path]

SKILL = """
import json
from bot import Reply, Skill

class Words:
    def __init__(self, known):
        self.known = known

    @classmethod
    def load(cls, path, device="cpu"):
        return cls(json.loads((path / "words.json").read_text()))

    def save(self, path):
        (path / "words.json").write_text(json.dumps(self.known))

class Dictionary(Skill[Words]):
    model_type = Words

    def run(self, turn, context):
        known = self.model.known.get(turn.message.text)
        return Reply(known) if known else None
"""

TRAIN = """
from bot import Example
from skills.dictionary import Words
from training.trainer import Judgement, Trainer

class DictionaryTrainer(Trainer[Words]):
    def examples(self):
        return [Example(f"word {number}", f"{number}") for number in range(100)]

    def fit(self, examples, seed=0):
        return Words({example.input: example.target for example in examples})

    def update(self, model, new, old, seed=0):
        return self.fit([*old, *new])

    def evaluate(self, model, examples):
        return {"accuracy": 1.0}

    def judge(self, model, examples):
        return [Judgement(each.target, 1.0, 1.0) for each in examples]
"""


@pytest.fixture
def folder(settings: Settings, make_skill: Make) -> Path:
    """A skill that learns, as a stranger would bring it."""
    folder = make_skill("dictionary", SKILL, define=["word 0", "what is a word"])
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    return folder


def test_a_folder_with_a_trainer_is_a_learner_and_held_to_the_contract(
    folder: Path, settings: Settings
) -> None:
    assert "dictionary" in learners(settings)

    skill = fitted_skill("dictionary", settings)
    check_skill(skill, folder / "nlu.yml")
    assert "word 0" in skill.model.known
    assert FEW <= len(skill.model.known) < 2 * FEW


def test_a_skill_that_names_a_model_and_brings_no_trainer_is_told_so(
    folder: Path, settings: Settings
) -> None:
    (folder / "train.py").unlink()

    with pytest.raises(SkillError, match="no learner 'dictionary'"):
        fitted_skill("dictionary", settings)


def test_a_skill_that_is_not_found_is_told_so(settings: Settings) -> None:
    with pytest.raises(SkillError, match="no skill 'nowhere'"):
        fitted_skill("nowhere", settings)
