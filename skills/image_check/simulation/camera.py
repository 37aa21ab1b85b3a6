"""What a camera does to a scene: focus, motion, exposure, tint, noise, compression."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

FOCUS = (4.0, 7.5)
"""Radius of the blur, in pixels of 1280, of a photograph out of focus."""
SOFT = (0.0, 0.5)
"""Share of its neighbours in a pixel of one in focus: a blur of a radius below 0.5."""
MOTION = (24, 44)
"""Pixels that a shaken camera moves; one that is held moves none that are seen."""
DARK = (0.17, 0.34)
"""How bright a photograph is that is too dark, against one that is as bright as can be."""
BRIGHT = (0.78, 1.04)
DAZZLED = (0.62, 0.86)
"""The same where a lamp shines into the camera, which then lets in less of all the rest."""
FEW = (110, 170)
"""Pixels of the shorter side in which a photograph of low resolution was taken."""
GRAINS = (1.0, 2.0, 3.5, 5.5, 8.0)
NOISE = 1536
"""Pixels of a square of noise, more than a photograph has on its longer side."""


def exposed(random: np.random.Generator, image: Image.Image, gain: float) -> Image.Image:
    """Make all as bright as a gain says, in the tint of some lamp."""
    warm, green = random.normal(0, 0.045), random.normal(0, 0.012)
    gains = gain * np.array([1 + warm, 1 + green, 1 - warm])
    contrast = random.uniform(0.94, 1.06)
    ramp = np.arange(256)[None, :] / 255
    curve = 255 * (ramp**contrast) * gains[:, None]
    return image.point(curve.clip(0, 255).round().astype(int).ravel().tolist())


def out_of_focus(image: Image.Image, radius: float) -> Image.Image:
    """Blur by a radius in pixels of a photograph of 1280."""
    return image.filter(ImageFilter.GaussianBlur(radius))


def softened(image: Image.Image, share: float) -> Image.Image:
    """Mix each pixel with a share of those beside it, as every lens does; 0.5 is most."""
    image = Image.blend(image, _moved(image, 1, 0), share)
    return Image.blend(image, _moved(image, 0, 1), share)


def shaken(random: np.random.Generator, image: Image.Image, length: float) -> Image.Image:
    """Smear along a line of so many pixels, by halving it again and again."""
    angle = random.uniform(0, np.pi)
    step = length / 2
    while step >= 0.75:
        dx, dy = round(step * np.cos(angle)), round(step * np.sin(angle))
        image = Image.blend(image, _moved(image, dx, dy), 0.5)
        step /= 2
    return image


def _moved(image: Image.Image, dx: int, dy: int) -> Image.Image:
    """Move a photograph; what comes in at the sides is what was there."""
    moved = image.copy()
    moved.paste(image, (dx, dy))
    return moved


def noisy(random: np.random.Generator, image: Image.Image, strength: float) -> Image.Image:
    """Add the noise of a sensor, of about a standard deviation in steps of 255."""
    grain = _noise(min(GRAINS, key=lambda each: abs(each - strength)))
    x, y = (int(each) for each in random.integers(0, grain.width - np.array(image.size) + 1))
    there = grain.crop((x, y, x + image.width, y + image.height))
    return ImageChops.add(image, there, 1, -128)


@cache
def _noise(strength: float) -> Image.Image:
    """Give noise around 128, of which each photograph takes another part."""
    return Image.fromarray((128 + strength * _grain()).clip(0, 255).astype(np.uint8))


@cache
def _grain() -> NDArray[np.float32]:
    """Give noise of a deviation of about 1, most of which the colours share."""
    random = np.random.default_rng(0)
    shared = random.standard_normal((NOISE, NOISE, 1), dtype=np.float32)
    return 0.85 * shared + 0.55 * random.standard_normal((NOISE, NOISE, 3), dtype=np.float32)


def coarse(random: np.random.Generator, image: Image.Image) -> Image.Image:
    """Take a photograph in few pixels, compress it hard, and enlarge it again."""
    few = random.uniform(*FEW)
    scale = few / min(image.size)
    small = image.resize(
        (round(image.width * scale), round(image.height * scale)), Image.Resampling.BOX
    )
    small = compressed(small, int(random.integers(8, 30)))
    how = Image.Resampling.NEAREST if random.random() < 0.6 else Image.Resampling.BILINEAR
    return small.resize(image.size, how)


def squeezed(random: np.random.Generator, image: Image.Image) -> Image.Image:
    """Compress a photograph so hard that letters become blocks."""
    scale = random.uniform(0.24, 0.33)
    small = image.resize(
        (round(image.width * scale), round(image.height * scale)), Image.Resampling.BOX
    )
    return compressed(small, int(random.integers(2, 6))).resize(
        image.size, Image.Resampling.BICUBIC
    )


def compressed(image: Image.Image, quality: int) -> Image.Image:
    """Write a photograph as JPEG and read it again."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")
