"""How plots are drawn: as SVG within a page, which gives it the colours and the fonts."""

from __future__ import annotations

import math
import re
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, FAINT, GRID = "#1d2127", "#69727d", "#dde1e6"
OLD, NEW, BAD, ASIDE = "#8b95a1", "#2368b5", "#cc4a16", "#b98200"
VARIABLES = {
    INK: "ink",
    FAINT: "faint",
    GRID: "grid",
    OLD: "old",
    NEW: "new",
    BAD: "bad",
    ASIDE: "aside",
}
"""Colours as they are drawn, and the page's CSS variables that take their places."""
STYLE: Any = {
    "svg.fonttype": "none",  # the reader's browser has the fonts of every script
    "text.parse_math": False,  # a name may hold dollar signs
    "font.size": 9,
    "axes.edgecolor": GRID,
    "axes.labelcolor": FAINT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
}
WIDE, HALF = 9.6, 4.7
"""Inches; on the page about 960 and 470 pixels."""
COLUMNS = 24
"""How much of a name is shown."""


def drawn(draw: Callable[[Figure], None], size: tuple[float, float], name: str) -> str:
    """Draw a figure of a size in inches; names are for telling the parts of SVGs apart."""
    with warnings.catch_warnings(), mpl.rc_context():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # missing here, not in a browser
        mpl.rcdefaults()
        mpl.rcParams.update({**STYLE, "svg.hashsalt": name})
        figure = Figure(size, layout="constrained")
        draw(figure)
        text = StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(text, format="svg", transparent=True, metadata=nothing)
    return _numbered(_inline(text.getvalue()), name)


def _numbered(svg: str, name: str) -> str:
    """Name the parts by their order: matplotlib's names change with the last digit of a place."""
    for number, part in enumerate(dict.fromkeys(re.findall(r' id="([^"]+)"', svg))):
        svg = re.sub(rf'(["#]){re.escape(part)}(?=["\)])', rf"\g<1>{name}-{number}", svg)
    return svg


def _inline(svg: str) -> str:
    """Take the drawing out of its document, let the page scale it and give the colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', r"<svg \1>", svg, count=1)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg).replace("xlink:href", "href")
    for colour, name in VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name})")
    return svg.strip()


def short(name: str) -> str:
    """Cut a name of any script to what a plot has room for, on one line."""
    line = " ".join("".join(each if each.isprintable() else " " for each in name).split())
    widths = [2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line]
    if sum(widths) <= COLUMNS:
        return line
    fitting = (end for end in range(len(line)) if sum(widths[:end]) > COLUMNS - 1)
    return line[: next(fitting, len(line)) - 1].rstrip() + "…"


def tick(axes: Axes, labels: Sequence[str], most: int = 9) -> None:
    """Name places 0, 1, … of the horizontal axis, some of them if there are many."""
    every = max(1, math.ceil(len(labels) / most))
    places = range(len(labels) - 1, -1, -every)[::-1]  # the last is always among them
    axes.set_xticks(places, [labels[place] for place in places])
    axes.set_xlim(-0.7, max(len(labels), 3) - 0.3)


def legend(axes: Axes, height: float = 0.98) -> None:
    """Explain above the plot what is drawn in it."""
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        place: Any = {"loc": "lower left", "bbox_to_anchor": (-0.01, height), "borderaxespad": 0.2}
        axes.legend(handles, labels, ncols=len(labels), columnspacing=1.6, **place)
