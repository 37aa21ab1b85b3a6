"""Sheets of paper: blank, lined, squared, dotted, white or not quite."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

PAGE = (840, 1188)
"""Width and height of a page in pixels: A4 with four pixels a millimetre."""
TINTS = ((252, 252, 250), (248, 246, 238), (244, 240, 226), (250, 250, 252), (240, 242, 240))
RULES = ((170, 195, 225), (190, 190, 195), (200, 175, 190), (165, 205, 190))


class Sheet(NamedTuple):
    """A sheet that is still empty."""

    image: Image.Image
    pitch: int
    """Pixels from one line of writing to the next."""


def drawn_sheet(random: np.random.Generator, is_ruled: bool) -> Sheet:
    """Draw a sheet; what is to be printed on is blank."""
    tint = tuple(int(each) for each in random.choice(TINTS))
    image = Image.new("RGB", PAGE, tint)
    kind = str(random.choice(("lined", "squared", "dotted", "blank"), p=(0.4, 0.4, 0.05, 0.15)))
    if not is_ruled or kind == "blank":
        return Sheet(image, int(random.integers(34, 42)))
    draw = ImageDraw.Draw(image)
    rule = tuple(int(each) for each in random.choice(RULES))
    pitch = int(random.integers(34, 40)) if kind == "lined" else int(random.integers(18, 22)) * 2
    _rule(draw, kind, pitch, rule)
    if random.random() < 0.4:
        x = int(random.choice((90, PAGE[0] - 90)))
        draw.line((x, 0, x, PAGE[1]), fill=(225, 150, 150), width=2)
    return Sheet(image, pitch)


def _rule(draw: ImageDraw.ImageDraw, kind: str, pitch: int, colour: tuple[int, ...]) -> None:
    width, height = PAGE
    if kind == "lined":
        for y in range(2 * pitch, height, pitch):
            draw.line((0, y, width, y), fill=colour)
        return
    half = pitch // 2
    if kind == "dotted":
        draw.point(
            [(x, y) for x in range(half, width, half) for y in range(half, height, half)], colour
        )
        return
    for y in range(half, height, half):
        draw.line((0, y, width, y), fill=colour)
    for x in range(half, width, half):
        draw.line((x, 0, x, height), fill=colour)
