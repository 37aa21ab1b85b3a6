"""How a page lies in a photograph: its four corners, whole and upright, or beyond the frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

Corners = NDArray[np.float64]
"""Of a page in a photograph: top left, top right, bottom right, bottom left of the page, (4, 2)."""
COARSE = 8
"""How much coarser than the photograph areas are measured."""
TILT = 7.0
"""Degrees that a page is at most askew without being called turned."""
LOST = (0.14, 0.42)
"""Share of a page that is outside of the frame where it is called cropped; else nothing is."""
MARGIN = 0.015
"""Share of the frame that there is at least around a page that is whole."""


def lying(random: np.random.Generator, page: tuple[int, int], frame: tuple[int, int]) -> Corners:
    """Draw how a whole page of a width and height lies within a frame, seen a little from aside."""
    corners = _seen(random, page)
    corners -= corners.min(axis=0)
    space = np.array(frame) * (1 - 2 * MARGIN)
    corners *= min(space / corners.max(axis=0)) * random.uniform(0.84, 1.0)
    free = space - corners.max(axis=0)
    return np.asarray(corners + np.array(frame) * MARGIN + free * random.beta(2, 2, 2))


def _seen(random: np.random.Generator, page: tuple[int, int]) -> Corners:
    """Turn a page in space a little, and project it."""
    width, height = page[0] / max(page), page[1] / max(page)
    flat = np.array([(-width, -height), (width, -height), (width, height), (-width, height)]) / 2
    tilt = np.radians(np.clip(random.normal(0, 2.5), -TILT, TILT))
    pitch, yaw = np.radians(random.normal(0, (9, 6)).clip(-18, 18))
    x = flat[:, 0] * np.cos(tilt) - flat[:, 1] * np.sin(tilt)
    y = flat[:, 0] * np.sin(tilt) + flat[:, 1] * np.cos(tilt)
    depth = 1.6 + y * np.sin(pitch) + x * np.sin(yaw)
    return np.asarray(np.stack([x * np.cos(yaw), y * np.cos(pitch)], axis=1) / depth[:, None])


def beyond(random: np.random.Generator, corners: Corners, frame: tuple[int, int]) -> Corners:
    """Move a page out of the frame, over one side or a corner, so far that text is lost."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    sides = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1))
    side = np.array(sides[int(random.integers(len(sides)))], float)
    least = 0.25 if side[1] > 0 and side[0] == 0 else LOST[0]  # the end of a page may be empty
    wanted = random.uniform(least, LOST[1])
    larger: Corners = (corners - (low + high) / 2) * random.uniform(1.0, 1.25) + (low + high) / 2
    steps = np.linspace(0, 1, 60)[:, None] * side * np.array(frame)
    moved = (larger + step for step in steps)
    return next(each for each in moved if lost(each, frame) >= wanted)


def area(corners: Corners) -> float:
    """Give the area of a page in the photograph, in pixels, within the frame or not."""
    x, y = corners.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def lost(corners: Corners, frame: tuple[int, int]) -> float:
    """Give the share of a page that is outside of the frame."""
    inside = np.asarray(mask_of(corners, frame, COARSE)).mean() / 255 * frame[0] * frame[1]
    return max(0.0, 1 - float(inside) / area(corners))


def mask_of(corners: Corners, frame: tuple[int, int], coarse: int = 1) -> Image.Image:
    """Give where a page is, as a mask that is so much coarser than the photograph."""
    mask = Image.new("L", (frame[0] // coarse, frame[1] // coarse))
    ImageDraw.Draw(mask).polygon([tuple(each) for each in (corners / coarse).tolist()], fill=255)
    return mask


def placed(page: Image.Image, corners: Corners, desk: Image.Image) -> Image.Image:
    """Lay a page on a desk; where it is transparent, the desk is seen."""
    box = _bounds(corners, desk.size)
    size = (box[2] - box[0], box[3] - box[1])
    solved = _coefficients(corners - box[:2], page.size)
    mask = mask_of(corners - box[:2], size)
    if page.mode == "RGBA":
        alpha = _projected(page.getchannel("A"), size, solved)
        mask, page = ImageChops.darker(mask, alpha), page.convert("RGB")
    seen = _projected(page, size, solved)
    desk.paste(seen, box[:2], mask)
    return desk


def _projected(page: Image.Image, size: tuple[int, int], solved: list[float]) -> Image.Image:
    return page.transform(size, Image.Transform.PERSPECTIVE, solved, Image.Resampling.BILINEAR)


def _bounds(corners: Corners, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top = np.floor(corners.min(axis=0)).clip(0, size).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).clip(1, size).astype(int).tolist()
    return min(left, right - 1), min(top, bottom - 1), right, bottom


def _coefficients(corners: Corners, page: tuple[int, int]) -> list[float]:
    """Solve for what maps places of the photograph to those of the page, as Pillow wants it."""
    width, height = page
    width, height = width - 1, height - 1  # beyond the outermost pixels there is nothing to see
    flat = ((1, 1), (width, 1), (width, height), (1, height))
    rows, sought = [], []
    for (x, y), (u, v) in zip(corners.tolist(), flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        sought += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows), np.array(sought)).tolist()
    return solved
