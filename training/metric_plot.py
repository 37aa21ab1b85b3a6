"""The plot of a learner's deciding figure over the nights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.drawing import BAD, FAINT, NEW, OLD, WIDE, drawn, legend, tick
from training.summaries import Change, Point

SMALL = 7.5
"""Points, for what is written into the plot."""
LABELS = 20
"""How many names of versions fit side by side."""
LEAST = 0.015
"""Smallest room above and below a figure, so that the plot never makes much of chance."""
NEAR = 0.05
"""How much worse than all that was in service a version may be and still be in the plot."""
MARKS = {
    "promoted": ("o", NEW),
    "rejected": ("x", BAD),
    "failed": ("s", BAD),
    "postponed": ("D", FAINT),
    "nothing new": ("|", FAINT),
}


def metric_plot(points: Sequence[Point], changes: Sequence[Change], metric: str) -> str:
    """Draw the figure of what was in service, with the versions made and changes by hand."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        served = [each.served for each in points]
        axes.plot(range(len(points)), served, color=NEW, alpha=0.5, label="in service")
        _limit(axes, points)
        for outcome in MARKS:
            _mark(axes, points, outcome)
        for change in changes:
            _mark_change(axes, sum(each.night < change.time for each in points), change)
        tick(axes, [f"{each.night:%d %b}" for each in points])
        axes.set(xlabel="night (UTC)", ylabel=f"{metric} (higher is better)")
        legend(axes, height=1.04)

    return drawn(draw, (WIDE, 3.6), "metric")


def _limit(axes: Axes, points: Sequence[Point]) -> None:
    """Show what was in service, and what was offered unless it was much worse."""
    served = [each.served for each in points if not math.isnan(each.served)] or [0.0, 1.0]
    low = min(served) - NEAR
    known = [*served, *(each.offered for each in points if each.offered >= low)]
    room = max(LEAST, 0.2 * (max(known) - min(known)))
    axes.set_ylim(min(known) - room, max(known) + room)


def _mark(axes: Axes, points: Sequence[Point], outcome: str) -> None:
    """Mark the nights that ended so: at the figure of the version made, else at the bottom."""
    marker, colour = MARKS[outcome]
    places = [place for place, each in enumerate(points) if each.outcome == outcome]
    heights = [_height(axes, points[place]) for place in places]
    if places:
        style: Any = {"color": colour, "label": outcome, "clip_on": False, "ms": 5, "mew": 1.6}
        axes.plot(places, heights, marker, **style)
    latest = math.inf
    for place, height in reversed([*zip(places, heights, strict=True)]):
        if latest - place >= len(points) / LABELS:
            _name(axes, points[place], (place, height), colour)
            latest = place


def _height(axes: Axes, point: Point) -> float:
    low, _ = axes.get_ylim()
    return low if math.isnan(point.offered) else max(point.offered, low)


def _name(axes: Axes, point: Point, place: tuple[float, float], colour: str) -> None:
    beyond = f"\n{point.offered:.3f} ↓" if point.offered < place[1] else ""
    text = f"{point.version or ''}{beyond}"
    style: Any = {"ha": "center", "fontsize": SMALL, "color": colour}
    axes.annotate(text, place, (0, 6), textcoords="offset points", **style)


def _mark_change(axes: Axes, nights_before: int, change: Change) -> None:
    """Draw a line between the nights; what was before the first is not in the plot."""
    if not nights_before:
        return
    is_back = change.verb == "rollback"
    place, colour = nights_before - 0.5, BAD if is_back else OLD
    axes.axvline(place, color=colour, linestyle="--", linewidth=1)
    text = f"{'rolled back to' if is_back else 'by hand'} {change.version}"
    style: Any = {"ha": "center", "va": "bottom", "fontsize": SMALL, "color": colour}
    axes.text(place, 1.01, text, transform=axes.get_xaxis_transform(), **style)
