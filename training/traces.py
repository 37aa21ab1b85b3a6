"""Traces: where what somebody gave is found outside the database, in nights and in versions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bot.annotation import plain
from bot.config import Settings
from bot.models import ModelRegistry
from bot.versions import Version
from bot.wording import normal
from training.data import LEARNT
from training.night import NIGHTS, WORK


def forget_traces(home: Path, inputs: Iterable[str], learners: Iterable[str]) -> list[Path]:
    """Delete what nights that show one of the inputs have left, and unfinished work of learners.

    No night may be at work meanwhile.
    """
    wanted = _normal(inputs)
    nights = sorted(path for path in (home / NIGHTS).glob("*") if path.is_dir())
    works = (home / WORK / learner for learner in sorted(learners))
    found = [folder for folder in nights if wanted & _normal(_inputs_in(folder))]
    found += [folder for folder in works if folder.is_dir()]
    for folder in found:
        shutil.rmtree(folder)
    return found


def versions_of(settings: Settings, inputs: Iterable[str]) -> list[Version]:
    """Give the versions that have learnt one of the inputs, and keep it among their examples."""
    models, wanted = ModelRegistry(settings.models), _normal(inputs)
    versions = (each for learner in models.learners() for each in models.versions(learner))
    return [each for each in versions if wanted & _normal(_inputs_of(each.path / LEARNT))]


def _inputs_in(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*.jsonl"):
        yield from _inputs_of(file)


def _inputs_of(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").split("\n") if file.is_file() else ():
        with suppress(json.JSONDecodeError, KeyError, TypeError):
            yield str(json.loads(line)["input"])


def _normal(texts: Iterable[str]) -> set[str]:
    return {normal(plain(text)) for text in texts}
