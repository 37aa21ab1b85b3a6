"""Benchmarks of understanding: published data sets through the very same trainer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.config import Settings
from training.benchmark import Benchmark, benchmark
from training.intent import IntentTrainer
from training.progress import Progress, silent
from training.published import read_published


def bench_intent(
    folder: Path,
    seeds: Sequence[int],
    settings: Settings,
    progress: Progress = silent,
    variant: str = "",
) -> Benchmark:
    """Learn the training part of a data set and score on its test part, slots where it has them."""
    data = read_published(folder, variant)
    trainer = IntentTrainer(settings, folder, progress)
    return benchmark(data.name, trainer, data.train, data.test, seeds, data.references)
