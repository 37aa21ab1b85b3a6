"""Learners by name: `intent`, every skill that has a trainer, and every part of one that has."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
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


TRAINER = "train.py"


@dataclass(frozen=True, slots=True)
class Learner:
    """A skill that has a trainer, or a folder within a skill that has one of its own."""

    name: str
    spec: SkillSpec
    part: str = ""
    """The folder within the skill; empty for the skill itself."""

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.spec.folder / self.part

    def data(self, settings: Settings) -> Path:
        """The folder of its data: the operator's if there is one, else what the package ships."""
        own = settings.data / self.name
        return own if own.exists() else self.folder / "data"

    def trainers(self) -> ModuleType:
        """Import its `train.py`."""
        return self.spec.part(f"{self.part}.train" if self.part else "train")


def learners(settings: Settings) -> tuple[str, ...]:
    """Name everything that can be trained: the intents, then what has a `train.py`."""
    return (INTENT, *_found(settings))


def trainer_of(
    learner: str,
    settings: Settings,
    data: Path | None = None,
    progress: Progress = silent,
    work: Path | None = None,
) -> AnyTrainer:
    """Make the trainer of a learner; `data` stands in for the learner's own data."""
    found = _learner(learner, settings) if learner != INTENT else None
    _check_tables(settings)
    options = options_of(settings, learner)
    if found is None:
        return IntentTrainer(settings, data or settings.data / INTENT, progress, work, options)
    kind = _trainer_type(found)
    return kind(settings, data or found.data(settings), progress, work, options)


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
    found = _learner(learner, settings)
    kind = _trainer_type(found).model_type if found.part else found.spec.load().model_type
    if kind is None:
        raise SkillError(f"'{learner}' has a trainer, but its class names no `model_type`.")
    return kind


def _learner(name: str, settings: Settings) -> Learner:
    found = _found(settings)
    if name not in found:
        known = ", ".join((INTENT, *found))
        raise SkillError(f"There is no learner '{name}'. Learners are: {known}.")
    return found[name]


def _found(settings: Settings) -> Mapping[str, Learner]:
    found: dict[str, Learner] = {}
    for learner in _learners(settings):
        taken = found.get(learner.name)
        if taken or (learner.part and learner.name == INTENT):
            other = taken.folder if taken else "Nocturne itself"
            raise SkillError(
                f"Two learners are named '{learner.name}': {other} and {learner.folder}. "
                "Rename or remove one of them."
            )
        found[learner.name] = learner
    return found


def _learners(settings: Settings) -> Iterator[Learner]:
    for spec in find_skills(settings):
        if (spec.folder / TRAINER).is_file():
            yield Learner(spec.name, spec)
        for file in sorted(spec.folder.glob(f"*/{TRAINER}")):
            yield Learner(file.parent.name, spec, file.parent.name)


def _trainer_type(learner: Learner) -> type[AnyTrainer]:
    module = learner.trainers()
    kinds = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Trainer) and kind.__module__ == module.__name__
    ]
    if len(kinds) != 1:
        raise SkillError(
            f"{learner.folder / TRAINER} defines {len(kinds)} trainers; '{learner.name}' needs "
            "exactly one class that derives from training.trainer.Trainer."
        )
    return kinds[0]
