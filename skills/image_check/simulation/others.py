"""What people send that is no assignment: bare tables, meals, screens, heaps, and views."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from skills.image_check.simulation.colours import View, any_colour, near, rough
from skills.image_check.simulation.desks import drawn_desk
from skills.image_check.simulation.parts import PartName
from skills.image_check.simulation.views import face, landscape, leaves, wall


def desk_alone(view: View) -> Image.Image:
    """A table on which there is no page, but a pen or a cup perhaps."""
    random, size = view.random, view.size
    image = drawn_desk(random, view.part, size)
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(0, 4))):
        x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
        if random.random() < 0.5:
            angle, length = random.uniform(0, np.pi), random.uniform(200, 420)
            end = (x + length * np.cos(angle), y + length * np.sin(angle))
            draw.line((x, y, *end), fill=any_colour(random), width=int(random.integers(14, 24)))
        else:
            radius = random.uniform(70, 170)
            colour = any_colour(random, 60)
            for share, shade in (
                (1.0, colour),
                (0.86, near(random, colour)),
                (0.78, (70, 44, 26)),
            ):
                wide = radius * share
                draw.ellipse((x - wide, y - wide, x + wide, y + wide), fill=shade)
    return image


def meal(view: View) -> Image.Image:
    """A plate with something on it, on a table."""
    random, size = view.random, view.size
    image = drawn_desk(random, view.part, size)
    draw = ImageDraw.Draw(image)
    x, y = size[0] * random.uniform(0.4, 0.6), size[1] * random.uniform(0.4, 0.6)
    radius = min(size) * random.uniform(0.33, 0.47)
    plate = near(random, (225, 222, 215), 16)
    for share, shade in ((1.0, plate), (0.97, tuple(int(v * 0.93) for v in plate)), (0.7, plate)):
        draw.ellipse(
            (x - radius * share, y - radius * share, x + radius * share, y + radius * share),
            fill=shade,
        )
    foods = (
        (200, 150, 70),
        (170, 60, 40),
        (90, 140, 60),
        (235, 205, 120),
        (120, 70, 40),
        (240, 120, 60),
    )
    for _ in range(int(random.integers(8, 40))):
        angle, far = random.uniform(0, 2 * np.pi), radius * 0.62 * np.sqrt(random.random())
        fx, fy = x + far * np.cos(angle), y + far * np.sin(angle)
        wide, high = random.uniform(15, 80, 2)
        colour = near(random, foods[int(random.integers(len(foods)))])
        draw.ellipse((fx - wide, fy - high, fx + wide, fy + high), fill=colour)
        light = near(random, tuple(min(255, v + 40) for v in colour), 6)  # type: ignore[arg-type]
        draw.ellipse((fx - wide * 0.5, fy - high * 0.6, fx + wide * 0.2, fy), fill=light)
    return rough(random, image)


def screen(view: View) -> Image.Image:
    """A screen on a desk, dark, with windows, code and pictures, and keys in front of it."""
    random, size = view.random, view.size
    image = drawn_desk(random, view.part, size)
    draw = ImageDraw.Draw(image)
    left, right = size[0] * random.uniform(0.03, 0.1), size[0] * random.uniform(0.9, 0.97)
    top, bottom = size[1] * random.uniform(0.05, 0.15), size[1] * random.uniform(0.55, 0.68)
    draw.rounded_rectangle((left - 18, top - 18, right + 18, bottom + 22), 14, fill=(20, 20, 22))
    draw.rectangle((left, top, right, bottom), fill=near(random, (28, 32, 48), 12))
    for _ in range(int(random.integers(2, 5))):
        x, y = random.uniform(left, right - 200), random.uniform(top, bottom - 160)
        wide, high = random.uniform(180, right - x), random.uniform(140, bottom - y)
        draw.rectangle((x, y, x + wide, y + high), fill=near(random, (44, 48, 62), 14))
        draw.rectangle((x, y, x + wide, y + 22), fill=any_colour(random, 50, 130))
        for line in np.arange(y + 38, y + high - 14, 20):
            start = x + 14 + 24 * random.integers(0, 4)
            end = min(x + wide - 10, start + random.uniform(30, 300))
            if end > start:
                draw.rectangle((start, line, end, line + 8), fill=any_colour(random, 100, 240))
    for row in range(5):
        for key in range(13):
            kx, ky = left + key * (right - left) / 13, bottom + 90 + row * 62
            draw.rounded_rectangle(
                (kx, ky, kx + (right - left) / 13 - 8, ky + 52), 7, fill=(42, 42, 46)
            )
    return image


def shapes(view: View) -> Image.Image:
    """Toys, clothes, boxes: things of many colours in a heap."""
    random, size = view.random, view.size
    image = drawn_desk(random, view.part, size)
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(6, 26))):
        x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
        wide, high = random.uniform(60, 300, 2)
        colour = any_colour(random)
        kind = int(random.integers(3))
        if kind == 0:
            draw.ellipse((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), fill=colour)
        elif kind == 1:
            draw.rounded_rectangle(
                (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2), 24, fill=colour
            )
        else:
            points = random.normal(0, 1, (int(random.integers(3, 7)), 2)) * (wide, high) / 2 + (
                x,
                y,
            )
            draw.polygon([tuple(point) for point in points.tolist()], fill=colour)
    return rough(random, image)


KINDS: tuple[Callable[[View], Image.Image], ...] = (
    desk_alone,
    face,
    landscape,
    leaves,
    meal,
    screen,
    shapes,
    wall,
)


def not_a_page(random: np.random.Generator, part: PartName, size: tuple[int, int]) -> Image.Image:
    """Draw a photograph of anything but an assignment."""
    return KINDS[int(random.integers(len(KINDS)))](View(random, part, size))
