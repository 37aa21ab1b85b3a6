"""Benchmark of the courses: who takes what, learnt and ranked through the very same trainer."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.config import Settings
from bot.errors import SkillError
from bot.examples import write_whole
from bot.types import Example
from training.benchmark import Benchmark, peak_memory
from training.learners import trainer_of
from training.progress import Progress, silent
from training.published_rankings import RankingData, read_ranking
from training.ranking import RankingTrainer
from training.ranking_cases import (
    Score,
    compared,
    day,
    hidden,
    lightfm_hybrid,
    scored,
    synthetic,
)

AnyRankingTrainer = RankingTrainer[Any]
COURSES = "courses"
CATALOGUE = "courses.jsonl"
ANSWERS = 200
MANY = 100_000


def bench_courses(
    folder: Path, kind: str, settings: Settings, seed: int = 0, progress: Progress = silent
) -> Benchmark:
    """Score one kind of task on a data set; settings and splits are not chosen by its figures."""
    return KINDS[kind](read_ranking(folder), settings, seed, progress)


def _test(data: RankingData, settings: Settings, seed: int, progress: Progress) -> Benchmark:
    """Learn all the histories, and find what each person is to be offered."""
    with tempfile.TemporaryDirectory() as scratch:
        trainer = _trainer(data, settings, Path(scratch), progress)
        model, seconds, megabytes = _fitted(trainer, data, seed)
        found = scored(data, _by_number(trainer, model, data))
    ours = {f"{name}, measured here": each for name, each in compared(data)}
    return Benchmark(
        data.name, found, (found,), (seed,), seconds, megabytes, {**ours, **data.references}
    )


def _cold(data: RankingData, settings: Settings, seed: int, progress: Progress) -> Benchmark:
    """Hide every tenth item from training, and find it among others by what is said of it."""
    cold = hidden(data, seed=seed)
    with tempfile.TemporaryDirectory() as scratch:
        trainer = _trainer(cold, settings, Path(scratch), progress)
        model, seconds, megabytes = _fitted(trainer, cold, seed)
        ours = scored(cold, _by_number(trainer, model, data))
    theirs = scored(cold, lightfm_hybrid(cold, seed))
    better = ours["ndcg_at_10"] / max(theirs["ndcg_at_10"], 1e-12) - 1
    found = {"ndcg_at_10": ours["ndcg_at_10"], "better_than_lightfm": better}
    others = {"LightFM, hybrid": {"ndcg_at_10": theirs["ndcg_at_10"]}}
    return Benchmark(
        f"{data.name}, new items", found, (found,), (seed,), seconds, megabytes, others
    )


def _day(data: RankingData, settings: Settings, seed: int, progress: Progress) -> Benchmark:
    """Add a hundredth of all that people did to a model of the rest, against learning it all."""
    old, new = day(data, seed)
    with tempfile.TemporaryDirectory() as scratch:
        trainer = _trainer(data, settings, Path(scratch), progress)
        before, _, _ = _fitted(trainer, old, seed)
        known, news = _examples(old), _examples(new)
        began = time.perf_counter()
        updated = trainer.update(before, news, known, seed)
        took = time.perf_counter() - began
        figures = scored(data, _by_number(trainer, updated, data))
        full, seconds, megabytes = _fitted(trainer, data, seed)
        at_once = scored(data, _by_number(trainer, full, data))
    found = {
        **figures,
        "update_seconds": took,
        "share_of_the_time": took / seconds,
        **{f"loss_of_{name}": at_once[name] - figures[name] for name in figures},
    }
    others = {"learnt all at once": at_once}
    return Benchmark(f"{data.name}, a day", found, (found,), (seed,), seconds, megabytes, others)


def _speed(data: RankingData, settings: Settings, seed: int, progress: Progress) -> Benchmark:
    """Time one answer, on one core, for the data set's items and for many made up."""
    found: dict[str, float] = {}
    seconds = megabytes = 0.0
    torch.set_num_threads(1)
    for each in (data, synthetic(MANY, seed)):
        with tempfile.TemporaryDirectory() as scratch:
            trainer = _trainer(each, settings, Path(scratch), progress)
            model, seconds, megabytes = _fitted(trainer, each, seed)
            n = len(each.items)
            found[f"milliseconds_for_{n}_items"] = _answer(trainer.answering(model), n, seed)
    return Benchmark(
        f"{data.name}, time to answer", found, (found,), (seed,), seconds, megabytes, {}
    )


def _answer(
    answer: Callable[[Mapping[str, float]], NDArray[np.float32]], items: int, seed: int
) -> float:
    """Median time for the scores of one history and the twenty best of them."""
    draw = np.random.default_rng(seed)
    times = []
    for _ in range(ANSWERS):
        history = {_item(each): 1.0 for each in draw.choice(items, min(20, items), replace=False)}
        began = time.perf_counter()
        scores = answer(history)
        np.argpartition(-scores, min(20, items - 1))
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def _trainer(
    data: RankingData, settings: Settings, scratch: Path, progress: Progress
) -> AnyRankingTrainer:
    rows = ({"id": _item(n), **item} for n, item in enumerate(data.items))
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    write_whole(scratch / CATALOGUE, "\n".join(lines) + "\n")
    trainer = trainer_of(COURSES, settings, scratch, progress)
    if not isinstance(trainer, RankingTrainer):
        raise SkillError(
            f"The trainer of '{COURSES}' ranks nothing: derive it from training.ranking."
        )
    return trainer


def _fitted(trainer: AnyRankingTrainer, data: RankingData, seed: int) -> tuple[Any, float, float]:
    """Fit, and say how long it took and the peak memory of the process until then.

    Where another fit or scoring came before in the process, its peak is in it.
    """
    examples = _examples(data)
    began = time.perf_counter()
    model = trainer.fit(examples, seed)
    return model, time.perf_counter() - began, peak_memory()


def _by_number(trainer: AnyRankingTrainer, model: Any, data: RankingData) -> Score:
    """Give scores by the numbers of people and items; what the model does not rank comes last."""
    places = {item: place for place, item in enumerate(trainer.items(model))}
    numbers = [number for number in range(len(data.items)) if _item(number) in places]
    columns = [places[_item(number)] for number in numbers]

    def score(people: Sequence[int]) -> NDArray[np.float32]:
        found = np.full((len(people), len(data.items)), -np.inf, dtype=np.float32)
        found[:, numbers] = trainer.scores(model, [_person(each) for each in people])[:, columns]
        return found

    return score


def _examples(data: RankingData) -> list[Example]:
    return [
        Example(_person(person), _item(item))
        for person, history in enumerate(data.histories)
        for item in history
    ]


def _person(number: int) -> str:
    return f"person {number}"


def _item(number: int) -> str:
    return f"item{number}"


KINDS = {"test": _test, "cold": _cold, "day": _day, "speed": _speed}
