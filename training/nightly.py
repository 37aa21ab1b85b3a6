"""The night: every learner retrained, one after the other; one's failure does not stop the rest."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from safetensors import SafetensorError

from bot.config import Settings
from bot.database import open_store
from bot.errors import BotError
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.types import INTENT
from training.canaries import failures, newly_failing
from training.learners import learners, trainer_of
from training.night import (
    RECORDS,
    Night,
    NightError,
    OutOfTimeError,
    alone,
    begin,
    end,
    folder_of,
    forget_nights,
    limited,
    unfinished,
)
from training.progress import Progress, silent
from training.record import Outcome, Record, append_record, read_records
from training.retraining import Retraining
from training.tonight import Tonight

log = logging.getLogger(__name__)
WORK = "training"
"""The folder in the home where trainers keep embeddings and unfinished work."""
REMEMBERED = 60
"""Nights whose cases and report are kept."""
LATE = "The night's time was over. It goes on from here with the next `nocturne nightly`."
VANISHED = "The skill '{}' is not found. Its versions and lessons stay until it is back."


def run_night(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    minutes: float | None = None,
    full: bool = False,
    progress: Progress = silent,
    clock: Callable[[], float] = time.time,
) -> Iterator[Record]:
    """Retrain learners, all that are found unless some are named, and record what became of each.

    A night that was killed goes on: who was done is left out, who was not is gone on with.
    """
    if minutes is not None:
        progress = limited(progress, time.monotonic() + 60 * minutes)
    try:
        yield from _lived_through(settings, names, full, progress, clock)
    except OSError as error:
        raise NightError(
            f"The night cannot go on: {error}. Check space and rights of {settings.home}; the next "
            "`nocturne nightly` goes on from here."
        ) from error


def _lived_through(
    settings: Settings,
    names: Sequence[str],
    full: bool,
    progress: Progress,
    clock: Callable[[], float],
) -> Iterator[Record]:
    with alone(settings.home), closing(open_store(settings.database)) as store:
        feedback = FeedbackStore(store)
        night = unfinished(settings.home) or begin(
            settings.home, planned(settings, feedback, full, clock)
        )
        for record in _records(settings, night, names, feedback, progress):
            append_record(settings.home / RECORDS, record)
            yield record
            if record.outcome == "postponed":
                return
        end(settings.home)
        forget_nights(settings.home, REMEMBERED)


def reported(settings: Settings, night: str) -> Path:
    """Write the report of a night; gives its file."""
    from training.report import read_night, write_report  # noqa: PLC0415 - brings matplotlib

    found = {name: trainer_of(name, settings) for name in learners(settings)}
    metrics = {name: trainer.metric for name, trainer in found.items()}
    learnt = Counter(example.target for example in found[INTENT].examples())
    file = folder_of(settings.home, night) / "report.html"
    with closing(open_store(settings.database)) as store:
        write_report(file, read_night(settings, store, night, metrics, learnt))
    return file


def previews(settings: Settings, names: Sequence[str] = ()) -> Iterator[tuple[str, Tonight]]:
    """Say what each learner would learn; nothing is changed."""
    models = ModelRegistry(settings.models)
    with closing(open_store(settings.database)) as store:
        feedback = FeedbackStore(store)
        night = planned(settings, feedback, False, time.time)
        for name in names or learners(settings):
            retraining = _retraining(settings, name, feedback, silent)
            yield name, retraining.tonight(night, models.current(name))


def planned(
    settings: Settings, feedback: FeedbackStore, full: bool, clock: Callable[[], float]
) -> Night:
    """Fix what a new night goes by; its seed counts the nights."""
    seen = {record.night for record in read_records(settings.home / RECORDS)}
    name = datetime.fromtimestamp(clock(), UTC).isoformat(timespec="milliseconds")
    return Night(name, len(seen), feedback.last(), full)


def _records(
    settings: Settings,
    night: Night,
    names: Sequence[str],
    feedback: FeedbackStore,
    progress: Progress,
) -> Iterator[Record]:
    done = {
        record.learner
        for record in read_records(settings.home / RECORDS)
        if record.night == night.name and record.outcome != "postponed"
    }
    found = learners(settings)
    for name in names or found:
        if name not in done:
            yield _record(settings, night, name, feedback, progress)
    for name in ModelRegistry(settings.models).learners() if not names else ():
        if name not in (*found, *done, *settings.disabled):
            yield Record(night.name, name, "failed", (VANISHED.format(name),))


def _record(
    settings: Settings, night: Night, name: str, feedback: FeedbackStore, progress: Progress
) -> Record:
    """Retrain one learner; whatever goes wrong is its own affair."""
    try:
        return _retraining(settings, name, feedback, progress).run(night)
    except OutOfTimeError:
        return _ended(night, name, "postponed", LATE)
    except BotError as error:
        return _ended(night, name, "failed", str(error))
    except (OSError, SafetensorError) as error:  # of a full disk, safetensors makes its own
        return _ended(night, name, "failed", f"{error}. Check space and rights.")
    except Exception as error:
        log.exception("Retraining '%s' failed", name)
        return _ended(night, name, "failed", f"Something unexpected happened: {error!r}.")


def _ended(night: Night, name: str, outcome: Outcome, reason: str) -> Record:
    return Record(night.name, name, outcome, (reason,))


def _retraining(
    settings: Settings, name: str, feedback: FeedbackStore, progress: Progress
) -> Retraining:
    trainer = trainer_of(name, settings, None, progress, settings.home / WORK / name)

    def canaries(candidate: Path) -> list[str]:
        return newly_failing(failures(settings), failures(settings, {name: candidate}))

    return Retraining(name, trainer, settings, feedback, canaries)
