"""What the plots of a report show, as numbers: pure functions of records and cases."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from training.record import Case, Outcome, Record
from training.trainer import Judgement

BINS = 10
"""Of equal width, over confidences from 0 to 1."""
CLASSES = 12
"""How many classes of a confusion can be read in one picture."""
OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class Point:
    """A learner after one night."""

    night: datetime
    outcome: Outcome
    served: float
    """The deciding figure of the version in service after the night; NaN if it is unknown."""
    offered: float
    """The same of the version that the night made; NaN if it made none."""
    version: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a learner's history: what was put into service, and when."""

    verb: str
    version: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Bin:
    """Held-out examples of similar confidence."""

    confidence: float
    """Mean."""
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often examples of one class (row) were taken for another (column)."""

    classes: tuple[str, ...]
    """The rows, and the columns before the last, which is `OTHER`."""
    after: Mapping[tuple[str, str], int]
    before: Mapping[tuple[str, str], int] | None
    """None where there was no version before."""

    def total(self, target: str) -> int:
        """How many examples of a class there are."""
        return sum(self.after.get((target, each), 0) for each in (*self.classes, OTHER))


@dataclass(frozen=True, slots=True)
class Growth:
    """How many examples a learner had after one night."""

    night: datetime
    learnt: int
    waiting: int
    aside: int


def course(records: Iterable[Record], metric: str) -> list[Point]:
    """Follow one learner's deciding figure over the nights."""
    known: dict[str | None, float] = {}
    points = []
    for each in records:
        known.update({each.parent: each.before[metric]} if metric in each.before else {})
        offered = each.after.get(metric, math.nan)
        known[each.version] = offered
        served = offered if each.outcome == "promoted" else known.get(each.parent, math.nan)
        night = datetime.fromisoformat(each.night)
        points.append(Point(night, each.outcome, served, offered, each.version))
    return points


def read_changes(file: Path) -> list[Change]:
    """Read a learner's history; lines that are none are left out."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    lines = (line.split() for line in text.splitlines())
    return [
        Change(line[0], line[1], datetime.fromisoformat(line[2]))
        for line in lines
        if len(line) == 3 and line[0] in ("promote", "rollback")
    ]


def by_hand(changes: Iterable[Change], records: Iterable[Record]) -> list[Change]:
    """Leave out what the nights themselves put into service."""
    of_nights = {each.version for each in records if each.outcome == "promoted"}
    return [each for each in changes if each.verb == "rollback" or each.version not in of_nights]


def rejected_in_a_row(records: Sequence[Record]) -> int:
    """Count the nights of one learner that lost something since the last that was promoted."""
    judged = (each for each in records if each.outcome in ("promoted", "rejected"))
    made = [each.outcome for each in judged if not each.is_idle]
    return next((n for n, outcome in enumerate(reversed(made)) if outcome == "promoted"), len(made))


def growth(records: Iterable[Record]) -> list[Growth]:
    """Count what one learner has learnt, what waits and what was set aside, night by night."""
    return [_grown(each) for each in records if each.counts]


def _grown(record: Record) -> Growth:
    counts = Counter(record.counts)
    learnt, waiting = counts["old"] + counts["new"], counts["waiting"]
    if record.outcome != "promoted":
        learnt, waiting = counts["old"] + counts["removed"], waiting + counts["new"]
    return Growth(datetime.fromisoformat(record.night), learnt, waiting, counts["aside"])


def reliability(judgements: Iterable[Judgement]) -> list[Bin]:
    """Compare confidence with accuracy, in bins of confidence that have examples."""
    bins: dict[int, list[Judgement]] = {}
    for each in judgements:
        bins.setdefault(min(int(each.confidence * BINS), BINS - 1), []).append(each)
    return [_bin(bins[place]) for place in sorted(bins)]


def _bin(judgements: Sequence[Judgement]) -> Bin:
    count = len(judgements)
    mean = sum(each.confidence for each in judgements) / count
    return Bin(mean, sum(each.score for each in judgements) / count, count)


def gap(bins: Sequence[Bin]) -> float:
    """The expected calibration error: the mean distance of confidence from accuracy."""
    distances = sum(each.count * abs(each.confidence - each.accuracy) for each in bins)
    return distances / max(1, sum(each.count for each in bins))


def confusion(cases: Sequence[Case], limit: int = CLASSES) -> Confusion:
    """Count the confusions of the classes that are most often confused; none if all is right."""
    after = Counter((each.target, _given(each, each.new)) for each in cases)
    before = Counter((each.target, _given(each, each.old)) for each in cases if each.old)
    errors = {pair for pair in (*after, *before) if pair[0] != pair[1]}
    worst = sorted(errors, key=lambda pair: (-after[pair], -before[pair], pair))
    classes = tuple(dict.fromkeys(name for pair in worst for name in pair))[:limit]
    return Confusion(classes, _among(after, classes), _among(before, classes) if before else None)


def _given(case: Case, judgement: Judgement) -> str:
    # an input may have several right targets; whichever was found, this one was met
    return case.target if judgement.score >= 1 else judgement.predicted


def _among(counts: Counter[tuple[str, str]], classes: Sequence[str]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (target, given), count in counts.items():
        if target in classes:
            found[target, given if given in classes else OTHER] += count
    return found


def newly_wrong(cases: Iterable[Case]) -> list[Case]:
    """Pick the examples that the version before met and the new one does not."""
    return [each for each in cases if each.old and each.old.score >= 1 > each.new.score]


def right(judgements: Iterable[Judgement | None]) -> float | None:
    """Give the mean score; None if there is nothing, or not of every example, to be had."""
    scores = [each.score if each else None for each in judgements]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known and len(known) == len(scores) else None
