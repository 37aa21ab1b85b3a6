"""What a report tells of one learner: figures, plots, and examples that it lost."""

from __future__ import annotations

from collections.abc import Sequence

from training.markup import pair, plot, remark, section, table
from training.metric_plot import metric_plot
from training.plots import calibration_plot, confusion_plot, growth_plot
from training.record import Case, Record
from training.summaries import (
    Change,
    by_hand,
    confusion,
    course,
    growth,
    newly_wrong,
    reliability,
    right,
)

SHOWN = 12
"""Examples that a table lists."""
COUNT = "n_"
"""What the names of figures begin with that count examples; where there are none, none is told."""


def learner_report(
    records: Sequence[Record],
    metric: str,
    fixed: Sequence[Case],
    recent: Sequence[Case],
    changes: Sequence[Change],
) -> str:
    """Tell of the last of a learner's nights, given them all, oldest first, and its cases."""
    record, cases = records[-1], [*fixed, *recent]
    parts = [
        _figures(record, metric, recent),
        _course(records, metric, changes),
        pair([calibration(cases), _growth(records)]),
        confusions(cases),
        _lost(record, newly_wrong(cases)),
    ]
    return section(record.learner, filter(None, parts))


def _figures(record: Record, metric: str, recent: Sequence[Case]) -> str:
    names = sorted({*record.before, *record.after}, key=lambda name: (name != metric, name))
    figures = [(name, record.before.get(name), record.after.get(name)) for name in names]
    rows = [
        (_named(name, metric), before, after)
        for name, before, after in figures
        if before or after or not name.startswith(COUNT)
    ]
    if recent:
        label = f"right among the {len(recent)} recent examples"
        rows.append((label, right(each.old for each in recent), right(each.new for each in recent)))
    if not rows:
        return remark("No version was scored this night.")
    head = ("", record.parent or "before", record.version or "after", "change")
    return table("Held-out examples: figures", head, [_compared(*row) for row in rows])


def _named(name: str, metric: str) -> str:
    return name.replace("_", " ") + (" (decides)" if name == metric else "")


def _compared(name: str, before: float | None, after: float | None) -> tuple[str, str, str, str]:
    change = 0.0 if before is None or after is None else after - before
    return name, number(before), number(after), f"{change:+.3f}" if round(change, 3) else ""


def number(value: float | None) -> str:
    """Write a figure or a count."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value > 1 and value == int(value) else f"{value:.3f}"


def _course(records: Sequence[Record], metric: str, changes: Sequence[Change]) -> str:
    if not any(metric in {**each.before, **each.after} for each in records):
        return ""
    return plot(
        f"{metric} over the nights, on the fixed held-out examples",
        "Good: a line that rises or keeps level. Crosses are versions that did not get into "
        "service; an arrow says that one lies below the plot, at that figure.",
        metric_plot(course(records, metric), by_hand(changes, records), metric),
    )


def calibration(cases: Sequence[Case]) -> str:
    """Show how right the learner is where it is sure."""
    if not cases:
        return remark("No held-out example was scored this night: calibration is unknown.")
    before = reliability(each.old for each in cases if each.old)
    after = reliability(each.new for each in cases)
    good = "Good: dots on the dotted line. Below it the learner is surer than it should be."
    return plot("Calibration", good, calibration_plot(before, after), is_wide=False)


def _growth(records: Sequence[Record]) -> str:
    nights = growth(records)
    if not nights:
        return remark("No examples were counted yet.")
    good = "Good: what is learnt grows, and little waits or is set aside for long."
    return plot("Data", good, growth_plot(nights), is_wide=False)


def confusions(cases: Sequence[Case]) -> str:
    """Show which classes are taken for which others."""
    found = confusion(cases)
    if not cases:
        return ""
    if not found.classes:
        return remark("No held-out example was taken for another class.")
    return plot(
        "Confusion among the worst classes",
        "Good: blue cells, those where a class was taken for itself, hold nearly all examples of "
        "their row. An arrow leads from the count before to the count after the night.",
        confusion_plot(found),
    )


def _lost(record: Record, cases: Sequence[Case]) -> str:
    if not cases:
        return ""
    title = f"Held-out examples that {record.version or 'the new version'} gets wrong, and "
    title += f"{record.parent or 'the one before'} did not: {len(cases)}"
    rows = [(each.input, each.target, each.new.predicted) for each in cases[:SHOWN]]
    return table(title, ("input", "meant", "taken for"), rows)
