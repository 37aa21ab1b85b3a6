"""Noise of many kinds, quickly: random grids, enlarged smoothly and put on top of each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grid = NDArray[np.float32]


def smooth_noise(
    random: np.random.Generator, size: tuple[int, int], cells: tuple[int, int]
) -> Grid:
    """Give noise from 0 to 1 of (height, width), with so many bumps across and down."""
    grid = random.random((max(2, cells[1]), max(2, cells[0])), dtype=np.float32)
    return enlarged(grid, size)


def enlarged(grid: Grid, size: tuple[int, int]) -> Grid:
    """Enlarge a grid smoothly to a width and height."""
    return np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC))


def clouds(
    random: np.random.Generator, size: tuple[int, int], cells: tuple[int, int], octaves: int = 4
) -> Grid:
    """Add noise of ever finer bumps, each half as strong as the one before; 0 to 1."""
    total = np.zeros((size[1], size[0]), np.float32)
    for octave in range(octaves):
        fine = (min(size[0], cells[0] << octave), min(size[1], cells[1] << octave))
        total += smooth_noise(random, size, fine) / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(1e-6, high - low)


def painted(grid: Grid, dark: tuple[int, ...], light: tuple[int, ...]) -> NDArray[np.uint8]:
    """Paint a grid from 0 to 1 with the colours between two."""
    first, last = np.array(dark, np.float32), np.array(light, np.float32)
    ramp = first + np.linspace(0, 1, 256, dtype=np.float32)[:, None] * (last - first)
    return ramp.clip(0, 255).astype(np.uint8)[(grid.clip(0, 1) * 255).astype(np.uint8)]
