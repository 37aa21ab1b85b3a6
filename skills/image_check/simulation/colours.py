"""Colours and grain, as things have them that are no pages."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from skills.image_check.simulation.noise import smooth_noise
from skills.image_check.simulation.parts import PartName

Colour = tuple[int, int, int]


class View(NamedTuple):
    """What is asked of a photograph that shows no page."""

    random: np.random.Generator
    part: PartName
    size: tuple[int, int]


def any_colour(random: np.random.Generator, low: int = 30, high: int = 225) -> Colour:
    """Draw a colour."""
    red, green, blue = (int(each) for each in random.integers(low, high, 3))
    return red, green, blue


def near(random: np.random.Generator, colour: Colour, spread: float = 18) -> Colour:
    """Draw a colour that is much like another."""
    red, green, blue = (int(each) for each in np.clip(random.normal(colour, spread), 0, 255))
    return red, green, blue


def rough(random: np.random.Generator, image: Image.Image) -> Image.Image:
    """Give flat colours the grain and the unevenness that things have."""
    grain = smooth_noise(random, image.size, (image.width // 6, image.height // 6))
    patches = smooth_noise(random, image.size, (9, 9))
    shade = 0.78 + 0.22 * (0.4 * grain + 0.6 * patches)
    grey = Image.fromarray((shade * 255).clip(0, 255).astype(np.uint8))
    dark = Image.new("RGB", image.size)
    return Image.composite(image, dark, grey)
