"""What a night did with a learner, as it is kept and reported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from training.trainer import Judgement

Outcome = Literal["promoted", "rejected", "nothing new", "failed", "postponed"]
NOTHING_GAINED = "Nothing was gained."
REPEATED = "{} was made of just this, and gained nothing; more has to come."


@dataclass(frozen=True, slots=True)
class Case:
    """One held-out example, and how the versions before and after the night met it."""

    input: str
    target: str
    old: Judgement | None
    """None where there was no version before."""
    new: Judgement


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one learner in one night."""

    night: str
    """When it began, in UTC as ISO 8601 has it: the night's name."""
    learner: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    """Why, in words."""
    version: str | None = None
    """The version that was made."""
    parent: str | None = None
    """The version that was in service when the night began."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Examples: new, old, removed, held (out), aside (for a person), waiting (for later)."""
    before: Mapping[str, float] = field(default_factory=dict)
    """The parent's figures on the fixed held-out set."""
    after: Mapping[str, float] = field(default_factory=dict)
    """The new version's figures on it."""
    seconds: float = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether a version was rejected though nothing was lost, which is nobody's fault."""
        return self.outcome == "rejected" and self.reasons[:1] == (NOTHING_GAINED,)

    @property
    def is_repeated(self) -> bool:
        """Whether no version was made because an idle night had made just the same."""
        return self.outcome == "nothing new" and bool(self.reasons)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Record:
        """Read what `asdict` gave."""
        return cls(**{**values, "reasons": tuple(values["reasons"])})


def append_record(file: Path, record: Record) -> None:
    """Add a record to a file of them, one JSON object a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:  # begun anew, if a kill cut off the last one
        lines.write("\n" + json.dumps(asdict(record), ensure_ascii=False) + "\n")


def read_records(file: Path) -> list[Record]:
    """Read a file of records, oldest first; none if there is no file."""
    return [Record.of(values) for values in _lines(file)]


def write_cases(file: Path, cases: Iterable[Case]) -> None:
    """Write a file of cases, one JSON object a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(case), ensure_ascii=False) + "\n" for case in cases)
    file.write_text("".join(lines), encoding="utf-8")


def read_cases(file: Path) -> list[Case]:
    """Read a file of cases; none if there is no file."""
    return [_case(values) for values in _lines(file)]


def _case(values: Mapping[str, Any]) -> Case:
    old = Judgement(**values["old"]) if values["old"] else None
    return Case(values["input"], values["target"], old, Judgement(**values["new"]))


def _lines(file: Path) -> list[dict[str, Any]]:
    """Read JSON lines; one that was cut off by a kill is left out."""
    found = []
    for line in file.read_text(encoding="utf-8").split("\n") if file.is_file() else ():
        with suppress(json.JSONDecodeError):
            found.append(json.loads(line))
    return found
