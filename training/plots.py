"""The plots of a night and of the days around it."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from training.drawing import (
    ASIDE,
    BAD,
    FAINT,
    HALF,
    INK,
    NEW,
    OLD,
    WIDE,
    drawn,
    legend,
    short,
    tick,
)
from training.drift import Day
from training.summaries import BINS, OTHER, Bin, Confusion, Growth, gap

LEFT_TO_RIGHT = "\u200e"
"""Keeps a number behind a name that is written from right to left."""


def confusion_plot(confusion: Confusion) -> str:
    """Draw the confusions as a table of counts, with what they were before."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        columns = (*confusion.classes, OTHER)
        for row, target in enumerate(confusion.classes):
            for column, given in enumerate(columns):
                _cell(axes, confusion, (target, given), (column, row))
        rows = [
            f"{short(each)}{LEFT_TO_RIGHT} ({confusion.total(each)})" for each in confusion.classes
        ]
        names = [short(each) for each in columns]
        axes.set_xticks(range(len(names)), names, rotation=35, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(rows)), rows)
        axes.tick_params(labelcolor=INK)
        axes.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
        axes.set(xlabel="taken for (class)", ylabel="meant (class, examples)")
        axes.grid(visible=False)

    return drawn(draw, (WIDE, 1.8 + 0.3 * len(confusion.classes)), "confusion")


def _cell(axes: Axes, confusion: Confusion, pair: tuple[str, str], place: tuple[int, int]) -> None:
    count = confusion.after.get(pair, 0)
    before = count if confusion.before is None else confusion.before.get(pair, 0)
    share = count / max(1, confusion.total(pair[0]))
    alpha = 0.12 + 0.5 * share if count else 0.04
    colour = NEW if pair[0] == pair[1] else BAD
    corner = (place[0] - 0.48, place[1] - 0.46)
    axes.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=colour, alpha=alpha, linewidth=0))
    if count or before:
        text = str(count) if count == before else f"{before} → {count}"
        axes.text(*place, text, ha="center", va="center", fontsize=8.5)


def calibration_plot(before: Sequence[Bin], after: Sequence[Bin]) -> str:
    """Draw the reliability diagram, and how many examples each bin has."""

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(2, sharex=True, height_ratios=(3, 1))
        upper.plot([0, 1], [0, 1], ":", color=FAINT, linewidth=1, label="perfect")
        for bins, name, colour in ((before, "before", OLD), (after, "after", NEW)):
            if bins:
                _reliability(upper, bins, name, colour)
        _counts(lower, before, OLD, -0.04)
        _counts(lower, after, NEW, 0)
        upper.set(ylabel="share that is right (0 to 1)", xlim=(0, 1.01), ylim=(0, 1.03))
        lower.set(xlabel="confidence (0 to 1)", ylabel="examples")
        upper.legend(loc="upper left")

    return drawn(draw, (HALF, 4.4), "calibration")


def _reliability(axes: Axes, bins: Sequence[Bin], name: str, colour: str) -> None:
    label = f"{name}: mean gap {100 * gap(bins):.1f} points"
    places = [each.confidence for each in bins]
    axes.plot(places, [each.accuracy for each in bins], "o-", color=colour, ms=4, label=label)


def _counts(axes: Axes, bins: Sequence[Bin], colour: str, shift: float) -> None:
    middles = [(min(int(each.confidence * BINS), BINS - 1) + 0.5) / BINS for each in bins]
    counts = [each.count for each in bins]
    axes.bar([each + shift for each in middles], counts, 0.038, align="edge", color=colour)


def growth_plot(nights: Sequence[Growth]) -> str:
    """Draw how many examples were learnt, and how many were not."""

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(2, sharex=True, height_ratios=(3, 2))
        places, waiting = range(len(nights)), [each.waiting for each in nights]
        aside = [each.aside for each in nights]
        upper.bar(places, [each.learnt for each in nights], color=NEW, label="learnt")
        lower.bar(places, waiting, color=OLD, label="waiting")
        lower.bar(places, aside, bottom=waiting, color=ASIDE, label="set aside for a person")
        for axes in (upper, lower):
            axes.yaxis.get_major_locator().set_params(integer=True)
            axes.set_ylim(0, max(1, axes.get_ylim()[1]))
            axes.grid(visible=False, axis="x")
            axes.set_ylabel("examples")
            legend(axes)
        lower.set_xlabel("night (UTC)")
        tick(lower, [f"{each.night:%d %b}" for each in nights], most=5)

    return drawn(draw, (HALF, 4.4), "growth")


def drift_plot(days: Sequence[Day]) -> str:
    """Draw what came in day by day: how much, how sure, and how far from what was learnt."""

    def draw(figure: Figure) -> None:
        first, second, third = figure.subplots(3, sharex=True, height_ratios=(2, 3, 3))
        xs = range(len(days))
        first.bar(xs, [each.count for each in days], color=OLD)
        second.plot(
            xs, [each.confidence for each in days], ".-", color=NEW, label="mean confidence"
        )
        outside = [each.out_of_scope for each in days]
        second.plot(xs, outside, ".-", color=BAD, label="share out of scope")
        third.plot(xs, [each.divergence for each in days], ".-", color=NEW, label="divergence")
        chance = [each.by_chance for each in days]
        label = "what chance alone can give"
        third.fill_between(xs, 0, chance, color=OLD, alpha=0.35, lw=0, step="mid", label=label)
        first.set_ylabel("utterances")
        second.set(ylabel="share (0 to 1)", ylim=(-0.02, 1.03))
        third.set(ylabel="divergence (bits)", xlabel="day with utterances (UTC)", ylim=(0, None))
        legend(second)
        legend(third)
        tick(third, [f"{each.day:%d %b}" for each in days])

    return drawn(draw, (WIDE, 5.2), "drift")
