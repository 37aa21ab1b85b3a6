"""Fits and scores one learner: from examples to a version in service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.errors import DataError
from bot.examples import write_examples
from bot.models import ModelRegistry
from bot.skill import SkillModel
from bot.types import Example
from bot.versions import Version
from training.data import LEARNT, held_out, to_score
from training.learners import AnyTrainer, model_of, trainer_of
from training.progress import Progress, silent
from training.provenance import info_of
from training.record import Case
from training.sources import SOURCE


class NoExamplesError(DataError):
    """There is nothing that a learner could learn from."""


def fit_learner(
    learner: str,
    settings: Settings,
    file: Path | None = None,
    data: Path | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Version:
    """Fit a learner on its own data, or on exactly a file of examples, and promote the model."""
    trainer = trainer_of(learner, settings, data, progress)
    examples = trainer.canonical(trainer.read(file) if file else trainer.examples())
    if not examples:
        raise NoExamplesError(
            f"There are no examples for '{learner}'. Name a file of them: --examples."
        )
    model = trainer.fit(examples, seed)
    metrics = {} if file else _scores(trainer, model, held_out(trainer.data))
    models = ModelRegistry(settings.models)
    info = info_of(settings, examples, seed, metrics)
    info |= {SOURCE: str(file.resolve())} if file else {}
    made = models.add(learner, saving(model, examples), info)
    models.promote(learner, made.name)
    return made


def saving(model: SkillModel, examples: Sequence[Example]) -> Callable[[Path], None]:
    """Give what writes a model and all that it has learnt into a folder."""

    def save(folder: Path) -> None:
        model.save(folder)
        write_examples(folder / LEARNT, examples)

    return save


def evaluate_learner(
    learner: str, settings: Settings, file: Path | None = None, data: Path | None = None
) -> Mapping[str, float]:
    """Score the model in service on its held-out examples, or on exactly those of a file."""
    trainer, examples = _to_score(learner, settings, file, data)
    return _scores(trainer, model_of(learner, settings), examples)


def cases_of(
    learner: str, settings: Settings, file: Path | None = None, data: Path | None = None
) -> list[Case]:
    """Say what the model in service makes of each example that `evaluate_learner` scores."""
    trainer, examples = _to_score(learner, settings, file, data)
    judged = trainer.judge(model_of(learner, settings), trainer.canonical(examples))
    pairs = zip(examples, judged, strict=True)
    return [Case(each.input, each.target, None, judgement) for each, judgement in pairs]


def _to_score(
    learner: str, settings: Settings, file: Path | None, data: Path | None
) -> tuple[AnyTrainer, list[Example]]:
    trainer = trainer_of(learner, settings, data)
    return trainer, to_score(trainer.data, file, trainer.read)


def _scores(trainer: AnyTrainer, model: Any, examples: Sequence[Example]) -> Mapping[str, float]:
    return trainer.evaluate(model, trainer.canonical(examples)) if examples else {}
