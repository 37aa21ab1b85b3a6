"""A night: what is fixed when it begins, so that a killed one goes on as it was."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import BotError
from bot.feedback import FeedbackStore
from training.progress import Progress
from training.record import read_records

NIGHTS = "nights"
"""The folder in the home with what each night has left to look at."""
WORK = "training"
"""The folder in the home where trainers keep embeddings and unfinished work."""
RECORDS = "nights.jsonl"
"""The file in the home with a record for each learner and night."""
PLAN = "night.json"
LOCK = "night.lock"
JUDGING = "Judging"
"""What a night shows while it judges versions; stopped in it, all of that has to be done again."""


class NightError(BotError):
    """A night cannot begin, or not go on."""


class BusyError(NightError):
    """Another night is at work."""


class OutOfTimeError(Exception):
    """The night's time is over; what is unfinished goes on in the next one."""


@dataclass(frozen=True, slots=True)
class Night:
    """What a night goes by."""

    name: str
    """When it began, in UTC as ISO 8601 has it."""
    seed: int
    until: int
    """The number of the last lesson that counts."""
    full: bool = False
    """Whether everything is learnt anew from the base weights."""
    learners: tuple[str, ...] = ()
    """Whom it is for; all that are found if it names none."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Let no second night run on this home at the same time, within a `with`."""
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyError(
            f"Another night is at work on {home}. Wait until it has ended, or end it."
        ) from error
    try:
        yield
    finally:
        lock.release()


def planned(
    home: Path,
    feedback: FeedbackStore,
    learners: Sequence[str],
    full: bool,
    clock: Callable[[], float],
) -> Night:
    """Fix what a new night goes by; its seed counts the nights."""
    seen = {record.night for record in read_records(home / RECORDS)}
    name = datetime.fromtimestamp(clock(), UTC).isoformat(timespec="milliseconds")
    return Night(name, len(seen), feedback.last(), full, tuple(learners))


def unfinished(home: Path) -> Night | None:
    """Give the night that was killed, or ran out of time, before it had ended."""
    with suppress(FileNotFoundError, ValueError, TypeError, AttributeError):
        plan = json.loads((home / PLAN).read_text(encoding="utf-8"))
        return Night(**{**plan, "learners": tuple(plan.get("learners", ()))})
    return None


def begin(home: Path, night: Night) -> Night:
    """Keep the plan of a night until it has ended."""
    draft = home / f".{PLAN}.draft"
    draft.write_text(json.dumps(asdict(night)), encoding="utf-8")
    draft.replace(home / PLAN)
    return night


def end(home: Path) -> None:
    """Let the next night be a new one."""
    (home / PLAN).unlink(missing_ok=True)


def folder_of(home: Path, night: str) -> Path:
    """Where what a night has left to look at is kept."""
    return home / NIGHTS / night.replace(":", "-")


def days_before(night: Night, days: float) -> str:
    """Give what a night would be called that began so many days before; empty where none did."""
    try:
        began = datetime.fromisoformat(night.name) - timedelta(days=days)
    except OverflowError:
        return ""
    return began.isoformat(timespec="milliseconds")


def forget_nights(home: Path, keep: int, since: str = "") -> None:
    """Remove what all but the newest nights have left, and what there is from before a night."""
    folders = sorted(path for path in (home / NIGHTS).glob("*") if path.is_dir())
    old = [folder for folder in folders if folder < folder_of(home, since)]
    for folder in {*old, *folders[:-keep]}:
        shutil.rmtree(folder, ignore_errors=True)


def limited(progress: Progress, deadline: float) -> Progress:
    """Show progress until the monotonic clock says `deadline`; then raise OutOfTimeError.

    Judging goes on to its end where nothing was learnt before: else a short night would come no
    further than the one before, for ever.
    """
    has_learnt = False

    def show(task: str, done: int, total: int, metric: str = "") -> None:
        nonlocal has_learnt
        progress(task, done, total, metric)
        has_learnt |= task != JUDGING
        if has_learnt and done < total and time.monotonic() >= deadline:
            raise OutOfTimeError

    return show
