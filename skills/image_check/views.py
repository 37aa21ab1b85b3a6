"""What of a picture the network sees: all of it, and crops near its full sharpness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from bot.vision import squeezed

STEP = 4
"""Pixels between the places where structure is looked for: finer costs time and finds no more."""


@dataclass(frozen=True, slots=True)
class Look:
    """How closely pictures are looked at."""

    longest: int = 2048
    """Pixels of the longer side to which a larger picture is reduced before crops are cut."""
    crops: int = 0
    """Squares of the network's size that are cut from where there is most structure."""

    @property
    def parts(self) -> int:
        """How many rows of features a picture has: of the whole, and of crops mean and maximum."""
        return 3 if self.crops else 1

    @property
    def views(self) -> int:
        """How many squares the network sees of one picture."""
        return 1 + self.crops


def views_of(picture: Image, look: Look, size: int) -> list[Image]:
    """Cut a picture into squares of `size` pixels: all of it first, then the crops."""
    whole = squeezed(picture, size)
    if not look.crops:
        return [whole]
    picture = _reduced(picture, look.longest, size)
    corners = corners_of(picture, look.crops, size)
    return [whole, *(picture.crop((x, y, x + size, y + size)) for x, y in corners)]


def corners_of(picture: Image, count: int, size: int) -> list[tuple[int, int]]:
    """Find the upper left corners of the squares with most structure that overlap least.

    Structure is the mean change of brightness from pixel to pixel on a thumbnail; what was chosen
    counts no more.
    """
    width, height = picture.size
    thumb = picture.convert("L").resize((width // STEP, height // STEP), Resampling.BOX)
    energy = _changes(np.asarray(thumb, dtype=np.float32))
    side = min(size // STEP, *energy.shape)
    found = []
    for _ in range(count):
        sums = _window_sums(energy, side)
        row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
        energy[row : row + side, column : column + side] = 0
        x, y = int(column) * STEP, int(row) * STEP
        found.append((min(x, width - size), min(y, height - size)))
    return found


def _reduced(picture: Image, longest: int, size: int) -> Image:
    """Make a picture that fits into `longest`, but in which a square of `size` still fits."""
    factor = max(min(1.0, longest / max(picture.size)), size / min(picture.size))
    if factor == 1:
        return picture
    width, height = (max(size, round(side * factor)) for side in picture.size)
    return picture.resize((width, height), Resampling.BILINEAR, reducing_gap=2.0)


def _changes(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    across = np.abs(np.diff(grey, axis=1))[:-1]
    down = np.abs(np.diff(grey, axis=0))[:, :-1]
    return across + down


def _window_sums(energy: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    total = np.pad(energy.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))
    sums = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    return sums.astype(np.float32)
