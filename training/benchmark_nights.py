"""Benchmark of the nights: a data set learnt bit by bit, against learning it all at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from bot.config import Settings
from bot.types import INTENT, OUT_OF_SCOPE, Example
from training.arrivals import (
    MOSTLY,
    Arrival,
    growth,
    new_intents,
    noisy,
    small_growth,
)
from training.learners import trainer_of
from training.progress import Progress, silent
from training.published import read_published
from training.simulation import NightResult, scratch_home, simulated

NIGHTS = {"growth": 20, "intents": 10, "noise": 20, "endurance": 30}
"""How many nights each kind has, unless told otherwise."""
WORSE = 0.005
"""Fall of accuracy from which on the version in service got worse."""
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class NightsBenchmark:
    """What came of the nights."""

    name: str
    kind: str
    seed: int
    figures: Figures
    nights: tuple[NightResult, ...]


def bench_nights(
    folder: Path,
    kind: str,
    settings: Settings,
    *,
    nights: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
    after: Callable[[NightResult], None] = lambda _: None,
) -> NightsBenchmark:
    """Learn a data set night by night; `after` is given each night when it is over."""
    data = read_published(folder, "")
    arrivals = arrivals_of(kind, data.train, nights or NIGHTS[kind], seed)
    test = [each for each in data.test if each.target != OUT_OF_SCOPE]
    results = []
    with scratch_home(settings) as home:
        for result in simulated(arrivals, test, home, progress):
            after(result)
            results.append(result)
        at_once = _at_once(arrivals, test, home, seed, progress) if kind in COMPARED else {}
    return NightsBenchmark(data.name, kind, seed, summary(kind, results, at_once), tuple(results))


def arrivals_of(kind: str, train: Sequence[Example], nights: int, seed: int) -> list[Arrival]:
    """Plan what arrives in each night."""
    if kind == "intents":
        return new_intents(train, nights, seed)
    if kind == "endurance":
        return small_growth(train, nights, seed)
    found = growth(train, nights, seed)
    return noisy(found, seed) if kind == "noise" else found


def summary(kind: str, nights: Sequence[NightResult], at_once: Figures) -> Figures:
    """Sum up nights in figures."""
    return {**SUMMARIES[kind](nights), **_compared(nights[-1], at_once)}


def _at_once(
    arrivals: Sequence[Arrival],
    test: Sequence[Example],
    settings: Settings,
    seed: int,
    progress: Progress,
) -> Figures:
    """Learn all that has arrived from the base weights."""
    trainer = trainer_of(INTENT, settings, None, progress)
    began = time.perf_counter()
    model = trainer.fit([each for arrival in arrivals for each in arrival.learnable], seed)
    seconds = time.perf_counter() - began
    accuracy = fmean(judgement.score for judgement in trainer.judge(model, test))
    return {"accuracy_at_once": accuracy, "seconds_at_once": seconds}


def _compared(last: NightResult, at_once: Figures) -> Figures:
    if not at_once:
        return {}
    below = at_once["accuracy_at_once"] - last.accuracy
    return {**at_once, "below": below, "cost": last.seconds / at_once["seconds_at_once"]}


def _of_growth(nights: Sequence[NightResult]) -> Figures:
    return {"accuracy": nights[-1].accuracy, "rejected": _rejected(nights), "worse": worse(nights)}


def _of_intents(nights: Sequence[NightResult]) -> Figures:
    return {
        "accuracy": nights[-1].accuracy,
        "rejected": _rejected(nights),
        "forgetting": forgetting(nights),
    }


def _of_noise(nights: Sequence[NightResult]) -> Figures:
    worst = [night for night in nights if night.wrong == MOSTLY]
    share = fmean(night.outcome == "rejected" for night in worst)
    return {**_of_growth(nights), "worst_rejected": share}


def _of_endurance(nights: Sequence[NightResult]) -> Figures:
    middle, last = nights[len(nights) // 2], nights[-1]
    return {
        **_of_growth(nights),
        "versions": last.versions,
        "megabytes": last.megabytes,
        "megabytes_against_half": last.megabytes / middle.megabytes,
        "memory_against_half": last.memory / middle.memory,
        "drift": max(night.drift for night in nights),
    }


def forgetting(nights: Sequence[NightResult]) -> float:
    """Mean over the intents known before the last night: best accuracy less the last."""
    last, old = nights[-1].of_intents, nights[:-1]
    known = sorted({intent for night in old for intent in night.of_intents})
    best = {intent: max(night.of_intents.get(intent, 0.0) for night in nights) for intent in known}
    return fmean(best[intent] - last[intent] for intent in known)


def worse(nights: Sequence[NightResult]) -> int:
    """Count the nights that left the version in service markedly worse than it was."""
    return sum(a.accuracy - b.accuracy > WORSE for a, b in pairwise(nights))


def _rejected(nights: Sequence[NightResult]) -> int:
    return sum(night.outcome == "rejected" for night in nights)


COMPARED = ("growth", "intents")
"""Kinds that are compared with learning everything at once."""
SUMMARIES = {
    "growth": _of_growth,
    "intents": _of_intents,
    "noise": _of_noise,
    "endurance": _of_endurance,
}
