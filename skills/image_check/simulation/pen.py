"""A pen in somebody's hand: writes letters and draws lines that no ruler made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from skills.image_check.simulation.strokes import BASELINE, X_HEIGHT, Points, letters, smooth

FINE = 2
"""How much finer than the page the pen's lines are drawn, so that their edges are smooth."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody's hand."""

    letters: Mapping[str, tuple[Points, ...]]
    """Their own form of each letter, up and to the right of where it begins, in heights of x."""
    height: float
    """Of an x, in pixels of the page."""
    weight: float
    """Of the pen's line, in pixels of the page."""
    gap: float
    """Between letters, in heights of x."""
    unrest: float
    """How different the same letter is from time to time, 0 to about 0.1."""


def drawn_writer(random: np.random.Generator) -> Writer:
    """Draw a hand: slant, width, and how its letters differ from those at school."""
    slant, width = random.uniform(-0.1, 0.45), random.uniform(0.75, 1.1)
    return Writer(
        letters={
            letter: tuple(_own(stroke, slant, width, random) for stroke in strokes)
            for letter, strokes in letters().items()
        },
        height=random.uniform(11, 15),
        weight=random.uniform(1.6, 2.8),
        gap=random.uniform(0.2, 0.4),
        unrest=random.uniform(0.02, 0.07),
    )


def _own(stroke: Points, slant: float, width: float, random: np.random.Generator) -> Points:
    curve = smooth(stroke + random.normal(0, 0.22, stroke.shape))
    x, y = curve[:, 0] - 1, curve[:, 1] - BASELINE
    return np.stack([x * width + y * slant, y], axis=1) / X_HEIGHT


class Pen:
    """Draws onto a mask that is `FINE` times as large as the page."""

    def __init__(self, size: tuple[int, int], random: np.random.Generator) -> None:
        self.mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
        self._draw = ImageDraw.Draw(self.mask)
        self._random = random

    def write(
        self, text: str, place: tuple[float, float], writer: Writer, scale: float = 1.0
    ) -> float:
        """Write a line that begins at a place on the page, and give the x where it ends."""
        x, y = place
        height = writer.height * scale
        rise, wave = self._random.normal(0, 0.006), self._random.uniform(0, 6)
        for letter in text:
            strokes = writer.letters.get(letter)
            if strokes is None:
                x += height * self._random.uniform(0.8, 1.2)
                continue
            turn, grow = self._random.normal(0, writer.unrest, 2)
            lift = self._random.normal(0, writer.unrest * 0.7)
            lift += rise * (x - place[0]) / height + 0.06 * np.sin(x / 90 + wave)
            matrix = np.array([[1 + grow, turn], [-turn, 1 + grow]]) * height
            for stroke in strokes:
                curve = stroke @ matrix
                self._line(curve * (1, -1) + (x, y - lift * height), writer.weight)
            x += height * (max(stroke[:, 0].max() for stroke in strokes) + writer.gap)
        return x

    def line(self, points: Points, weight: float, unrest: float = 0.8) -> None:
        """Draw a line through points (n, 2) of the page, as straight as a hand can."""
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        place = np.concatenate([[0.0], np.cumsum(steps)])
        dense = np.linspace(0, place[-1], max(2, int(place[-1] / 12)))
        path = np.stack([np.interp(dense, place, points[:, axis]) for axis in (0, 1)], axis=1)
        drift = np.cumsum(self._random.normal(0, unrest * 0.35, path.shape), axis=0)
        self._line(path + drift - drift.mean(axis=0), weight)

    def _line(self, points: Points, weight: float) -> None:
        path = [tuple(point) for point in (points * FINE).tolist()]
        width = max(1, round(weight * FINE * self._random.uniform(0.85, 1.15)))
        self._draw.line(path, fill=255, width=width, joint="curve")

    def ink(self) -> Image.Image:
        """Give how much of each pixel of the page is inked, as a mask of the page's size."""
        return self.mask.reduce(FINE)
