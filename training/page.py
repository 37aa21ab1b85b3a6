"""The page of a night: what happened first, then each learner, then what came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from training.drift import Day
from training.learner_report import learner_report
from training.markup import alert, document, link, listing, plot, remark, section
from training.plots import drift_plot
from training.record import Case, Record
from training.report import Night
from training.summaries import newly_wrong, rejected_in_a_row

LOUD = 3
"""Rejected nights in a row from which on a person should know."""


def page(night: Night) -> str:
    """Tell of a night and those before it."""
    learners = dict.fromkeys(each.learner for each in night.records if each.night == night.name)
    histories = [_history(night, learner) for learner in learners]
    parts = [
        *_warnings(histories),
        listing(f"{link(each[-1].learner)}: {escape(sentence(each[-1]))}" for each in histories),
        _chores(night, [each[-1] for each in histories]),
        *(_told(night, each) for each in histories),
        section("Incoming utterances", [_incoming(night.days)]),
    ]
    return document(f"Night of {night.name[:16].replace('T', ', ')} UTC", parts)


def _history(night: Night, learner: str) -> list[Record]:
    """The records of a learner, one a night: the last, if a night was begun again."""
    found = {each.night: each for each in night.records if each.learner == learner}
    return [found[name] for name in sorted(found)]


def _warnings(histories: Sequence[Sequence[Record]]) -> Iterator[str]:
    for records in histories:
        count = rejected_in_a_row(records)
        if count >= LOUD:
            yield alert(
                f"{records[-1].learner}: {count} nights in a row made a version that was rejected. "
                "What people teach does not get through: look at the reasons, and at what it was."
            )


def sentence(record: Record) -> str:
    """Say what became of a learner, and why."""
    stays = f"{record.parent} stays in service" if record.parent else "nothing is in service yet"
    instead = f" in place of {record.parent}" if record.parent else ""
    happened = {
        "promoted": f"{record.version} went into service{instead}",
        "rejected": f"{record.version} was made and rejected; {stays}",
        "nothing new": f"there was nothing new to learn; {stays}",
        "failed": f"the night failed; {stays}",
        "postponed": f"put off to a later night; {stays}",
    }
    reasons = "; ".join(reason.rstrip(". ") for reason in record.reasons)
    return f"{happened[record.outcome]}{f'. Why: {reasons}' if reasons else ''}."


def _chores(night: Night, records: Sequence[Record]) -> str:
    chores = [
        f"{link(each.learner)}: {chore}" for each in records for chore in _chores_of(night, each)
    ]
    return section("For a person to look at", [listing(chores)]) if chores else ""


def _chores_of(night: Night, record: Record) -> Iterator[str]:
    aside = record.counts.get("aside", 0)
    if aside:
        yield f"{_many(aside, 'example')} set aside; <code>nocturne review</code> shows them."
    lost = len(newly_wrong(_cases(night, record.learner)))
    if lost and record.outcome == "promoted":
        yield f"{_many(lost, 'held-out example')} met before and no longer, listed below."
    if record.outcome == "failed":
        yield "why it failed; the log of the night says more."


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _cases(night: Night, learner: str) -> list[Case]:
    return [*night.fixed.get(learner, ()), *night.recent.get(learner, ())]


def _told(night: Night, records: Sequence[Record]) -> str:
    learner = records[-1].learner
    return learner_report(
        records,
        night.metrics.get(learner, "accuracy"),
        night.fixed.get(learner, ()),
        night.recent.get(learner, ()),
        night.changes.get(learner, ()),
    )


def _incoming(days: Sequence[Day]) -> str:
    if not days:
        return remark("Nobody wrote to the bot lately.")
    return plot(
        "Drift, day by day",
        "Good: level lines; high confidence, little out of scope. A divergence that rises says "
        "that people ask for other things than the examples do, and a few utterances diverge by "
        "chance: only what lies above the grey means something.",
        drift_plot(days),
    )
