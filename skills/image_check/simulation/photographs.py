"""One photograph: a page on a desk, with the faults that its labels name and no others."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from PIL import Image

from skills.image_check.simulation import camera, light
from skills.image_check.simulation.covers import covered, touched
from skills.image_check.simulation.creases import creased, worn
from skills.image_check.simulation.desks import drawn_desk
from skills.image_check.simulation.labels import FAULTS, GOOD, NOT_A_PAGE
from skills.image_check.simulation.others import not_a_page
from skills.image_check.simulation.pages import page
from skills.image_check.simulation.parts import PARTS, PartName
from skills.image_check.simulation.places import Corners, beyond, lying, placed

SHORT, LONG = 960, 1280
"""Pixels of the sides of a photograph."""
QUARTERS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)


def photograph(random: np.random.Generator, labels: tuple[str, ...], part: PartName) -> Image.Image:
    """Make a photograph of a part that these labels are true of, and none that is left out.

    Of a fault that is not named there may be a little, well below what anybody would mind.
    """
    unknown = set(labels) - {GOOD, NOT_A_PAGE, *FAULTS}
    if unknown or not labels:
        raise ValueError(f"unknown labels {sorted(unknown)}; known are good, not_a_page, {FAULTS}")
    if NOT_A_PAGE in labels:
        image = not_a_page(random, part, _frame(random, 0.35))
        return _taken(random, _exposed(random, image, labels), labels)
    image, corners = _scene(random, labels, part)
    image = _touched(random, image, corners, labels)
    image = _lit(random, image, corners, labels)
    image = _exposed(random, image, labels)
    return _taken(random, _shone(random, image, corners, labels), labels)


def _frame(random: np.random.Generator, wide: float) -> tuple[int, int]:
    return (LONG, SHORT) if random.random() < wide else (SHORT, LONG)


def _scene(
    random: np.random.Generator, labels: Collection[str], part: PartName
) -> tuple[Image.Image, Corners]:
    """Lay a page on a desk."""
    sheet = page(part, int(random.integers(PARTS[part].pages)))
    if "creased" in labels:
        sheet = creased(random, sheet)
    elif random.random() < 0.25:
        sheet = worn(random, sheet)
    wide = 0.12
    if "turned" in labels:
        quarter = QUARTERS[int(random.integers(len(QUARTERS)))]
        sheet = sheet.transpose(quarter)
        wide = 0.12 if quarter is Image.Transpose.ROTATE_180 else 0.7
    frame = _frame(random, wide)
    corners = lying(random, sheet.size, frame)
    if "cropped" in labels:
        corners = beyond(random, corners, frame)
    return placed(sheet, corners, drawn_desk(random, part, frame)), corners


def _touched(
    random: np.random.Generator, image: Image.Image, corners: Corners, labels: Collection[str]
) -> Image.Image:
    if "covered" in labels:
        return covered(random, image, corners)
    return touched(random, image, corners) if random.random() < 0.2 else image


def _lit(
    random: np.random.Generator, image: Image.Image, corners: Corners, labels: Collection[str]
) -> Image.Image:
    field = light.falling(random, image.size) * light.beside(corners, image.size)
    if "shadow" in labels:
        field *= light.shadow(random, image.size, corners)
    elif random.random() < 0.35:
        field *= light.weak_shadow(random, image.size)
    return light.multiplied(image, field)


def _shone(
    random: np.random.Generator, image: Image.Image, corners: Corners, labels: Collection[str]
) -> Image.Image:
    if "glare" in labels:
        return light.shining(random, image, corners)
    return light.shining_a_little(random, image, corners) if random.random() < 0.25 else image


def _exposed(
    random: np.random.Generator, image: Image.Image, labels: Collection[str]
) -> Image.Image:
    gains = camera.DAZZLED if "glare" in labels else camera.BRIGHT
    gain = random.uniform(*(camera.DARK if "dark" in labels else gains))
    return camera.exposed(random, image, gain)


def _taken(random: np.random.Generator, image: Image.Image, labels: Collection[str]) -> Image.Image:
    """Take a photograph with a camera that is held well or badly."""
    if "blurred" not in labels:
        image = camera.softened(image, random.uniform(*camera.SOFT))
    elif random.random() < 0.4:
        image = camera.shaken(random, image, random.uniform(*camera.MOTION))
    else:
        image = camera.out_of_focus(image, random.uniform(*camera.FOCUS))
    image = camera.noisy(random, image, random.uniform(*((3, 9) if "dark" in labels else (1, 5))))
    if "low_resolution" in labels:
        how = camera.coarse if random.random() < 0.65 else camera.squeezed
        return how(random, image)
    return image
