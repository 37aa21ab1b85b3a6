"""Searches settings of a learner's training with optuna, by examples that are not learnt."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import fmean
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from bot.config import Settings
from bot.errors import DataError
from bot.examples import read_examples
from bot.types import Example
from training.data import VALID, fingerprint, hash_split
from training.learners import AnyTrainer, trainer_of
from training.options import options_of, with_options
from training.progress import Progress, silent

HELD_OUT = 0.2
SEEDS = (0, 1)
"""Each trial is fitted with them in turn; after the first, one that lags behind is given up."""
UNPRUNED = 5
"""Trials before the first can be given up."""
DEFAULT = "default"
RATES = {
    "lora": FloatDistribution(2e-4, 5e-3, log=True),
    "all": FloatDistribution(1e-5, 3e-4, log=True),
}
SPACE: Mapping[str, BaseDistribution] = {
    "epochs": IntDistribution(1, 16, log=True),
    "batch": CategoricalDistribution((16, 32, 64)),
    "schedule": CategoricalDistribution(("linear", "cosine")),
    "warmup": FloatDistribution(0.0, 0.3),
    "weight_decay": FloatDistribution(1e-4, 0.1, log=True),
    "dropout": FloatDistribution(0.0, 0.3),
    "augment": FloatDistribution(0.0, 0.5),
    "balance": FloatDistribution(0.0, 1.0),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to, beside the settings of now."""

    metric: str
    best: Mapping[str, Any]
    """All settings of the best trial, those that were set before among them."""
    score: float
    default: float
    """The score without what the search chose."""
    trials: int
    examples: int
    """How many the scores were taken on."""


def search(
    learner: str,
    settings: Settings,
    trials: int,
    minutes: float | None = None,
    progress: Progress = silent,
) -> Found:
    """Try settings until there were so many trials, or time is over; what is set already stays.

    Trials are kept in the home, and the next search on the same examples goes on from them.
    """
    until = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
    trainer = trainer_of(learner, settings)
    learnt, held = _parts(learner, trainer)
    given = settings.training.get(learner, {})
    freeze = options_of(settings, learner).freeze
    rates = {"rate": RATES[freeze]} if freeze in RATES else {}
    space = {name: each for name, each in {**rates, **SPACE}.items() if name not in given}

    def score(chosen: Mapping[str, Any], seed: int) -> float:
        tried = trainer_of(learner, with_options(settings, learner, chosen))
        return tried.evaluate(tried.fit(learnt, seed), held)[tried.metric]

    study = _study(settings, learner, fingerprint([*learnt, *held]))
    if DEFAULT not in study.user_attrs:
        study.set_user_attr(DEFAULT, _scored(partial(score, {}), trainer.metric, progress))
    progress("Trying settings", _done(study), trials)
    while _done(study) < trials and time.monotonic() < until:
        _try(study, space, score)
        progress("Trying settings", _done(study), trials, f"best {_best(study)[1]:.4g}")
    best, reached = _best(study)
    default = study.user_attrs[DEFAULT]
    return Found(trainer.metric, {**given, **best}, reached, default, _done(study), len(held))


def _scored(score: Callable[[int], float], metric: str, progress: Progress) -> float:
    """Score the settings of now, and show that this is what takes so long at first."""
    task = "Scoring the settings of now"
    scores: list[float] = []
    for seed in SEEDS:
        progress(task, len(scores), len(SEEDS))
        scores.append(score(seed))
    progress(task, len(scores), len(SEEDS), f"{metric} {fmean(scores):.4g}")
    return fmean(scores)


def _try(
    study: optuna.Study,
    space: dict[str, BaseDistribution],
    score: Callable[[Mapping[str, Any], int], float],
) -> None:
    """Make one trial; with each seed but the last it can turn out not to be worth more."""
    trial = study.ask(space)
    chosen = _rounded(trial.params)
    scores: list[float] = []
    for seed in SEEDS:
        scores.append(score(chosen, seed))
        trial.report(fmean(scores), seed)
        if seed != SEEDS[-1] and trial.should_prune():
            study.tell(trial, state=TrialState.PRUNED)
            return
    study.tell(trial, fmean(scores))


def _parts(learner: str, trainer: AnyTrainer) -> tuple[Sequence[Example], Sequence[Example]]:
    """Give what the trials learn and what they are scored on, which is never `eval.jsonl`."""
    file, examples = trainer.data / VALID, trainer.canonical(trainer.examples())
    if file.is_file():
        return examples, trainer.canonical(read_examples(file))
    if trainer.reads_its_data:
        raise DataError(
            f"Settings of '{learner}' are compared on {file}, and there is none. Write questions "
            "into it that its data files don't have: a JSON object a line, input and target."
        )
    learnt, held = hash_split(examples, HELD_OUT, "search")
    if not learnt or not held:
        raise DataError(f"There are too few examples to compare settings of '{learner}' on.")
    return learnt, held


def _study(settings: Settings, learner: str, data: str) -> optuna.Study:
    """Open the study of this learner, these examples and what is set."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    file = settings.home / "searches" / f"{learner}.log"
    file.parent.mkdir(parents=True, exist_ok=True)
    given = json.dumps([data, settings.encoder, dict(settings.training.get(learner, {}))])
    storage = JournalStorage(JournalFileBackend(str(file)))
    study = optuna.create_study(
        storage=storage,
        study_name=hashlib.sha256(given.encode()).hexdigest()[:16],
        direction="maximize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED),
        load_if_exists=True,
    )
    # a search that goes on must not draw again what it began with
    study.sampler = optuna.samplers.TPESampler(seed=len(study.trials))
    return study


def _done(study: optuna.Study) -> int:
    """Count trials that came to an end; one that was killed did not."""
    return len(study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED)))


def _best(study: optuna.Study) -> tuple[dict[str, Any], float]:
    """Give the settings that scored highest; none, and the score of now, if nothing was better."""
    default = study.user_attrs[DEFAULT]
    ended = study.get_trials(states=(TrialState.COMPLETE,))
    best = max(ended, key=lambda trial: trial.value or 0.0, default=None)
    if best is None or best.value is None or best.value <= default:
        return {}, default
    return _rounded(best.params), best.value


def _rounded(table: Mapping[str, Any]) -> dict[str, Any]:
    """Round so that a person can copy what was tried."""
    return {
        name: float(f"{value:.3g}") if isinstance(value, float) else value
        for name, value in table.items()
    }
