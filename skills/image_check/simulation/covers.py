"""What lies or reaches over a page: fingers, a cup, a phone, another sheet, a case."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from skills.image_check.simulation.places import COARSE, Corners, mask_of

Vector = NDArray[np.float64]
COVERED = (0.1, 0.34)
"""Share of a page that is covered where it is called so."""
TOUCHED = 0.015
"""Share of a good page that a finger covers at most, at its edge."""
SKINS = (
    (236, 188, 160),
    (214, 160, 126),
    (176, 122, 90),
    (128, 84, 60),
    (92, 60, 44),
    (244, 206, 184),
)
THINGS = (
    (30, 32, 36),
    (200, 60, 50),
    (40, 90, 150),
    (230, 226, 218),
    (60, 120, 80),
    (220, 180, 60),
)
TRIES = 60


def covered(random: np.random.Generator, image: Image.Image, corners: Corners) -> Image.Image:
    """Cover a part of a page with something."""
    page = np.asarray(mask_of(corners, image.size, COARSE)) > 0
    for _ in range(TRIES):
        kind = random.random()
        if kind < 0.55:
            start, end, width = _reach(random, image.size, corners)
            mask = _capsule(image.size, start, end, width)
        else:
            mask = _thing(random, image.size, corners)
        coarse = np.asarray(mask.reduce(COARSE))[: page.shape[0], : page.shape[1]]
        share = float((coarse[page[: coarse.shape[0], : coarse.shape[1]]] > 128).mean())
        if COVERED[0] <= share <= COVERED[1]:
            break
    if kind < 0.55:
        return _finger(random, image, mask, end, width)
    return _laid(random, image, mask)


def touched(random: np.random.Generator, image: Image.Image, corners: Corners) -> Image.Image:
    """Let the tip of a finger hold a page at its edge."""
    page = np.asarray(mask_of(corners, image.size, COARSE)) > 0
    first = int(random.integers(4))
    edge = corners[first] + (corners[(first + 1) % 4] - corners[first]) * random.uniform(0.2, 0.8)
    middle = corners.mean(axis=0)
    outward = (edge - middle) / np.linalg.norm(edge - middle)
    width = random.uniform(60, 90)
    end = edge + outward * width * 0.3
    mask = _capsule(image.size, edge + outward * 500, end, width)
    coarse = np.asarray(mask.reduce(COARSE))[: page.shape[0], : page.shape[1]]
    if float((coarse[page[: coarse.shape[0], : coarse.shape[1]]] > 128).mean()) > TOUCHED:
        return image
    return _finger(random, image, mask, end, width)


def _reach(
    random: np.random.Generator, size: tuple[int, int], corners: Corners
) -> tuple[Vector, Vector, float]:
    """Draw where a thumb or a hand comes from, where it ends, and how wide it is."""
    end = random.dirichlet((1.2, 1.2, 1.2, 1.2)) @ corners
    angle = random.uniform(0, 2 * np.pi)
    start = end + np.array([np.cos(angle), np.sin(angle)]) * 1.5 * max(size)
    return start, end, float(random.uniform(130, 260))


def _capsule(size: tuple[int, int], start: Vector, end: Vector, width: float) -> Image.Image:
    """Give the outline of a finger that ends round."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    along = (end - start) / np.linalg.norm(end - start)
    aside = np.array([-along[1], along[0]]) * width / 2
    back = start - along
    points = (back + 1.3 * aside, end + aside, end - aside, back - 1.3 * aside)
    draw.polygon([tuple(point.tolist()) for point in points], fill=255)
    x, y = end.tolist()
    draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return mask


def _finger(
    random: np.random.Generator,
    image: Image.Image,
    mask: Image.Image,
    end: Vector,
    width: float,
) -> Image.Image:
    """Paint a finger: rounder, so darker, towards its sides, with a nail now and then."""
    skin = np.array(SKINS[int(random.integers(len(SKINS)))]) * random.uniform(0.85, 1.05)
    layer = Image.new("RGB", image.size, _colour(skin))
    small = mask.reduce(4)
    inner = small.filter(ImageFilter.BoxBlur(width / 14)).resize(
        mask.size, Image.Resampling.BILINEAR
    )
    rim = inner.point([max(0, 150 - value) for value in range(256)])
    layer.paste(_colour(skin * 0.55), (0, 0), rim)
    if random.random() < 0.6:
        x, y = end.tolist()
        nail = (x - width * 0.26, y - width * 0.3, x + width * 0.26, y + width * 0.22)
        ImageDraw.Draw(layer).ellipse(
            nail, fill=_colour(skin * 1.1 + 8), outline=_colour(skin * 0.8), width=3
        )
    return _over(image, layer, mask)


def _thing(random: np.random.Generator, size: tuple[int, int], corners: Corners) -> Image.Image:
    """Draw the outline of a thing: round, or with four corners at any angle."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    x, y = (random.dirichlet((1.5, 1.5, 1.5, 1.5)) @ corners).tolist()
    wide, high = random.uniform(130, 260), random.uniform(170, 420)
    if random.random() < 0.3:
        draw.ellipse((x - wide, y - wide, x + wide, y + wide), fill=255)
        return mask
    angle = random.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)]) / 2 @ turn * 1.2
    draw.polygon([tuple(point) for point in (points + np.array((x, y))).tolist()], fill=255)
    return mask


def _laid(random: np.random.Generator, image: Image.Image, mask: Image.Image) -> Image.Image:
    """Paint a thing of one colour, brighter on one side, with a rim."""
    colour = np.array(THINGS[int(random.integers(len(THINGS)))]) * random.uniform(0.8, 1.1)
    layer = Image.new("RGB", image.size, _colour(colour))
    inner = (
        mask.reduce(8).filter(ImageFilter.BoxBlur(4)).resize(mask.size, Image.Resampling.BILINEAR)
    )
    layer.paste(
        _colour(colour * 1.25 + 12), (0, 0), inner.point([max(0, v - 215) * 3 for v in range(256)])
    )
    layer.paste(_colour(colour * 0.6), (0, 0), inner.point([max(0, 140 - v) for v in range(256)]))
    return _over(image, layer, mask)


def _over(image: Image.Image, layer: Image.Image, mask: Image.Image) -> Image.Image:
    """Put a layer on a photograph, with a soft shadow beside it."""
    soft = (
        mask.reduce(8).filter(ImageFilter.BoxBlur(2)).resize(mask.size, Image.Resampling.BILINEAR)
    )
    shadow = ImageChops.offset(soft, 10, 14).point([value * 110 // 255 for value in range(256)])
    image.paste((10, 8, 8), (0, 0), shadow)
    image.paste(layer, (0, 0), mask.filter(ImageFilter.BoxBlur(1)))
    return image


def _colour(values: Vector) -> tuple[int, ...]:
    return tuple(int(each) for each in np.clip(values, 0, 255))
