"""Shows a picture otherwise than it was taken, but so that it is still the same."""

from __future__ import annotations

import random

from PIL import ImageEnhance
from PIL.Image import Image, Resampling, Transpose

SMALLEST = 0.6
"""Least part of a picture's area that a view shows."""
STRETCH = 1.15
"""How much wider or higher than it is a view may look."""
COLOUR = 0.2
"""How much brighter, duller or greyer a view may be."""
TURNS = {"turned", "rotated", "upside", "sideways", "orientation", "mirrored", "flipped"}
"""Words in labels that say that it matters which way up a picture is."""


def augmented(picture: Image, size: int, flips: bool, draw: random.Random) -> Image:
    """Make a square view of a picture: a large part of it, perhaps mirrored, in other light."""
    view = picture.resize((size, size), Resampling.BILINEAR, box=_part(picture, draw))
    if flips and draw.random() < 0.5:
        view = view.transpose(Transpose.FLIP_LEFT_RIGHT)
    for kind in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        view = kind(view).enhance(draw.uniform(1 - COLOUR, 1 + COLOUR))
    return view


def _part(picture: Image, draw: random.Random) -> tuple[float, float, float, float]:
    area, stretch = draw.uniform(SMALLEST, 1), draw.uniform(1 / STRETCH, STRETCH)
    width = picture.width * min(1.0, (area * stretch) ** 0.5)
    height = picture.height * min(1.0, (area / stretch) ** 0.5)
    left, top = draw.uniform(0, picture.width - width), draw.uniform(0, picture.height - height)
    return left, top, left + width, top + height


def may_flip(labels: tuple[str, ...]) -> bool:
    """Whether no label speaks of the way up, so that a mirrored picture is labelled alike."""
    words = {word for label in labels for word in label.replace("-", "_").split("_")}
    return words.isdisjoint(TURNS)
