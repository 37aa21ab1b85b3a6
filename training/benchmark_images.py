"""Benchmark of the image check: published pictures through the very same trainer."""

from __future__ import annotations

import csv
import io
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from bot.config import Settings
from bot.errors import DataError
from bot.examples import read_examples
from bot.pictures import open_picture
from bot.types import Example
from training.benchmark import Benchmark, benchmark, peak_memory
from training.clips import SPLIT as CLIPS
from training.clips import LearnsClips, read_clips
from training.learners import AnyTrainer, trainer_of
from training.progress import Progress, silent

IMAGE_CHECK = "image_check"
VIDEO = "video"
SPLIT = "split_seed0.csv"
OWN = {"train": "train.jsonl", "valid": "valid.jsonl", "test": "eval.jsonl"}
PARTS = ("train", "valid")
REFERENCES = {"trashnet": {"from scratch, published": {"accuracy": 0.75}}}
"""README of garythung/trashnet: a network trained from scratch, on a split of their own."""
CLIP_REFERENCES = {"published": {"accuracy": 0.72}}
"""Akti, Tataroglu, Ekenel 2019, about, on a split of their own."""
NORMAL = "noFight"
JOINT = "+"
"""Between the labels of one picture."""
NEW = 40
"""Pictures of a label that is added."""
LARGE = (4000, 3000)
TIMED = 15
MANY = 128


def bench_images(
    folder: Path, kind: str, settings: Settings, seed: int = 0, progress: Progress = silent
) -> Benchmark:
    """Score one kind of task on a data set; settings and splits are not chosen by its figures."""
    with tempfile.TemporaryDirectory() as work:
        name = VIDEO if kind == "clips" else IMAGE_CHECK
        trainer = trainer_of(name, settings, folder, progress, Path(work))
        if kind == "clips":
            return _clips(trainer, folder, seed)
        return KINDS[kind](trainer, read_split(folder), seed)


