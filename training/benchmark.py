"""A benchmark: a data set through one of our trainers, once for each seed."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from bot.types import Example
from training.learners import AnyTrainer

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What came of a data set, beside what others reach."""

    name: str
    figures: Figures
    """Mean over the seeds."""
    runs: tuple[Figures, ...]
    """The figures of each seed."""
    seeds: tuple[int, ...]
    seconds: float
    """Mean wall time of one fit."""
    megabytes: float
    """Peak memory of the whole process."""
    references: Mapping[str, Figures]


def benchmark(
    name: str,
    trainer: AnyTrainer,
    train: Sequence[Example],
    test: Sequence[Example],
    seeds: Sequence[int],
    references: Mapping[str, Figures],
) -> Benchmark:
    """Fit on one part of the data for each seed, and score on the other."""
    runs, took = [], []
    for seed in seeds:
        began = time.perf_counter()
        model = trainer.fit(train, seed)
        took.append(time.perf_counter() - began)
        runs.append(trainer.evaluate(model, test))
    means = {figure: fmean(run[figure] for run in runs) for figure in runs[0]}
    return Benchmark(name, means, tuple(runs), tuple(seeds), fmean(took), peak_memory(), references)


def peak_memory() -> float:
    """Megabytes; macOS counts in bytes, Linux in kilobytes."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
