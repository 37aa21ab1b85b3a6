"""Every learner found, by the same doors: the intents, and each skill that has a trainer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.config import PROJECT, Settings
from bot.errors import SettingsError, SkillError
from bot.models import ModelRegistry
from bot.plugins import find_skills
from bot.skill import AnySkill, SkillModel
from bot.types import INTENT
from tests.training.judgements import judgements
from training.learners import learners, model_of, trainer_of
from training.testing import fitted_model

LEARNERS = learners(Settings())
SKILLS = {spec.name for spec in find_skills(Settings())}


@pytest.fixture(scope="module")
def models(tiny_settings: Settings, fitted: Callable[[str], AnySkill]) -> dict[str, SkillModel]:
    """A model of each learner, also in service in the home."""
    made = {
        name: fitted(name).model if name in SKILLS else fitted_model(name, tiny_settings)
        for name in LEARNERS
    }
    registry = ModelRegistry(tiny_settings.models)
    for name, model in made.items():
        registry.promote(name, registry.add(name, model.save, {}).name)
    return made


@pytest.fixture(scope="module")
def loaded(tiny_settings: Settings, models: dict[str, SkillModel]) -> dict[str, Any]:
    """How the models in service judge in a process that has just begun."""
    names = ("home", "data", "encoder", "vision", "device", "precision")
    given = json.dumps({name: str(getattr(tiny_settings, name)) for name in names})
    run = [sys.executable, "-m", "tests.training.judgements", given]
    done = subprocess.run(run, cwd=PROJECT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_model_loaded_in_a_fresh_process_judges_alike_to_the_last_digit(
    learner: str,
    tiny_settings: Settings,
    models: dict[str, SkillModel],
    loaded: dict[str, Any],
) -> None:
    assert loaded[learner] == judgements(learner, tiny_settings, models[learner])


def test_settings_of_training_for_nobody_are_an_error_that_names_who_learns(
    tiny_settings: Settings,
) -> None:
    settings = replace(tiny_settings, training={"intnet": {"epochs": 3}})
    with pytest.raises(SettingsError, match=r"\[training.intnet\].*Learners are: intent, "):
        trainer_of("faq", settings)

    trainer_of("faq", replace(settings, disabled=("intnet",)))


PART = """
from training.trainer import Trainer

class Inner(Trainer):
    {line}

    def examples(self):
        return []

    def fit(self, examples, seed=0): ...
    def update(self, model, new, old, seed=0): ...
    def evaluate(self, model, examples): ...
    def judge(self, model, examples): ...
"""
Part = Callable[..., None]


@pytest.fixture
def part(make_skill: Callable[..., Path], echo_code: Callable[[str, str], str]) -> Part:
    """Write a skill with a folder in it that has a trainer of its own."""

    def make(skill: str, name: str, line: str = "model_type = None") -> None:
        folder = make_skill(skill, echo_code("Echo", "echo")) / name
        folder.mkdir()
        (folder / "__init__.py").write_text("", encoding="utf-8")
        (folder / "train.py").write_text(PART.format(line=line), encoding="utf-8")

    return make


def test_a_folder_within_a_skill_learns_by_itself(settings: Settings, part: Part) -> None:
    part("echoing", "inner")

    assert learners(settings) == (INTENT, "inner")
    assert trainer_of("inner", settings).data == settings.skills[0] / "echoing" / "inner" / "data"
    (settings.data / "inner").mkdir(parents=True)
    assert trainer_of("inner", settings).data == settings.data / "inner"


@pytest.mark.parametrize("name", ["other", INTENT])
def test_two_learners_of_one_name_are_an_error_that_names_both(
    settings: Settings, part: Part, name: str
) -> None:
    part("first_one", name)
    part("second_one", "other")

    with pytest.raises(SkillError, match=rf"Two learners are named '{name}': .* and .*_one"):
        learners(settings)


def test_a_part_that_learns_has_to_name_its_model(settings: Settings, part: Part) -> None:
    part("namelessly", "bare")

    with pytest.raises(SkillError, match="'bare' has a trainer, but its class names no"):
        model_of("bare", settings)
