"""Paper that was folded, crumpled, or has a corner turned over its text."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from skills.image_check.simulation.noise import Grid, enlarged

COARSE = 4
"""How much coarser than the page shades are computed."""
MILD = 0.05
"""How much darker a fold of a good page is at most; that of a creased one is MARKED or more."""
MARKED = 0.28
EAR = (0.32, 0.5)
"""Width and height of a corner that is turned over, as a share of the page's width."""


def creased(random: np.random.Generator, page: Image.Image) -> Image.Image:
    """Crease a page so that nobody overlooks it."""
    kind = random.random()
    if kind < 0.4:
        return shaded(page, folds(random, page.size, random.uniform(MARKED, 0.5)))
    if kind < 0.8:
        return shaded(page, crumples(random, page.size))
    return with_ear(random, page)


def worn(random: np.random.Generator, page: Image.Image) -> Image.Image:
    """Fold a page so that it is hardly seen."""
    return shaded(page, folds(random, page.size, random.uniform(0.01, MILD)))


def shaded(page: Image.Image, shade: Grid) -> Image.Image:
    """Darken a page where a coarse shade is below 1."""
    fine = enlarged((shade * 255).clip(0, 255).astype(np.float32), page.size)
    grey = Image.fromarray(fine.clip(0, 255).astype(np.uint8))
    return ImageChops.multiply(page, Image.merge("RGB", (grey, grey, grey)))


def folds(random: np.random.Generator, size: tuple[int, int], strength: float) -> Grid:
    """Give the shade of a page that was folded two, four or six times and is not flat again."""
    y, x = np.mgrid[0 : size[1] // COARSE, 0 : size[0] // COARSE].astype(np.float32)
    x, y = x * COARSE / size[0], y * COARSE / size[1]
    shade = np.ones_like(x)
    lines = ((0, 0.5),) if random.random() < 0.3 else ((0, 0.5), (1, 0.5))
    if random.random() < 0.4:
        lines = ((0, 0.33), (0, 0.66))
    for axis, middle in lines:
        place = middle + random.normal(0, 0.02) + random.normal(0, 0.02) * (x if axis == 0 else y)
        distance = (y if axis == 0 else x) - place
        side = random.choice((-1, 1))
        panel = np.exp(-np.abs(distance) / 0.16) * (distance * side > 0)
        line = np.exp(-((distance / 0.0035) ** 2))
        shade *= (1 - strength * 0.8 * panel) * (1 - strength * 0.9 * line)
    return np.asarray(shade, np.float32)


def crumples(random: np.random.Generator, size: tuple[int, int]) -> Grid:
    """Give the shade of a page that was a ball: facets between creases, no two as bright."""
    y, x = np.mgrid[0 : size[1] // COARSE, 0 : size[0] // COARSE].astype(np.float32)
    shade = np.ones_like(x)
    for count, strength in (
        (int(random.integers(10, 18)), 1.0),
        (int(random.integers(30, 50)), 0.7),
    ):
        middles = random.uniform(0, 1, (count, 2)) * (x.shape[1], x.shape[0])
        slopes = random.normal(0, 1, (count, 2)) * strength * 0.0022
        levels = random.uniform(1 - 0.22 * strength, 1.0, count)
        apart = [np.hypot(x - mx, y - my).astype(np.float32) for mx, my in middles]
        order = np.partition(np.stack(apart), 1, axis=0)[:2]
        nearest = np.argmin(np.stack(apart), axis=0)
        facet = levels[nearest] + (x - middles[nearest, 0]) * slopes[nearest, 0]
        facet += (y - middles[nearest, 1]) * slopes[nearest, 1]
        ridge = np.exp(-(((order[1] - order[0]) / 1.6) ** 2)) * 0.22 * strength
        shade *= facet.clip(0.55, 1.05) * (1 - ridge)
    return np.asarray((shade / np.quantile(shade, 0.9)).clip(0.42, 1.0), np.float32)


def with_ear(random: np.random.Generator, page: Image.Image) -> Image.Image:
    """Turn a corner over, so that its back covers what is written beside it."""
    width, height = page.size
    along, down = (random.uniform(*EAR) * width for _ in range(2))
    at_top, at_left = (bool(random.random() < 0.5) for _ in range(2))
    x, y = 0.0 if at_left else width, 0.0 if at_top else height
    first = (x + (along if at_left else -along), y)
    second = (x, y + (down if at_top else -down))
    tip = _mirrored((x, y), first, second)
    clear = Image.new("L", page.size, 255)
    ImageDraw.Draw(clear).polygon([(x, y), first, second], fill=0)
    shadow = Image.new("L", page.size)
    ImageDraw.Draw(shadow).polygon([first, second, (tip[0] + 8, tip[1] + 8)], fill=150)
    ear = Image.new("L", page.size)
    ImageDraw.Draw(ear).polygon([first, second, tip], fill=255)
    paper = tuple(int(each * random.uniform(0.86, 0.95)) for each in (246, 244, 240))
    page = page.copy()
    page.paste((20, 20, 24), (0, 0), shadow.filter(ImageFilter.BoxBlur(9)))
    page.paste(paper, (0, 0), ear)
    page.putalpha(clear)
    return page


def _mirrored(
    point: tuple[float, float], first: tuple[float, float], second: tuple[float, float]
) -> tuple[float, float]:
    """Mirror a point at the line through two others."""
    start, along = np.array(first), np.subtract(second, first)
    along = along / np.linalg.norm(along)
    foot = start + along * np.dot(np.subtract(point, start), along)
    x, y = 2 * foot - np.array(point)
    return float(x), float(y)
