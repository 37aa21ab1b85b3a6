"""Nights simulated on a data set, through files, feedback, night and gate as they are."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from bot.config import Settings
from bot.database import open_store
from bot.errors import ModelError
from bot.examples import write_examples
from bot.feedback import FeedbackStore
from bot.models import ModelRegistry
from bot.plugins import find_skills
from bot.types import INTENT, Example
from training.arrivals import Arrival
from training.benchmark import peak_memory
from training.data import EVAL, held_out
from training.learners import model_of, trainer_of
from training.night import folder_of
from training.nightly import run_night
from training.progress import Progress, silent
from training.record import Record, read_cases

FROM_ONE = 10
"""Lessons of a night that one person gives; fewer than one may."""
BEGIN = 1_700_000_000.0
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class NightResult:
    """What a night did, and how the version in service does after it."""

    night: int
    examples: int
    """That have arrived so far."""
    wrong: float
    """Part of tonight's lessons that was labelled wrongly."""
    outcome: str
    reasons: tuple[str, ...]
    counts: Mapping[str, int]
    accuracy: float
    """On the test examples whose intents have arrived."""
    of_intents: Mapping[str, float]
    """The same for each intent."""
    seconds: float
    drift: float
    """The most by which a confidence of the saved version differs from that before saving."""
    versions: int
    megabytes: float
    """Of all versions on disk."""
    memory: float
    """Peak of the process so far, in megabytes."""


@contextmanager
def scratch_home(settings: Settings) -> Iterator[Settings]:
    """Give settings of an empty home and empty data without skills, within a `with`."""
    names = tuple(spec.name for spec in find_skills(settings))
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        (data / INTENT).mkdir(parents=True)
        yield replace(settings, home=Path(scratch) / "home", data=data, disabled=names)


def simulated(
    arrivals: Sequence[Arrival],
    test: Sequence[Example],
    settings: Settings,
    progress: Progress = silent,
) -> Iterator[NightResult]:
    """Let each night's examples arrive in the home of `settings`, which is empty, and learn them.

    The test examples decide nothing.
    """
    arrived: list[Example] = []
    for number, arrival in enumerate(arrivals, 1):
        _deliver(arrival, number, settings)
        arrived += arrival.learnable
        record, seconds = _night(number, settings, progress)
        intents = {each.target for each in arrived}
        scores = _scores([each for each in test if each.target in intents], settings)
        versions = ModelRegistry(settings.models).versions(INTENT)
        yield NightResult(
            number,
            len(arrived),
            arrival.wrong,
            record.outcome,
            record.reasons,
            record.counts,
            fmean(score for found in scores.values() for score in found),
            {intent: fmean(found) for intent, found in scores.items()},
            seconds,
            _drift(record, settings),
            len(versions),
            _megabytes(settings.models),
            peak_memory(),
        )


def _deliver(arrival: Arrival, number: int, settings: Settings) -> None:
    folder = settings.data / INTENT
    if arrival.files:
        write_examples(folder / f"night{number:03}.jsonl", arrival.files)
    if arrival.fixed:
        write_examples(folder / EVAL, [*held_out(folder), *arrival.fixed])
    file, key = settings.database, settings.database_key
    with closing(open_store(file, key)) as store, store.transaction():
        feedback = FeedbackStore(store, lambda: BEGIN + DAY * number)
        for place, example in enumerate(arrival.lessons):
            feedback.add(INTENT, example, "button", f"{number} {place // FROM_ONE}", place)


def _night(number: int, settings: Settings, progress: Progress) -> tuple[Record, float]:
    began = time.perf_counter()
    (record,) = run_night(settings, [INTENT], progress=progress, clock=lambda: BEGIN + DAY * number)
    if record.outcome == "failed":
        raise ModelError(f"Night {number} failed: {' '.join(record.reasons)}")
    return record, time.perf_counter() - began


def _scores(test: Sequence[Example], settings: Settings) -> Mapping[str, list[float]]:
    """Score the version in service on each test example, by intent."""
    judged = trainer_of(INTENT, settings).judge(model_of(INTENT, settings), test)
    scores: dict[str, list[float]] = defaultdict(list)
    for example, judgement in zip(test, judged, strict=True):
        scores[example.target].append(judgement.score)
    return scores


def _drift(record: Record, settings: Settings) -> float:
    """Compare what the night's version said before it was saved with what it says, loaded."""
    cases = read_cases(folder_of(settings.home, record.night) / f"{INTENT}.fixed.jsonl")
    if record.version is None or not cases:
        return 0.0
    examples = [Example(case.input, case.target) for case in cases]
    model = model_of(INTENT, settings, record.version)
    judged = trainer_of(INTENT, settings).judge(model, examples)
    pairs = [(case.new, judgement) for case, judgement in zip(cases, judged, strict=True)]
    is_other = any(before.predicted != after.predicted for before, after in pairs)
    return 1.0 if is_other else max(abs(a.confidence - b.confidence) for a, b in pairs)


def _megabytes(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / (1 << 20)
