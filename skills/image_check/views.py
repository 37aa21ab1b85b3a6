"""What of a picture the network sees: all of it, and crops near its full sharpness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from bot.vision import squeezed

PLACES = 48
"""Places along the side of a crop where structure is looked for."""


@dataclass(frozen=True, slots=True)
class Look:
    """How closely pictures are looked at."""

    longest: int = 1600
    """Pixels of the longer side of a picture of which a crop shows the network's size."""
    crops: int = 0
    """Squares of the network's size that are cut from where there is most structure."""

    @property
    def parts(self) -> int:
        """How many rows of features a picture has: of the whole, and of crops mean and maximum."""
        return 3 if self.crops else 1

    def opened(self, size: int) -> int:
        """Say how many pixels the longer side of a picture needs, for a network of that size."""
        return self.longest if self.crops else 2 * size

    @property
    def views(self) -> int:
        """How many squares the network sees of one picture."""
        return 1 + self.crops


def views_of(picture: Image, look: Look, size: int) -> list[Image]:
    """Cut a picture into squares of `size` pixels: all of it first, then the crops."""
    whole = squeezed(picture, size)
    if not look.crops:
        return [whole]
    side = side_of(picture, look, size)
    corners = corners_of(picture, look.crops, side)
    boxes = [(x, y, x + side, y + side) for x, y in corners]
    return [whole, *(picture.resize((size, size), Resampling.BILINEAR, box) for box in boxes)]


def side_of(picture: Image, look: Look, size: int) -> int:
    """Say how long the side of a crop is: `size` once the picture is reduced to `longest`."""
    side = round(size * max(1.0, max(picture.size) / look.longest))
    return max(1, min(side, *picture.size))


def corners_of(picture: Image, count: int, side: int) -> list[tuple[int, int]]:
    """Find the upper left corners of the squares with most structure that overlap least.

    Structure is the mean change of brightness from place to place on a thumbnail; what was chosen
    counts no more.
    """
    step = max(1, side // PLACES)
    energy = _changes(np.asarray(picture.reduce(step).convert("L"), dtype=np.float32))
    window = min(side // step, *energy.shape)
    found = []
    for _ in range(count):
        sums = _window_sums(energy, window)
        row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
        energy[row : row + window, column : column + window] = 0
        x, y = int(column) * step, int(row) * step
        found.append((min(x, picture.width - side), min(y, picture.height - side)))
    return found


def _changes(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much brightness changes from each place to the ones right of it and below."""
    across = np.abs(np.diff(grey, axis=1, append=grey[:, -1:]))
    down = np.abs(np.diff(grey, axis=0, append=grey[-1:]))
    found: NDArray[np.float32] = across + down
    return found


def _window_sums(energy: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    total = np.pad(energy.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))
    sums = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    found: NDArray[np.float32] = sums.astype(np.float32)
    return found
