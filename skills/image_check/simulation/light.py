"""Light on a scene: uneven, with shadows that somebody throws, and lamps that shine back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from skills.image_check.simulation.places import Corners, mask_of

COARSE = 8
"""How much coarser than the photograph light is computed."""
SHADED = (0.22, 0.7)
"""Share of a page in a shadow that is called so, and how bright it is in there, against outside."""
SHADE = (0.28, 0.48)
MILD_SHADE = 0.85
"""How bright it is in the shadows of a good photograph, at least."""
SHINING = (0.07, 0.3)
"""Share of a page that shines so that nothing can be read there."""
MILD_SHINE = 0.16
"""How much of white is added at most by what shines a little in a good photograph."""
TRIES = 60
SHIFT = np.array((7, 9))
"""Where the shadow falls that a page throws itself, in pixels."""


Field = NDArray[np.float32]
"""How bright it is at each place, 0 to 1, coarse."""


def falling(random: np.random.Generator, size: tuple[int, int]) -> Field:
    """Let light fall from one side, a little stronger there, and less into the corners."""
    y, x = np.mgrid[0 : size[1] // COARSE, 0 : size[0] // COARSE].astype(np.float32)
    x, y = x / x.shape[1] - 0.5, y / x.shape[0] - 0.5
    angle, fall = random.uniform(0, 2 * np.pi), random.uniform(0.0, 0.2)
    light = 1 - fall * (0.5 + x * np.cos(angle) + y * np.sin(angle))
    light -= random.uniform(0, 0.12) * (x * x + y * y)
    return np.asarray(light, np.float32)


def beside(corners: Corners, size: tuple[int, int]) -> Field:
    """Darken the desk right beside a page, which is never quite flat."""
    under, page = (
        mask_of(each, size, 2).reduce(COARSE // 2) for each in (corners + SHIFT, corners)
    )
    around = ImageChops.subtract(under.filter(ImageFilter.BoxBlur(1)), page)
    return _field(around, 0.45)


def multiplied(image: Image.Image, field: Field) -> Image.Image:
    """Make a photograph as bright as a field says."""
    return ImageChops.multiply(image, _grey(field, image.size))


def _grey(field: Field, size: tuple[int, int]) -> Image.Image:
    coarse = Image.fromarray((field * 255).clip(0, 255).astype(np.uint8))
    fine = coarse.resize(size, Image.Resampling.BILINEAR)
    return Image.merge("RGB", (fine, fine, fine))


def shadow(random: np.random.Generator, size: tuple[int, int], corners: Corners) -> Field:
    """Throw a shadow over much of a page: a head's, that of a hand with a phone, or a shelf's."""
    page = np.asarray(mask_of(corners, size, COARSE)) > 0
    for _ in range(TRIES):
        mask = _silhouette(random, size)
        share = float((np.asarray(mask)[page] > 128).mean())
        if SHADED[0] <= share <= SHADED[1]:
            break
    soft = mask.filter(ImageFilter.GaussianBlur(random.uniform(0.4, 2.2)))
    return _field(soft, 1 - random.uniform(*SHADE))


def weak_shadow(random: np.random.Generator, size: tuple[int, int]) -> Field:
    """Throw a shadow that is soft and weak."""
    soft = _silhouette(random, size).filter(ImageFilter.GaussianBlur(random.uniform(6, 14)))
    return _field(soft, 1 - random.uniform(MILD_SHADE, 1.0))


def _field(mask: Image.Image, depth: float) -> Field:
    """Give a field that is by so much darker where a mask is."""
    return np.asarray(1 - depth * np.asarray(mask, float) / 255, np.float32)


def _silhouette(random: np.random.Generator, size: tuple[int, int]) -> Image.Image:
    """Give the outline of what is between the lamp and the desk, coarse."""
    width, height = size[0] // COARSE, size[1] // COARSE
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    kind = random.random()
    x, y = random.uniform(0.15, 0.85) * width, random.uniform(0.2, 0.75) * height
    if kind < 0.45:  # head and shoulders, from below
        radius = random.uniform(0.16, 0.3) * width
        draw.ellipse((x - radius, y - radius * 1.2, x + radius, y + radius * 1.2), fill=255)
        draw.ellipse(
            (x - 2.2 * radius, y + radius, x + 2.2 * radius, height + 3 * radius), fill=255
        )
    elif kind < 0.7:  # a phone in a hand
        wide, high = random.uniform(0.2, 0.34) * width, random.uniform(0.28, 0.42) * height
        draw.rounded_rectangle(
            (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), 6, fill=255
        )
        draw.polygon(
            [(x, y), (x + wide / 2, y), (x + wide * 1.3, height), (x + 0.2 * wide, height)],
            fill=255,
        )
    else:  # an edge, such as of a shelf
        angle = random.uniform(0, 2 * np.pi)
        along = np.array([np.cos(angle), np.sin(angle)]) * 3 * height
        aside = np.array([-along[1], along[0]])
        middle = np.array([x, y])
        points = (middle - along, middle + along, middle + along + aside, middle - along + aside)
        draw.polygon([tuple(point.tolist()) for point in points], fill=255)
    return mask


def shining(random: np.random.Generator, image: Image.Image, corners: Corners) -> Image.Image:
    """Let lamps or a window shine back from a page, so that nothing can be read there."""
    page = np.asarray(mask_of(corners, image.size, COARSE)) > 0
    for _ in range(TRIES):
        shine = _shine(random, image.size, random.uniform(1.3, 2.4), corners)
        share = float((shine[page] > 0.9).mean())
        if SHINING[0] <= share <= SHINING[1]:
            break
    return _screened(image, shine)


def shining_a_little(
    random: np.random.Generator, image: Image.Image, corners: Corners
) -> Image.Image:
    """Let something shine weakly from a page."""
    return _screened(image, _shine(random, image.size, random.uniform(0.02, MILD_SHINE), corners))


def _shine(
    random: np.random.Generator, size: tuple[int, int], strength: float, corners: Corners
) -> Field:
    """Give how much light comes back from each place, 1 being all white."""
    y, x = np.mgrid[0 : size[1] // COARSE, 0 : size[0] // COARSE].astype(np.float32) * COARSE
    total = np.zeros_like(x)
    weights = random.dirichlet((1, 1, 1, 1))
    middle = weights @ corners
    for _ in range(int(random.integers(1, 4))):
        angle = random.uniform(0, np.pi)
        wide, high = random.uniform(70, 200), random.uniform(50, 130)
        dx, dy = x - middle[0], y - middle[1]
        u = (dx * np.cos(angle) + dy * np.sin(angle)) / wide
        v = (dy * np.cos(angle) - dx * np.sin(angle)) / high
        power = random.choice((1.0, 1.0, 2.0))
        total = np.maximum(total, strength * np.exp(-((u * u + v * v) ** power)))
        middle = middle + random.normal(0, 160, 2)
    return np.asarray(total.clip(0, 1), np.float32)


def _screened(image: Image.Image, shine: Field) -> Image.Image:
    return ImageChops.screen(image, _grey(shine, image.size))
