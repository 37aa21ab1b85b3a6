"""Where a version's examples come from: the learner's own data, or what somebody named."""

from __future__ import annotations

from pathlib import Path

from bot.errors import DataError
from bot.types import Example
from bot.versions import Version
from training.learners import AnyTrainer

SOURCE = "source"
NOT_THERE = (
    "{} was fitted from {}, which is not there. Put it back, or run `nocturne fit {}` to learn "
    "from the learner's own data instead."
)


def source_of(version: Version | None) -> dict[str, str]:
    """Note which file or folder was named when a version, or one before it, was fitted."""
    source = version.info.get(SOURCE) if version else None
    return {SOURCE: str(source)} if source else {}


def examples_of(learner: str, trainer: AnyTrainer, version: Version | None) -> list[Example]:
    """Read by now what a version was fitted from; without one, the learner's own data."""
    source = source_of(version).get(SOURCE)
    if version is None or source is None:
        return trainer.examples()
    if not Path(source).exists():
        raise DataError(NOT_THERE.format(version.name, source, learner))
    return trainer.read(Path(source))
