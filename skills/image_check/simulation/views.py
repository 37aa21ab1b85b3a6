"""Views that are no assignment: land, faces, walls, plants."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from skills.image_check.simulation.colours import View, any_colour, near, rough
from skills.image_check.simulation.noise import clouds, painted


def landscape(view: View) -> Image.Image:
    """Sky, clouds and hills, one behind the other."""
    random, size = view.random, view.size
    width, height = size
    sky = (
        clouds(random, size, (3, 4), 5) * 0.6
        + np.linspace(0, 0.4, height, dtype=np.float32)[:, None]
    )
    image = Image.fromarray(
        painted(sky, near(random, (80, 130, 200)), near(random, (240, 240, 245)))
    )
    draw = ImageDraw.Draw(image)
    x = np.linspace(0, width, 60)
    ground = near(random, (90, 120, 80), 30)
    for number in range(int(random.integers(2, 5))):
        level = height * (0.4 + 0.15 * number) + random.normal(0, 30)
        bumps = np.zeros_like(x)
        for k in (1, 2, 3, 7):
            wave = np.sin(x / width * 2 * np.pi * k + random.uniform(0, 6))
            bumps += random.uniform(10, 70) / k * wave
        line = list(zip(x.tolist(), (level + bumps).tolist(), strict=True))
        shade = tuple(int(each * (1 - 0.18 * number)) for each in ground)
        draw.polygon([*line, (width, height), (0, height)], fill=shade)
    if random.random() < 0.5:
        for _ in range(int(random.integers(3, 20))):
            tx, ty, high = (
                random.uniform(0, width),
                random.uniform(0.6, 0.95) * height,
                random.uniform(60, 220),
            )
            draw.rectangle((tx - 6, ty - high / 3, tx + 6, ty), fill=(70, 50, 36))
            draw.ellipse(
                (tx - high / 3, ty - high, tx + high / 3, ty - high / 4),
                fill=near(random, (50, 90, 50)),
            )
    return rough(random, image)


def face(view: View) -> Image.Image:
    """Somebody before a wall."""
    random, size = view.random, view.size
    image = Image.new("RGB", size, any_colour(random, 60, 220))
    draw = ImageDraw.Draw(image)
    x, y = size[0] * random.uniform(0.4, 0.6), size[1] * random.uniform(0.38, 0.5)
    wide = min(size) * random.uniform(0.2, 0.3)
    high = wide * random.uniform(1.2, 1.4)
    tone = random.uniform(0.35, 1.0)
    skin = near(random, (int(240 * tone), int(190 * tone), int(160 * tone)), 6)
    dark = tuple(int(v * 0.7) for v in skin)
    hair = near(random, (60, 44, 34), 18)
    draw.ellipse(
        (x - wide * 2.2, y + high * 1.1, x + wide * 2.2, y + high * 4), fill=any_colour(random)
    )
    draw.rectangle((x - wide * 0.4, y + high * 0.6, x + wide * 0.4, y + high * 1.4), fill=dark)
    draw.ellipse(
        (x - wide * 1.12, y - high * 1.2, x + wide * 1.12, y + high * random.uniform(0.2, 1.1)),
        fill=hair,
    )
    draw.ellipse((x - wide, y - high, x + wide, y + high), fill=skin)
    draw.pieslice((x - wide, y - high * 1.05, x + wide, y + high * 0.3), 195, 345, fill=hair)
    for side in (-1, 1):
        ex, ey, eye = x + side * wide * 0.4, y - high * 0.02, wide * 0.17
        draw.ellipse((ex - eye, ey - eye * 0.6, ex + eye, ey + eye * 0.6), fill=(245, 243, 240))
        draw.ellipse(
            (ex - eye * 0.5, ey - eye * 0.5, ex + eye * 0.5, ey + eye * 0.5),
            fill=near(random, (70, 64, 60), 18),
        )
        draw.line(
            (ex - eye * 1.3, ey - eye * 1.5, ex + eye * 1.3, ey - eye * 1.6), fill=hair, width=9
        )
    draw.polygon(
        [(x, y), (x - wide * 0.14, y + high * 0.3), (x + wide * 0.14, y + high * 0.3)], fill=dark
    )
    draw.chord(
        (x - wide * 0.4, y + high * 0.3, x + wide * 0.4, y + high * 0.65),
        10,
        170,
        fill=(170, 70, 70),
    )
    return rough(random, image.filter(ImageFilter.GaussianBlur(3)))


def wall(view: View) -> Image.Image:
    """Bricks, or a window in a wall."""
    random, size = view.random, view.size
    image = Image.new("RGB", size, near(random, (190, 185, 175)))
    draw = ImageDraw.Draw(image)
    wide, high, colour = (
        random.uniform(120, 220),
        random.uniform(50, 90),
        near(random, (150, 80, 60), 25),
    )
    for row in range(int(size[1] / high) + 1):
        for column in range(-1, int(size[0] / wide) + 1):
            x, y = (column + row % 2 / 2) * wide, row * high
            draw.rectangle(
                (x + 5, y + 5, x + wide - 5, y + high - 5), fill=near(random, colour, 10)
            )
    if random.random() < 0.4:
        x, y = size[0] * random.uniform(0.1, 0.3), size[1] * random.uniform(0.1, 0.3)
        draw.rectangle(
            (x, y, x + size[0] * 0.5, y + size[1] * 0.45), fill=near(random, (150, 190, 220))
        )
        draw.rectangle(
            (x, y, x + size[0] * 0.5, y + size[1] * 0.45), outline=(240, 238, 232), width=26
        )
        draw.line(
            (x + size[0] * 0.25, y, x + size[0] * 0.25, y + size[1] * 0.45),
            fill=(240, 238, 232),
            width=22,
        )
    return rough(random, image)


def leaves(view: View) -> Image.Image:
    """A plant, close by."""
    random, size = view.random, view.size
    image = Image.fromarray(
        painted(clouds(random, size, (4, 5), 4), (20, 36, 20), near(random, (90, 110, 70)))
    )
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(25, 70))):
        x, y, angle = (
            random.uniform(0, size[0]),
            random.uniform(0, size[1]),
            random.uniform(0, 2 * np.pi),
        )
        length, colour = random.uniform(80, 260), near(random, (70, 130, 60), 26)
        t = np.linspace(0, 1, 16)
        half = np.sin(np.pi * t) * length * 0.22
        points = np.concatenate(
            [np.stack([t * length, half], 1), np.stack([t * length, -half], 1)[::-1]]
        )
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        leaf = points @ turn + (x, y)
        draw.polygon([tuple(point) for point in leaf.tolist()], fill=colour)
        rib = np.array([(0, 0), (length, 0)]) @ turn + (x, y)
        draw.line(
            [tuple(point) for point in rib.tolist()],
            fill=tuple(int(v * 0.7) for v in colour),
            width=3,
        )
    return image