def read_split(folder: Path) -> dict[str, list[Example]]:
    """Read which pictures are learnt and which are scored.

    That is a list of file, label and split, or else the files of examples that `make photographs`
    writes, of which the last is the test.
    """
    if (folder / OWN["train"]).is_file():
        return {part: read_examples(folder / file) for part, file in OWN.items()}
    file = folder / SPLIT
    if not file.is_file():
        raise DataError(
            f"{file} is missing. Name the folder of the data set trashnet, or data/image_check "
            "after `make photographs`."
        )
    parts: dict[str, list[Example]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            parts.setdefault(row["split"], []).append(Example(row["file"], row["label"]))
    return parts


def _test(trainer: AnyTrainer, parts: Mapping[str, list[Example]], seed: int) -> Benchmark:
    """Learn all but the test part, as an operator would, and score on that."""
    known = [each for part in PARTS for each in parts.get(part, ())]
    references = REFERENCES.get(trainer.data.name, {})
    return benchmark(trainer.data.name, trainer, known, parts["test"], [seed], references)


def _valid(trainer: AnyTrainer, parts: Mapping[str, list[Example]], seed: int) -> Benchmark:
    """Learn the training part alone, and score on the one that settings are chosen by."""
    return benchmark(
        f"{trainer.data.name}, valid", trainer, parts["train"], parts["valid"], [seed], {}
    )


def _label(trainer: AnyTrainer, parts: Mapping[str, list[Example]], seed: int) -> Benchmark:
    """Leave out each label in turn, and add it with few pictures: what is lost, and found."""
    runs, seconds = [], []
    for label in labels_in(parts["train"]):
        run, took = _added(trainer, parts, label, seed)
        runs.append(run)
        seconds.append(took)
    means = {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
    worst = {"old_lost_at_most": max(run["old_lost"] for run in runs)}
    worst["new_recall_at_least"] = min(run["new_recall"] for run in runs)
    name = f"{trainer.data.name}, a label added with {NEW} pictures"
    took_mean = float(np.mean(seconds))
    return Benchmark(name, {**means, **worst}, tuple(runs), (seed,), took_mean, peak_memory(), {})


def _added(
    trainer: AnyTrainer, parts: Mapping[str, list[Example]], label: str, seed: int
) -> tuple[dict[str, float], float]:
    old, pool = _without(label, parts["train"])
    scored, others = _without(label, parts["valid"])
    new = random.Random(seed).sample(pool, min(NEW, len(pool)))
    before = trainer.fit(old, seed)
    began = time.perf_counter()
    after = trainer.update(before, new, old, seed)
    took = time.perf_counter() - began
    then, now = (_accuracy(trainer, model, scored) for model in (before, after))
    found = [label in each.predicted.split(JOINT) for each in trainer.judge(after, others)]
    figures = {"old_accuracy": now, "old_lost": then - now, "new_recall": float(np.mean(found))}
    return figures, took


def labels_in(examples: Sequence[Example]) -> list[str]:
    """Name all labels, those that occur joined to others, too."""
    return sorted({label for each in examples for label in each.target.split(JOINT)})


def _without(label: str, examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Set the pictures that have a label, alone or beside others, apart from all the rest."""
    has = [label in each.target.split(JOINT) for each in examples]
    pairs = list(zip(has, examples, strict=True))
    return [each for it, each in pairs if not it], [each for it, each in pairs if it]


def _accuracy(trainer: AnyTrainer, model: Any, examples: Sequence[Example]) -> float:
    return float(np.mean([each.score for each in trainer.judge(model, examples)]))


def _speed(trainer: AnyTrainer, parts: Mapping[str, list[Example]], seed: int) -> Benchmark:
    """Time one large photograph from its bytes to the verdict, and many small pictures."""
    began = time.perf_counter()
    head = replace(trainer.options, freeze="head")
    model = type(trainer)(trainer.settings, trainer.data, options=head).fit(parts["valid"], seed)
    took = time.perf_counter() - began
    large = _photograph(seed)
    one = median(
        _timed(lambda: model.check([open_picture(large, model.longest)])) for _ in range(TIMED)
    )
    files = [trainer.data / each.input for each in parts["train"][:MANY]]
    many = _timed(lambda: model.check([open_picture(file, model.longest) for file in files]))
    found = {"milliseconds_for_12_megapixels": 1000 * one, "pictures_a_second": len(files) / many}
    return Benchmark("image check, speed", found, (found,), (seed,), took, peak_memory(), {})


def _clips(trainer: AnyTrainer, folder: Path, seed: int) -> Benchmark:
    """Learn short clips of cameras, and score on clips of other sources."""
    if not isinstance(trainer, LearnsClips) or not (folder / CLIPS).is_file():
        raise DataError(f"{folder / CLIPS} is missing. Name the folder of fight-surveillance.")
    parts = read_clips(folder)
    began = time.perf_counter()
    model = trainer.fit_clips([each for part in PARTS for each in parts.get(part, ())], NORMAL)
    took = time.perf_counter() - began
    found = dict(trainer.evaluate_clips(model, parts["test"]))
    name = "fight-surveillance"
    return Benchmark(name, found, (found,), (seed,), took, peak_memory(), CLIP_REFERENCES)


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _photograph(seed: int) -> bytes:
    """Make a JPEG of 12 megapixels with as much in it as a photograph has."""
    draw = np.random.default_rng(seed)
    small = draw.integers(0, 256, (LARGE[1] // 8, LARGE[0] // 8, 3), dtype=np.uint8)
    picture = Image.fromarray(small).resize(LARGE, Image.Resampling.BICUBIC)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90)
    return file.getvalue()


KINDS: Mapping[str, Callable[[AnyTrainer, Mapping[str, list[Example]], int], Benchmark]] = {
    "test": _test,
    "valid": _valid,
    "label": _label,
    "speed": _speed,
}
