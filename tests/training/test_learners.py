"""Every learner found, by the same doors: the intents, and each skill that has a trainer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.config import PROJECT, Settings
from bot.errors import SettingsError
from bot.models import ModelRegistry
from bot.plugins import find_skills
from bot.skill import AnySkill, SkillModel
from tests.training.judgements import judgements
from training.learners import learners, trainer_of
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
