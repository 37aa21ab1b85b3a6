"""The report of a night: one page that a browser opens by itself, with no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.database import Store, open_store
from bot.types import INTENT
from training.drift import Day, days, heard
from training.learners import learners, trainer_of
from training.night import RECORDS, folder_of
from training.record import Case, Record, read_cases, read_records
from training.summaries import Change, read_changes

DAYS = timedelta(days=60)
"""How far back incoming utterances are looked at."""


@dataclass(frozen=True, slots=True)
class Night:
    """What the page of a night tells; keys of mappings are learners."""

    name: str
    records: Sequence[Record]
    """Of all learners and all nights up to this one, oldest first."""
    metrics: Mapping[str, str] = field(default_factory=dict)
    """The figure that decides."""
    fixed: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    """How this night met the fixed held-out set."""
    recent: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    """How it met what was held out lately."""
    changes: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    """Everything that was put into service, by nights and by hand."""
    days: Sequence[Day] = ()
    """Incoming utterances."""


def reported(settings: Settings, night: str) -> Path:
    """Write the report of a night; gives its file."""
    found = {name: trainer_of(name, settings) for name in learners(settings)}
    metrics = {name: trainer.metric for name, trainer in found.items()}
    learnt = Counter(example.target for example in found[INTENT].examples())
    file = folder_of(settings.home, night) / "report.html"
    with closing(open_store(settings.database, settings.database_key)) as store:
        write_report(file, read_night(settings, store, night, metrics, learnt))
    return file


def read_night(
    settings: Settings,
    store: Store,
    name: str,
    metrics: Mapping[str, str],
    learnt: Mapping[str, int],
) -> Night:
    """Collect what is known of a night; `learnt` counts the examples of each intent."""
    records = [each for each in read_records(settings.home / RECORDS) if each.night <= name]
    of_night = [each.learner for each in records if each.night == name]
    folder = folder_of(settings.home, name)
    since = (datetime.fromisoformat(name) - DAYS).timestamp()
    return Night(
        name,
        records,
        metrics,
        {each: read_cases(folder / f"{each}.fixed.jsonl") for each in of_night},
        {each: read_cases(folder / f"{each}.recent.jsonl") for each in of_night},
        {each: read_changes(settings.models / each / "history") for each in of_night},
        days(heard(store, since), learnt),
    )


def write_report(file: Path, night: Night) -> None:
    """Write the page of a night."""
    from training.page import page  # noqa: PLC0415 - it draws, and nothing else needs what draws

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(night), encoding="utf-8")
