"""What a night would do, learner by learner, without doing it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing

from bot.config import Settings
from bot.database import Store, open_store
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from training.learners import learners
from training.night import NightError, planned
from training.nightly import retraining_of, told
from training.tonight import Tonight


def previews(
    settings: Settings, names: Sequence[str] = ()
) -> Iterator[tuple[str, Tonight | NightError]]:
    """Say what each learner would learn, or why it cannot; nothing is changed."""
    models, file = ModelRegistry(settings.models), settings.database
    key = settings.database_key
    with closing(open_store(file, key) if file.is_file() else Store.in_memory()) as store:
        feedback = FeedbackStore(store)
        night = planned(settings.home, feedback, names, False, time.time)
        for name in names or learners(settings):
            try:
                retraining = retraining_of(settings, name, feedback)
                yield name, retraining.tonight(night, models.current(name))
            except Exception as error:
                yield name, NightError(told(settings, name, error))


def shown(tonight: Tonight) -> Iterator[str]:
    """Write what a learner would learn for people: counts, then a line for each change."""
    yield ", ".join(f"{count} {kind}" for kind, count in tonight.counts.items())
    for example in tonight.new:
        yield f"  + {example.input!r} means {example.target}"
    for example in tonight.removed:
        yield f"  - {example.input!r} means {example.target}"
    for lesson, reason in tonight.intake.aside:
        yield f"  ? {lesson.example.input!r} means {lesson.example.target}: {reason}"
