"""The night: every learner retrained, one after the other; one's failure does not stop the rest."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from safetensors import SafetensorError

from bot.config import Settings
from bot.database import open_store
from bot.errors import BotError
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.retention import retain
from training.canaries import failures, newly_failing
from training.learners import learners, trainer_of
from training.night import (
    RECORDS,
    WORK,
    Night,
    NightError,
    OutOfTimeError,
    alone,
    begin,
    days_before,
    end,
    forget_nights,
    limited,
    planned,
    unfinished,
)
from training.progress import Progress, silent
from training.record import Outcome, Record, append_record, read_records
from training.retraining import Retraining

log = logging.getLogger(__name__)
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
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[Record]:
    """Retrain learners, all that are found unless some are named, and record what became of each.

    A night that was killed comes to its end first, for all that it was for: who was done is left
    out, who was not is gone on with. What is new since then has a night of its own at once.
    `report` is called with the name of a night before it counts as ended, so that one that was
    killed gets its report, too.
    """
    if minutes is not None:
        progress = limited(progress, time.monotonic() + 60 * minutes)
    try:
        yield from _lived_through(settings, names, full, progress, clock, report)
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
    report: Callable[[str], None],
) -> Iterator[Record]:
    with (
        alone(settings.home),
        closing(open_store(settings.database, settings.database_key)) as store,
    ):
        retain(settings, store, clock())
        feedback = FeedbackStore(store)
        killed = unfinished(settings.home)
        if killed and not (yield from _ended(settings, killed, feedback, progress, report)):
            return
        anew = full and not (killed and killed.full)
        night = planned(settings.home, feedback, names, anew, clock)
        if killed:
            wanted = names or learners(settings)
            news = tuple(_with_news(settings, wanted, killed, night, feedback))
            night = replace(night, learners=news)
        if night.learners or not killed:
            yield from _ended(settings, begin(settings.home, night), feedback, progress, report)


def _ended(
    settings: Settings,
    night: Night,
    feedback: FeedbackStore,
    progress: Progress,
    report: Callable[[str], None],
) -> Generator[Record, None, bool]:
    """Bring a night to its end; false if its time was over before."""
    is_over = True
    for record in _records(settings, night, feedback, progress):
        append_record(settings.home / RECORDS, record)
        yield record
        if record.outcome == "postponed":
            is_over = False
            break
    report(night.name)
    if not is_over:
        return False
    end(settings.home)
    forget_nights(settings.home, REMEMBERED, days_before(night, settings.conversation_days))
    return True


def _records(
    settings: Settings, night: Night, feedback: FeedbackStore, progress: Progress
) -> Iterator[Record]:
    done = {name for name, outcome in _outcomes(settings, night).items() if outcome != "postponed"}
    found = learners(settings)
    for name in night.learners or found:
        if name not in done:
            yield _record(settings, night, name, feedback, progress)
    for name in ModelRegistry(settings.models).learners() if not night.learners else ():
        if name not in (*found, *done, *settings.disabled):
            yield Record(night.name, name, "failed", (VANISHED.format(name),))


def _outcomes(settings: Settings, night: Night) -> dict[str, Outcome]:
    records = read_records(settings.home / RECORDS)
    return {each.learner: each.outcome for each in records if each.night == night.name}


def _with_news(
    settings: Settings, names: Sequence[str], ended: Night, new: Night, feedback: FeedbackStore
) -> Iterator[str]:
    """Name whom the new night has something for that the one just ended did not know."""
    outcomes = _outcomes(settings, ended)
    for name in names:
        outcome = outcomes.get(name)
        if outcome in ("rejected", "failed") and not new.full:  # would end so again
            if any(lesson.id > ended.until for lesson in feedback.waiting(name)):
                yield name
        elif outcome is None or _is_needed(settings, name, new, feedback):
            yield name


def _is_needed(settings: Settings, name: str, night: Night, feedback: FeedbackStore) -> bool:
    with suppress(BotError):
        retraining = retraining_of(settings, name, feedback)
        current = ModelRegistry(settings.models).current(name)
        return retraining.is_needed(night, retraining.tonight(night, current))
    return True  # its record will say what is wrong


def _record(
    settings: Settings, night: Night, name: str, feedback: FeedbackStore, progress: Progress
) -> Record:
    """Retrain one learner; whatever goes wrong is its own affair."""
    try:
        return retraining_of(settings, name, feedback, progress).run(night)
    except OutOfTimeError:
        return Record(night.name, name, "postponed", (LATE,))
    except Exception as error:
        return Record(night.name, name, "failed", (told(settings, name, error),))


def told(settings: Settings, name: str, error: Exception) -> str:
    """Say to a person what went wrong with a learner."""
    if isinstance(error, BotError):
        return str(error)
    if isinstance(error, OSError | SafetensorError):  # of a full disk, safetensors makes its own
        return f"{error}. Check space and rights of {settings.home}."
    log.error("Retraining '%s' failed", name, exc_info=error)
    return f"Something unexpected happened: {error!r}."


def retraining_of(
    settings: Settings, name: str, feedback: FeedbackStore, progress: Progress = silent
) -> Retraining:
    """Put together what retraining a learner takes."""
    trainer = trainer_of(name, settings, None, progress, settings.home / WORK / name)

    def canaries(candidate: Path) -> list[str]:
        return newly_failing(failures(settings), failures(settings, {name: candidate}))

    return Retraining(name, trainer, settings, feedback, canaries)
