"""Learners by name: `intent`, and every skill that has a trainer."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.encoder import choose_device
from bot.errors import SettingsError, SkillError
from bot.intent import IntentModel
from bot.models import ModelRegistry
from bot.plugins import SkillSpec, find_skills
from bot.registry import load_model, load_version
from bot.skill import SkillModel
from bot.types import INTENT
from training.intent import IntentTrainer
from training.options import options_of
from training.progress import Progress, silent
from training.trainer import Trainer

AnyTrainer = Trainer[Any]


def learners(settings: Settings) -> tuple[str, ...]:
    """Name everything that can be trained: the intents, then skills that have a `train.py`."""
    return (INTENT, *(spec.name for spec in find_skills(settings) if _learns(spec)))


def trainer_of(
    learner: str,
    settings: Settings,
    data: Path | None = None,
    progress: Progress = silent,
    work: Path | None = None,
) -> AnyTrainer:
    """Make the trainer of a learner; `data` stands in for the learner's own data."""
    spec = _spec_of(learner, settings) if learner != INTENT else None
    _check_tables(settings)
    options = options_of(settings, learner)
    if spec is None:
        return IntentTrainer(settings, data or settings.data / INTENT, progress, work, options)
    kind = _trainer_type(spec)
    return kind(settings, data or spec.data(settings), progress, work, options)


def model_of(learner: str, settings: Settings, version: str | None = None) -> SkillModel:
    """Load a version of a learner's model; without a name, the one in service."""
    models = ModelRegistry(settings.models)
    device = choose_device(settings.device)
    kind = _model_type(learner, settings)
    if version is None:
        return load_model(models, learner, kind, device).model
    return load_version(models, models.version(learner, version), kind, device)


def _check_tables(settings: Settings) -> None:
    """Refuse settings of training for who does not learn; a skill left out may keep its own."""
    known = learners(settings)
    for name in settings.training:
        if name not in (*known, *settings.disabled):
            raise SettingsError(
                f"There is no learner '{name}', but settings of its training: [training.{name}]. "
                f"Learners are: {', '.join(known)}. Correct the name, or remove them."
            )


def _model_type(learner: str, settings: Settings) -> type[SkillModel]:
    if learner == INTENT:
        return IntentModel
    spec = _spec_of(learner, settings)
    kind = spec.load().model_type
    if kind is None:
        raise SkillError(f"Skill '{learner}' has a trainer, but its class names no `model_type`.")
    return kind


def _spec_of(learner: str, settings: Settings) -> SkillSpec:
    specs = {spec.name: spec for spec in find_skills(settings) if _learns(spec)}
    if learner not in specs:
        known = ", ".join((INTENT, *specs))
        raise SkillError(f"There is no learner '{learner}'. Learners are: {known}.")
    return specs[learner]


def _trainer_type(spec: SkillSpec) -> type[AnyTrainer]:
    module = spec.part("train")
    kinds = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Trainer) and kind.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        raise SkillError(
            f"{spec.folder / 'train.py'} defines {len(kinds)} trainers; skill '{spec.name}' needs "
            "exactly one class that derives from training.trainer.Trainer."
        )
    return kinds[0]


def _learns(spec: SkillSpec) -> bool:
    return (spec.folder / "train.py").is_file()
