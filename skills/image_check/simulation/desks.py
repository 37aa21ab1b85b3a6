"""What a page lies on: wood, cloth, stone, tiles, carpet or one colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from PIL import Image

from skills.image_check.simulation.noise import Grid, clouds, painted, smooth_noise
from skills.image_check.simulation.parts import PARTS, PartName, generator_of

SIDE = 1280
"""Pixels of a desk, each way; a photograph shows a part of it."""
SIZE = (SIDE, SIDE)
Colours = tuple[tuple[int, int, int], tuple[int, int, int]]

COLOURS: Mapping[PartName, tuple[Colours, ...]] = {
    "train": (
        ((92, 58, 34), (150, 104, 66)),
        ((150, 112, 70), (205, 168, 120)),
        ((58, 38, 28), (98, 68, 50)),
        ((28, 30, 34), (60, 62, 68)),
        ((118, 122, 126), (160, 164, 168)),
        ((40, 62, 96), (76, 104, 146)),
        ((104, 40, 38), (156, 76, 70)),
        ((56, 84, 62), (96, 128, 100)),
        ((168, 150, 124), (208, 192, 166)),
    ),
    "valid": (
        ((120, 82, 44), (176, 130, 84)),
        ((76, 78, 84), (112, 116, 122)),
        ((84, 56, 96), (128, 96, 140)),
        ((140, 124, 108), (186, 170, 152)),
    ),
    "eval": (
        ((72, 46, 30), (124, 86, 56)),
        ((176, 136, 92), (222, 186, 142)),
        ((44, 48, 58), (84, 90, 104)),
        ((34, 84, 92), (72, 126, 132)),
        ((132, 92, 78), (178, 138, 120)),
    ),
}
"""Dark and light of what is made of it; no part has another's."""


def wood(random: np.random.Generator) -> Grid:
    """Grain along one direction, with rings; boards side by side now and then."""
    along = smooth_noise(random, SIZE, (3, int(random.integers(8, 20))))
    rings = np.sin(2 * np.pi * along * random.uniform(4, 10)) * 0.5 + 0.5
    fibre = smooth_noise(random, SIZE, (int(random.integers(14, 40)), SIDE // 2))
    grid = 0.35 * rings + 0.35 * fibre + 0.3 * along
    if random.random() < 0.5:
        board = int(random.integers(180, 420))
        y = np.arange(SIDE)
        grid = grid + random.uniform(-0.15, 0.15, 1 + SIDE // board)[y // board][:, None]
        grid[(y % board) < 4] *= 0.3
    return np.asarray(grid, np.float32)


def cloth(random: np.random.Generator) -> Grid:
    """Threads over and under each other, and checks or stripes now and then."""
    x = np.arange(SIDE, dtype=np.float32)
    step = random.uniform(0.5, 1.1)
    weave = 0.25 * (np.sin(x * step)[None, :] + np.sin(x * step + 1)[:, None]) + 0.5
    grid = 0.6 * weave + 0.4 * clouds(random, SIZE, (5, 5), 5)
    if random.random() < 0.5:
        width = int(random.integers(40, 130))
        stripes = (x // width % 2) * random.uniform(0.2, 0.5)
        grid = grid * 0.6 + stripes[None, :] + (stripes[:, None] if random.random() < 0.5 else 0)
    return np.asarray(grid, np.float32)


def stone(random: np.random.Generator) -> Grid:
    """Specks of granite, or veins of marble."""
    if random.random() < 0.5:
        specks = smooth_noise(random, SIZE, (SIDE // 5, SIDE // 5))
        return np.where(specks > 0.72, 1.0, 0.55 * specks).astype(np.float32)
    veins = 1 - np.abs(2 * clouds(random, SIZE, (3, 3), 6) - 1)
    return (1 - 0.8 * veins**8).astype(np.float32)


def tiles(random: np.random.Generator) -> Grid:
    """Tiles with joints between them, no two quite alike."""
    side = int(random.integers(150, 330))
    place = np.arange(SIDE)
    shade = random.uniform(0.45, 0.8, (SIDE // side + 1, SIDE // side + 1))
    grid = shade[place // side][:, place // side] + 0.15 * clouds(random, SIZE, (8, 8), 4)
    joint = (place % side) < 6
    grid[joint] = grid[:, joint] = 0.1
    return np.asarray(grid, np.float32)


def carpet(random: np.random.Generator) -> Grid:
    """Tufts, and patches that were trodden."""
    tufts = smooth_noise(random, SIZE, (SIDE // 3, SIDE // 3))
    return 0.6 * tufts + 0.4 * clouds(random, SIZE, (4, 4), 4)


def plain(random: np.random.Generator) -> Grid:
    """One colour with hardly a grain."""
    grain = smooth_noise(random, SIZE, (SIDE // 2, SIDE // 2))
    return 0.45 + 0.1 * grain + 0.2 * smooth_noise(random, SIZE, (3, 3))


KINDS: tuple[Callable[[np.random.Generator], Grid], ...] = (
    wood,
    wood,
    cloth,
    stone,
    tiles,
    carpet,
    plain,
)


@lru_cache(maxsize=64)
def desk(part: PartName, number: int) -> Image.Image:
    """Give a desk of a part by its number, SIDE pixels each way; always the same for a number."""
    random = generator_of(PARTS[part], 1, number)
    grid = KINDS[number % len(KINDS)](random)
    dark, light = COLOURS[part][int(random.integers(len(COLOURS[part])))]
    whole = Image.fromarray(painted(grid, dark, light))
    return whole.transpose(Image.Transpose.ROTATE_90) if random.random() < 0.5 else whole


def drawn_desk(random: np.random.Generator, part: PartName, size: tuple[int, int]) -> Image.Image:
    """Draw a place on one of a part's desks, seen from either side."""
    whole = desk(part, int(random.integers(PARTS[part].desks)))
    x, y = (int(random.integers(0, SIDE - each + 1)) for each in size)
    place = whole.crop((x, y, x + size[0], y + size[1]))
    return place.transpose(Image.Transpose.ROTATE_180) if random.random() < 0.5 else place
