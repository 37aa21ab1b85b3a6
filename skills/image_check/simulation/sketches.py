"""Drawings on pages: graphs, geometry, charts, boxes with arrows."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from skills.image_check.simulation.parts import Part
from skills.image_check.simulation.pen import Pen, Writer
from skills.image_check.simulation.strokes import Points

Box = tuple[float, float, float, float]
"""Left, top, right, bottom on the page."""


class Hand(NamedTuple):
    """Who draws, with what."""

    pen: Pen
    writer: Writer
    part: Part
    random: np.random.Generator


Sketch = Callable[[Hand, Box], None]


def _array(*points: tuple[float, float]) -> Points:
    return np.array(points, float)


def _arrow(pen: Pen, start: tuple[float, float], end: tuple[float, float], weight: float) -> None:
    pen.line(_array(start, end), weight)
    along = np.subtract(end, start) / max(1.0, float(np.hypot(*np.subtract(end, start))))
    for side in (-1, 1):
        back = -12 * along + side * 6 * np.array([-along[1], along[0]])
        pen.line(_array(end, tuple(np.add(end, back))), weight, unrest=0.2)


def graph(hand: Hand, box: Box) -> None:
    """Axes with arrows, and one or two curves."""
    pen, writer, random = hand.pen, hand.writer, hand.random
    left, top, right, bottom = box
    x0 = left + (right - left) * random.uniform(0.08, 0.4)
    y0 = bottom - (bottom - top) * random.uniform(0.08, 0.4)
    _arrow(pen, (left, y0), (right, y0), 1.6)
    _arrow(pen, (x0, bottom), (x0, top), 1.6)
    pen.write("x", (right - 14, y0 + 24), writer, 0.9)
    pen.write("y", (x0 + 8, top + 14), writer, 0.9)
    for tick in np.arange(x0 + 40, right - 20, 40):
        pen.line(_array((tick, y0 - 5), (tick, y0 + 5)), 1.4, unrest=0.2)
    t = np.linspace(-1, 1, 60)
    for _ in range(int(random.integers(1, 3))):
        a, b, c = random.uniform(0.3, 1.0), random.uniform(1, 6), random.uniform(-1, 1)
        curves = (a * t * t * 2 - a, a * np.sin(b * t + c), a * t**3 + c * t / 2, a * t + c / 2)
        y = np.clip(curves[int(random.integers(len(curves)))], -1, 1)
        x = left + (t + 1) / 2 * (right - left - 20)
        pen.line(np.stack([x, (top + bottom) / 2 - y * (bottom - top) * 0.46], 1), 2.2, unrest=0.2)


def triangle(hand: Hand, box: Box) -> None:
    """A triangle with its height, and letters at its corners."""
    pen, writer, random = hand.pen, hand.writer, hand.random
    left, top, right, bottom = box
    a = (left + random.uniform(10, 60), bottom - random.uniform(15, 40))
    b = (right - random.uniform(10, 60), bottom - random.uniform(15, 40))
    c = (left + (right - left) * random.uniform(0.3, 0.7), top + random.uniform(25, 50))
    pen.line(_array(a, b, c, a), 2.0, unrest=0.4)
    share = (c[0] - a[0]) / (b[0] - a[0])
    pen.line(_array(c, (c[0], a[1] + share * (b[1] - a[1]))), 1.4, unrest=0.3)
    for name, (x, y), (dx, dy) in (("A", a, (-22, 20)), ("B", b, (8, 20)), ("C", c, (-6, -10))):
        pen.write(name, (x + dx, y + dy), writer)
    pen.write(f"c = {random.integers(3, 20)} cm", ((a[0] + b[0]) / 2 - 50, bottom + 6), writer, 0.9)


def circle(hand: Hand, box: Box) -> None:
    """A circle with a radius and a chord."""
    pen, writer, random = hand.pen, hand.writer, hand.random
    left, top, right, bottom = box
    radius = min(right - left, bottom - top) / 2 - 8
    middle = np.array(
        [left + radius + random.uniform(0, right - left - 2 * radius), (top + bottom) / 2]
    )
    angle = np.linspace(0, 2 * np.pi, 60) + random.uniform(0, 6)
    rim = middle + radius * np.stack([np.cos(angle), np.sin(angle)], 1)
    pen.line(rim, 2.0, unrest=0.25)
    pen.line(np.stack([middle, rim[10]]), 1.6)
    pen.line(np.stack([rim[20], rim[int(random.integers(35, 50))]]), 1.6)
    pen.write("M", (middle[0] - 22, middle[1] + 16), writer, 0.9)
    pen.write(f"r = {random.integers(2, 15)}", tuple((middle + rim[10]) / 2 + (6, -4)), writer, 0.9)


def chart(hand: Hand, box: Box) -> None:
    """Bars beside each other, with a word under each."""
    pen, writer, random = hand.pen, hand.writer, hand.random
    left, top, right, bottom = box
    base = bottom - 26
    _arrow(pen, (left, base), (right, base), 1.6)
    _arrow(pen, (left, base), (left, top), 1.6)
    count = int(random.integers(3, 6))
    step = (right - left - 40) / count
    for number in range(count):
        x, height = left + 18 + number * step, random.uniform(0.15, 0.9) * (base - top)
        pen.line(
            _array(
                (x, base),
                (x, base - height),
                (x + step * 0.6, base - height),
                (x + step * 0.6, base),
            ),
            1.8,
        )
        for y in np.arange(base - height + 9, base - 4, 9):
            pen.line(_array((x, y), (x + step * 0.6, y - 7)), 1.0, unrest=0.2)
        pen.write(str(random.choice(hand.part.things))[:5], (x - 4, bottom), writer, 0.75)


def boxes(hand: Hand, box: Box) -> None:
    """Words in boxes with arrows between them."""
    pen, writer, random = hand.pen, hand.writer, hand.random
    left, top, right, bottom = box
    width, height = (right - left) * 0.3, 52.0
    places = [
        (left, top),
        (right - width, top),
        (left, bottom - height),
        (right - width, bottom - height),
    ]
    count = int(random.integers(3, 5))
    for x, y in places[:count]:
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        pen.line(_array(*corners), 1.8, unrest=0.5)
        pen.write(str(random.choice(hand.part.things)), (x + 12, y + 34), writer, 0.9)
    _arrow(pen, (left + width + 6, top + 26), (right - width - 6, top + 26), 1.6)
    _arrow(pen, (left + width / 2, top + height + 6), (left + width / 2, bottom - height - 6), 1.6)
    if count > 3:
        _arrow(
            pen,
            (right - width / 2, top + height + 6),
            (right - width / 2, bottom - height - 6),
            1.6,
        )


def solid(hand: Hand, box: Box) -> None:
    """A cuboid, the hidden edges of which are dashed."""
    pen, writer, random = hand.pen, hand.writer, hand.random
    left, top, right, bottom = box
    width, height = (
        random.uniform(0.4, 0.6) * (right - left),
        random.uniform(0.5, 0.65) * (bottom - top),
    )
    dx, dy = random.uniform(50, 90), -random.uniform(35, 60)
    x, y = left + 30, bottom - 20
    front = [(x, y), (x + width, y), (x + width, y - height), (x, y - height)]
    back = [(px + dx, py + dy) for px, py in front]
    pen.line(_array(*front, front[0]), 2.0, unrest=0.4)
    pen.line(_array(front[1], back[1], back[2], back[3], front[3]), 2.0, unrest=0.4)
    pen.line(_array(front[2], back[2]), 2.0, unrest=0.4)
    for end in (front[0], back[1], back[3]):
        for share in np.arange(0, 1, 0.14):
            dash = [
                tuple(np.add(back[0], np.subtract(end, back[0]) * s)) for s in (share, share + 0.07)
            ]
            pen.line(_array(*dash), 1.2, unrest=0.1)
    pen.write(f"V = {random.integers(20, 400)} cm", (x + width * 0.3, y + 26), writer, 0.9)


SKETCHES: tuple[Sketch, ...] = (graph, graph, triangle, circle, chart, boxes, solid)
